import { assertEquals } from "@std/assert";
import { readTypedLines } from "../../lib/server/typed_lines.ts";

/** The lines of what is typed, which comes in pieces of `length` bytes. */
async function linesOf(text: string, length: number): Promise<string[]> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const lines: string[] = [];
  await readTypedLines({
    read(buffer) {
      const piece = bytes.subarray(at, at + Math.min(length, buffer.length));
      at += piece.length;
      buffer.set(piece);
      return Promise.resolve(piece.length === 0 ? null : piece.length);
    },
  }, (line) => void lines.push(line.trimEnd()));
  return lines;
}

Deno.test({
  name: "readTypedLines() hands on each line, however it is cut and ended",
  permissions: "none",
  async fn() {
    for (let length = 1; length < 20; length++) {
      assertEquals(await linesOf("/say é\r\n/users\n\n/quit", length), [
        "/say é",
        "/users",
        "",
        "/quit",
      ]);
      assertEquals(await linesOf("a\n\x1a\r\nb\n", length), ["a", ""]);
      assertEquals(await linesOf("", length), [""]);
    }
  },
});

Deno.test({
  name: "readTypedLines() leaves out a line that is too long, and only that",
  permissions: "none",
  async fn() {
    const long = "x".repeat(70_000);
    assertEquals(await linesOf(`a\n${long}\nb\n`, 3_000), ["a", "b", ""]);
  },
});

Deno.test({
  name: "readTypedLines() ends where there is nothing to read from",
  permissions: "none",
  async fn() {
    const source = { read: () => Promise.reject(new Error("Bad resource")) };
    const lines: string[] = [];
    await readTypedLines(source, (line) => void lines.push(line));
    assertEquals(lines, [""]);
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
    });
    assertEquals(done.slice(0, 4), [
      "a begins",
      "a ends",
      "b begins",
      "b ends",
    ]);
  },
});
