import { assert, assertEquals } from "@std/assert";
import {
  MAX_TEXT_LENGTH,
  pages,
  textFits,
  textLength,
} from "../lib/message_text.ts";
import { encodeMessage } from "../lib/messages.ts";

Deno.test({
  name: "MAX_TEXT_LENGTH has the value of the wire",
  permissions: "none",
  fn() {
    assertEquals(MAX_TEXT_LENGTH, 49152);
  },
});

Deno.test({
  name: "textLength() counts the bytes of the JSON without its quotation marks",
  permissions: "none",
  fn() {
    assertEquals(textLength(""), 0);
    assertEquals(textLength('a"é你🦄\n'), 1 + 2 + 2 + 3 + 4 + 2);
    assertEquals(textLength("\x00\ud800"), 12);
  },
});

Deno.test({
  name: "textFits() counts the bytes of the JSON, not the characters",
  permissions: "none",
  fn() {
    const cases: [character: string, bytes: number][] = [
      ["a", 1],
      ['"', 2],
      ["\n", 2],
      ["é", 2],
      ["你", 3],
      ["🦄", 4],
      ["\x00", 6],
      ["\ud800", 6],
    ];
    for (const [character, bytes] of cases) {
      const most = Math.floor(MAX_TEXT_LENGTH / bytes);
      assert(textFits(character.repeat(most)), character);
      assert(!textFits(character.repeat(most + 1)), character);
      const longest = { type: "told", from: "𐌰".repeat(32) } as const;
      encodeMessage({ ...longest, text: character.repeat(most) });
    }
  },
});

Deno.test({
  name: "pages() splits a list into messages that fit, and loses nothing",
  permissions: "none",
  fn() {
    assertEquals([...pages([])], [{ items: [], more: false }]);
    for (const name of ["a", "你".repeat(255), "\x01".repeat(255)]) {
      const files = Array.from(
        { length: 3000 },
        (_, index) => ({ name: `${name}${index}`, size: 2 ** 53 - 1 }),
      );
      const all = [...pages(files)];
      for (const { items, more } of all) {
        encodeMessage({ type: "files", files: items, more });
      }
      assertEquals(all.flatMap(({ items }) => items), files);
      assertEquals(
        all.map(({ more }) => more).lastIndexOf(true),
        all.length - 2,
      );
      assert(all.slice(0, -1).every(({ items }) => items.length > 5));
    }
  },
});

Deno.test({
  name: "pages() begins a new page for the first item that does not fit",
  permissions: "none",
  fn() {
    // An item counts as three bytes for each UTF-16 unit of its JSON, plus a comma:
    // three items of this length fill a page.
    const third = "x".repeat((MAX_TEXT_LENGTH / 3 - 1) / 3 - 2);
    const sizes = (...items: string[]) =>
      Array.from(pages(items), ({ items }) => items.length);
    assertEquals(sizes(third, third, third), [3]);
    assertEquals(sizes(third, third, third + "x"), [2, 1]);
    const long = "x".repeat(MAX_TEXT_LENGTH);
    assertEquals(sizes(long), [1]);
    assertEquals(sizes("a", long, "a"), [1, 1, 1]);
  },
});
