import { assert, assertEquals } from "@std/assert";
import {
  cleanPaste,
  type Input,
  InputParser,
  MAX_PASTE_LENGTH,
} from "../../lib/terminal/input_parser.ts";

/** Returns the inputs from `text`, in pieces of `size` bytes; keys are joined. */
function parsed(text: string, size: number, position = false): Input[] {
  const parser = new InputParser();
  parser.expectsPosition = position;
  const inputs: Input[] = [];
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) {
    for (const input of parser.push(bytes.slice(at, at + size))) {
      const last = inputs.at(-1);
      if (input.kind === "keys" && last?.kind === "keys") {
        inputs[inputs.length - 1] = { ...last, text: last.text + input.text };
      } else inputs.push(input);
    }
  }
  return inputs;
}

Deno.test({
  name:
    "InputParser tells keys, pastes and positions apart, however they are split",
  permissions: "none",
  fn() {
    const text =
      "a\x1b[A\x1b[200~one\r\nt\x1bwo\x1b[201~é🙂\r\x1b[24;80Rz\x1b[1;5C";
    for (let size = 2; size < 40; size++) {
      assertEquals(parsed(text, size, true), [
        { kind: "keys", text: "a\x1b[A" },
        { kind: "paste", text: "one\r\nt\x1bwo", length: 9 },
        { kind: "keys", text: "é🙂\r" },
        { kind: "position", row: 23, column: 79 },
        { kind: "keys", text: "z\x1b[1;5C" },
      ], `pieces of ${size}`);
    }
  },
});

Deno.test({
  name: "InputParser takes a position for a key if the program has not asked",
  permissions: "none",
  fn() {
    assertEquals(parsed("\x1b[1;2R", 100), [{
      kind: "keys",
      text: "\x1b[1;2R",
    }]);
  },
});

Deno.test({
  name:
    "InputParser keeps the beginning of an endless paste, and counts the rest",
  permissions: "none",
  fn() {
    const length = 3 * MAX_PASTE_LENGTH;
    const [paste, key] = parsed(
      `\x1b[200~${"x".repeat(length)}\x1b[201~y`,
      65_536,
    );
    assert(paste?.kind === "paste");
    assertEquals(paste.text.length, MAX_PASTE_LENGTH);
    assertEquals(paste.length, length);
    assertEquals(key, { kind: "keys", text: "y" });
  },
});

Deno.test({
  name: "cleanPaste() keeps lines and tabs, and removes control characters",
  permissions: "none",
  fn() {
    assertEquals(
      cleanPaste("a\r\nb\rc\n\td\x1b\x03\x7f\x9b\r\n\n"),
      "a\nb\nc\n\td",
    );
  },
});
