import { assert, assertEquals } from "@std/assert";
import { readScript, ScriptLines } from "../../lib/terminal/script_lines.ts";
import { concat, pieces } from "../testing.ts";

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** Encodes `text` as an editor or PowerShell saves it. */
function encode(text: string, encoding: Encoding): Uint8Array {
  if (encoding === "utf-8") return new TextEncoder().encode(text);
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) {
    view.setUint16(2 * at, text.charCodeAt(at), encoding === "utf-16le");
  }
  return bytes;
}

/** Returns lines unchanged, problems after `! `. */
function linesOf(bytes: Uint8Array, length = bytes.length || 1): string[] {
  const lines = new ScriptLines();
  const found = [];
  for (const piece of pieces(bytes, length)) found.push(...lines.push(piece));
  found.push(...lines.end());
  return found.map(({ text, problem }) => text ?? `! ${problem}`);
}

/**
 * Asserts the lines of `bytes`, split in two at each position, and in pieces of any
 * length.
 */
function assertLines(bytes: Uint8Array, expected: readonly string[]): void {
  for (let cut = 0; cut <= bytes.length; cut++) {
    const lines = new ScriptLines();
    const found = [
      ...lines.push(bytes.slice(0, cut)),
      ...lines.push(bytes.slice(cut)),
      ...lines.end(),
    ];
    assertEquals(
      found.map(({ text, problem }) => text ?? `! ${problem}`),
      expected,
      `cut at ${cut}`,
    );
  }
  for (let length = 1; length < 9; length++) {
    assertEquals(linesOf(bytes, length), expected, `pieces of ${length}`);
  }
}

const TEXT = "/msg Bob hi\r\nBrûlée 你好 🦄\n\nĊ\u0a00\u000d\n/quit";
const LINES = ["/msg Bob hi", "Brûlée 你好 🦄", "", "Ċ\u0a00", "/quit"];

Deno.test({
  name: "ScriptLines.push() decodes UTF-8 and UTF-16, however it is split",
  permissions: "none",
  fn() {
    for (const encoding of ["utf-8", "utf-16le", "utf-16be"] as const) {
      for (const mark of ["", "\ufeff"]) {
        assertLines(encode(mark + TEXT, encoding), LINES);
        assertLines(encode(mark, encoding), []);
        assertLines(encode(`${mark}x\n`, encoding), ["x"]);
        assertLines(encode(`${mark}x`, encoding), ["x"]);
      }
      assertLines(encode("a\n\ufeff/b\n", encoding), ["a", "/b"]);
    }
  },
});

Deno.test({
  name: "ScriptLines.push() ends at bytes that are not text, before their line",
  permissions: "none",
  fn() {
    const latin = concat(
      encode("one\ntwo\n/msg Bob caf", "utf-8"),
      [0xe9],
      encode(" secret\n/all later\n", "utf-8"),
    );
    const notUtf8 = "! Line 3 is not UTF-8: save the file as UTF-8";
    assertLines(latin, ["one", "two", notUtf8]);
    // The end of the file cuts off a letter.
    assertLines(concat(encode("one\n", "utf-8"), [0x74, 0xe2, 0x82]), [
      "one",
      "! Line 2 is not UTF-8: save the file as UTF-8",
    ]);
    const half = concat([0xff, 0xfe], encode("one\ntwo", "utf-16le"), [0x21]);
    const notUtf16 = "is not complete UTF-16: save the file as UTF-8";
    assertLines(half, ["one", `! Line 2 ${notUtf16}`]);
    assertLines(
      concat([0xfe, 0xff], encode("a\n", "utf-16be"), [0xd8, 0, 0, 10, 0, 98]),
      ["a", `! Line 2 ${notUtf16}`],
    );
    // Two encodings in one file, as after >> in PowerShell.
    const mixed = concat(encode("one\n", "utf-8"), encode("two\n", "utf-16le"));
    assertEquals(linesOf(mixed)[0], "one");
    assert(linesOf(mixed)[1]!.startsWith("! Line 2 has the control character"));
    assertEquals(linesOf(mixed).length, 2);
    // UTF-32 is never accepted as text.
    const utf32 = [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0, 10, 0, 0, 0];
    assertEquals(linesOf(Uint8Array.from(utf32)).length, 1);
    assert(linesOf(Uint8Array.from(utf32))[0]!.startsWith("! Line 1 has"));
  },
});

