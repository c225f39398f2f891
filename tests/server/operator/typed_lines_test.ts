import { assertEquals, fail } from "@std/assert";
import { readTypedLines } from "../../../lib/server/operator/typed_lines.ts";

/** Resolves to the lines of `text`, read in pieces of `length` bytes. */
async function linesOf(text: string, length: number): Promise<string[]> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const lines: string[] = [];
  const take = (line: string) => void lines.push(line);
  await readTypedLines(
    {
      read(buffer) {
        const piece = bytes.subarray(at, at + Math.min(length, buffer.length));
        at += piece.length;
        buffer.set(piece);
        return Promise.resolve(piece.length === 0 ? null : piece.length);
      },
    },
    take,
    { onProblem: take },
  );
  return lines;
}

Deno.test({
  name: "readTypedLines() passes on each line, however it is cut and ended",
  permissions: "none",
  async fn() {
    for (let length = 1; length < 20; length++) {
      assertEquals(await linesOf("/say é\r\n/users\n\n/quit", length), [
        "/say é",
        "/users",
        "",
        "/quit",
      ]);
      assertEquals(await linesOf("a\n\x1a\r\n\n", length), ["a"]);
      assertEquals(await linesOf("a\n\x1a\r\nb\n", length), [
        "a",
        "Line 3 comes after the end mark Ctrl+Z of line 2, so the script ends " +
        "there: remove the mark",
      ]);
      assertEquals(await linesOf("", length), []);
    }
  },
});

Deno.test({
  name: "readTypedLines() leaves out a line that is too long, and no other",
  permissions: "none",
  async fn() {
    const long = "x".repeat(70_000);
    assertEquals(await linesOf(`a\n${long}\nb\n`, 3_000), [
      "a",
      "Line 2 is left out: it has more than 65536 characters. Send it in parts",
      "b",
    ]);
  },
});

Deno.test({
  name: "readTypedLines() carries out nothing after a line that is not UTF-8",
  permissions: "none",
  async fn() {
    const lines: string[] = [];
    const bytes = Uint8Array.of(0x61, 10, 0x62, 0xe9, 10, 0x63, 10);
    let isRead = false;
    await readTypedLines(
      {
        read(buffer) {
          if (isRead) return Promise.resolve(null);
          isRead = true;
          buffer.set(bytes);
          return Promise.resolve(bytes.length);
        },
      },
      (line) => void lines.push(line),
      {
        onProblem: (problem) => void lines.push(problem),
      },
    );
    assertEquals(lines, [
      "a",
      "Line 2 is not UTF-8: save the file as UTF-8",
    ]);
  },
});

Deno.test({
  name: "readTypedLines() ends if there is no input",
  permissions: "none",
  async fn() {
    const source = { read: () => Promise.reject(new Error("Bad resource")) };
    const lines: string[] = [];
    const take = (line: string) => void lines.push(line);
    await readTypedLines(source, take, { onProblem: take });
    assertEquals(lines, []);
  },
});

Deno.test({
  name: "readTypedLines() waits for one line to be carried out before the next",
  permissions: "none",
  async fn() {
    const bytes = new TextEncoder().encode("a\nb\n");
    let isRead = false;
    const done: string[] = [];
    await readTypedLines({
      read(buffer) {
        if (isRead) return Promise.resolve(null);
        isRead = true;
        buffer.set(bytes);
        return Promise.resolve(bytes.length);
      },
    }, async (line) => {
      done.push(`${line} begins`);
      await Promise.resolve();
      done.push(`${line} ends`);
    }, { onProblem: fail });
    assertEquals(done.slice(0, 4), [
      "a begins",
      "a ends",
      "b begins",
      "b ends",
    ]);
  },
});
