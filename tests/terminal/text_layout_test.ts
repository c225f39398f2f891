import { assert, assertEquals } from "@std/assert";
import {
  clip,
  padded,
  textWidth,
  wrap,
} from "../../lib/terminal/text_layout.ts";

Deno.test({
  name: "textWidth() counts columns, not characters",
  permissions: "none",
  fn() {
    const widths: [string, number][] = [
      ["abc", 3],
      ["é", 1],
      ["e\u0301", 1],
      ["你好", 4],
      ["🙂", 2],
      ["", 0],
    ];
    for (const [text, width] of widths) assertEquals(textWidth(text), width);
  },
});

Deno.test({
  name: "clip() cuts between characters and says that there was more",
  permissions: "none",
  fn() {
    assertEquals(clip("hello", 5), "hello");
    assertEquals(clip("hello", 4), "hel…");
    assertEquals(clip("你好吗", 4), "你…");
    assertEquals(clip("e\u0301e\u0301e\u0301", 2), "e\u0301…");
    assertEquals(clip("hello", 0), "");
    for (let columns = 0; columns < 12; columns++) {
      assert(textWidth(clip("a你🙂e\u0301b好", columns)) <= columns);
    }
  },
});

Deno.test({
  name: "padded() fills up to a width",
  permissions: "none",
  fn() {
    assertEquals(padded("你", 4), "你  ");
    assertEquals(padded("hello", 2), "hello");
  },
});

Deno.test({
  name: "wrap() breaks between words and loses none of them",
  permissions: "none",
  fn() {
    const text =
      "the quick brown fox jumps over the lazy dog 你好 again and again";
    for (let columns = 20; columns < 60; columns++) {
      const lines = wrap(text, columns);
      for (const line of lines) assert(textWidth(line) <= columns, line);
      assertEquals(lines.map((line) => line.trim()).join(" "), text);
    }
    assertEquals(wrap("", 20), [""]);
    assertEquals(wrap("  1  a.txt", 40), ["  1  a.txt"]);
  },
});

Deno.test({
  name: "wrap() keeps a word whole that is wider than the window",
  permissions: "none",
  fn() {
    const link = `https://example.org/${"x".repeat(100)}`;
    assertEquals(wrap(`see ${link} now`, 30).map((line) => line.trim()), [
      "see",
      link,
      "now",
    ]);
  },
});
