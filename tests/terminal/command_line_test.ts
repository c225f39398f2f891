import { assertEquals } from "@std/assert";
import { firstWord } from "../../lib/terminal/command_line.ts";

Deno.test({
  name: "firstWord() splits a line after its first word",
  permissions: "none",
  fn() {
    const cases: [line: string, word: string, rest: string][] = [
      ["", "", ""],
      ["  \t ", "", ""],
      ["Bob", "Bob", ""],
      [" Bob ", "Bob", ""],
      ["Bob hi", "Bob", "hi"],
      ["Bob   two  words ", "Bob", "two  words"],
      ["Bob\nline\n two", "Bob", "line\n two"],
      ["Bob\u00a0hi", "Bob", "hi"],
    ];
    for (const [line, word, rest] of cases) {
      assertEquals(firstWord(line), [word, rest], line);
    }
  },
});