Deno.test({
  name: "ScriptLines.push() never yields a line with control characters",
  permissions: "none",
  fn() {
    const cases: [script: string, lines: string[]][] = [
      ["a\nb\r\n\x1a", ["a", "b"]],
      ["a\nb\x1a", ["a", "b"]],
      ["a\n\x1a\r\n \n\n", ["a"]],
      ["a\n\x1a\x1a", ["a"]],
      ["a \x1a \r\n\r\n\x1a", ["a "]],
      ["a\r\r\nb\r", ["a", "b"]],
      ["a\tb\n", ["a\tb"]],
    ];
    for (const encoding of ["utf-8", "utf-16le", "utf-16be"] as const) {
      for (const [script, lines] of cases) {
        assertLines(encode(`\ufeff${script}`, encoding), lines);
      }
    }
    assertLines(encode("x\n/msg Bob a\rb\nc\n", "utf-8"), [
      "x",
      "! Line 2 has the control character U+000D in it: " +
      "save the file with the line ends of Unix or Windows",
    ]);
    for (
      const control of [
        "\0",
        "\x07",
        "\x1b",
        "\x7f",
        "\x80",
        "\x85",
        "\x9f",
        "\x1ab",
      ]
    ) {
      const [line, ...more] = linesOf(encode(`a${control}b\nc\n`, "utf-8"));
      assert(line!.startsWith("! Line 1 has the control character"), line);
      assertEquals(more, []);
    }
  },
});

Deno.test({
  name: "ScriptLines.push() yields nothing after an end mark in the middle",
  permissions: "none",
  fn() {
    const problem = (line: number) =>
      `! Line ${line} comes after the end mark Ctrl+Z of line 2, so the script ` +
      "ends there: remove the mark";
    const cases: [script: string, lines: string[]][] = [
      ["a\n\x1a\nb\nc\n", ["a", problem(3)]],
      ["a\nb\x1a\n\n/to Bob", ["a", "b", problem(4)]],
      [`a\n\x1a\n${"x".repeat(400_000)}\nb\n`, ["a", problem(3)]],
    ];
    for (const encoding of ["utf-8", "utf-16le", "utf-16be"] as const) {
      for (const [script, lines] of cases) {
        const bytes = encode(`\ufeff${script}`, encoding);
        assertEquals(linesOf(bytes), lines);
        assertEquals(linesOf(bytes, 7), lines);
      }
    }
    // Where the mark is a key, nothing more is expected.
    const lines = new ScriptLines({ endsAtMark: true });
    assertEquals(lines.push(encode("a\n\x1a\n", "utf-8")), [{ text: "a" }]);
    assert(lines.ended);
  },
});

Deno.test({
  name: "ScriptLines.push() reports the beginning of a line that is too long",
  permissions: "none",
  fn() {
    for (const encoding of ["utf-8", "utf-16le", "utf-16be"] as const) {
      for (const length of [70_000, 400_000]) {
        const text = `/to Bob ${"x".repeat(length)}\nb\n`;
        const lines = new ScriptLines();
        const read = lines.push(encode(`\ufeff${text}`, encoding));
        assert(read[0]!.problem);
        assert("start" in read[0]! && read[0].start?.startsWith("/to Bob xx"));
        assertEquals(read[1], { text: "b" });
      }
    }
  },
});

Deno.test({
  name: "ScriptLines.push() omits a line that is too long, and only that line",
  permissions: "none",
  fn() {
    const problem =
      "! Line 2 is left out: it has more than 65536 characters. " +
      "Send it in parts";
    for (const encoding of ["utf-8", "utf-16le", "utf-16be"] as const) {
      for (const long of ["x".repeat(65_537), "é".repeat(400_000)]) {
        const bytes = encode(`\ufeffa\n${long}\nb\n`, encoding);
        assertEquals(linesOf(bytes, 4_099), ["a", problem, "b"]);
      }
    }
  },
});

Deno.test({
  name: "readScript() ends with a source that cannot be read",
  permissions: "none",
  async fn() {
    const source = { read: () => Promise.reject(new Error("Bad resource")) };
    for await (const line of readScript(source)) throw line;
  },
});
