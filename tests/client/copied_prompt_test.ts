import { assertEquals } from "@std/assert";
import { readCopiedLine } from "../../lib/client/copied_prompt.ts";
import { formatPrompt } from "../../lib/client/view.ts";

Deno.test({
  name: "readCopiedLine() takes every prompt of formatPrompt() off a line",
  permissions: "none",
  fn() {
    for (let bits = 0; bits < 8; bits++) {
      const [isOffline, isPlain, gone] = [bits & 1, bits & 2, bits & 4]
        .map((bit) => bit > 0);
      const state = { isOffline: isOffline!, isPlain: isPlain! };
      const bob = { to: "Bob", gone: gone! };
      for (const isReply of [false, true]) {
        const person = formatPrompt(bob, { ...state, isReply });
        assertEquals(readCopiedLine(`${person}hi`), {
          name: "Bob",
          rest: "hi",
        });
      }
      const all = formatPrompt({}, state);
      assertEquals(readCopiedLine(`${all}hi`), { name: undefined, rest: "hi" });
    }
  },
});

Deno.test({
  name:
    "readCopiedLine() takes the last of several prompts, and blanks before it",
  permissions: "none",
  fn() {
    assertEquals(readCopiedLine("  [all] > \u200b[@Bob] > hi  you "), {
      name: "Bob",
      rest: "hi  you ",
    });
    assertEquals(readCopiedLine("[@Bob] > "), { name: "Bob", rest: "" });
  },
});

Deno.test({
  name: "readCopiedLine() leaves other lines alone",
  permissions: "none",
  fn() {
    for (
      const line of [
        "hi",
        "",
        "[x] > hi",
        "[all] hi",
        "a [all] > hi",
        "[@] > x",
      ]
    ) {
      assertEquals(readCopiedLine(line), undefined, line);
    }
  },
});
