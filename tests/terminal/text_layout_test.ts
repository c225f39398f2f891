import { assert, assertEquals } from "@std/assert";
import {
  clip,
  clockTime,
  dayTime,
  hangingIndent,
  padded,
  shownText,
  tabbed,
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
  name: "clip() cuts between characters and marks the cut",
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
  name: "padded() pads to a width",
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
    const text = "the quick brown fox jumps over the lazy dog again and again";
    for (let columns = 10; columns < 60; columns++) {
      const rows = wrap(text, columns);
      for (const row of rows) assert(textWidth(row) <= columns, row);
      assertEquals(rows.map((row) => row.trim()).join(" "), text);
    }
    assertEquals(wrap("", 20), [""]);
    assertEquals(wrap("  1  a.txt", 40), ["  1  a.txt"]);
    assertEquals(wrap("one two", 4, { indent: 2 }), ["one ", "  tw", "  o"]);
  },
});

Deno.test({
  name:
    "wrap() breaks a word that is wider than a row, and loses no part of it",
  permissions: "none",
  fn() {
    const link = `https://example.org/${"x".repeat(100)}`;
    const rows = wrap(`see ${link}, now`, 30);
    assertEquals(rows[0], "see ");
    for (const row of rows) assert(textWidth(row) <= 30, row);
    assertEquals(rows.join(""), `see ${link}, now`);
  },
});

Deno.test({
  name: "hangingIndent() is larger than the text's own indent",
  permissions: "none",
  fn() {
    assertEquals(hangingIndent("text"), 2);
    assertEquals(hangingIndent("  /get"), 4);
  },
});

Deno.test({
  name: "tabbed() puts each cell at a multiple of 8 columns",
  permissions: "none",
  fn() {
    assertEquals(tabbed(["a", "b"]), "a       b");
    assertEquals(tabbed(["", "", "x"]), " ".repeat(16) + "x");
    assertEquals(tabbed(["12345678", "x"]), "12345678        x");
    assertEquals(tabbed(["你好", "x"]), "你好    x");
    assertEquals(tabbed(["abc", "de", "f"]), "abc     de      f");
    assertEquals(tabbed(["alone"]), "alone");
  },
});

Deno.test({
  name: "dayTime() adds the day, and the year, if they differ from today's",
  permissions: "none",
  fn() {
    const now = new Date(2026, 10, 26, 9, 0);
    const times: [Date, string][] = [
      [new Date(2026, 10, 26, 0, 0), "00:00"],
      [new Date(2026, 10, 25, 23, 59), "Wed 25 Nov 23:59"],
      [new Date(2026, 0, 1, 12, 5), "Thu 1 Jan 12:05"],
      [new Date(2025, 10, 26, 9, 0), "26 Nov 2025 09:00"],
      [new Date(2026, 10, 27, 0, 1), "Fri 27 Nov 00:01"],
    ];
    for (const [date, shown] of times) assertEquals(dayTime(date, now), shown);
  },
});

Deno.test({
  name: "clockTime() shows hours and minutes with two digits each",
  permissions: "none",
  fn() {
    assertEquals(clockTime(new Date(2026, 10, 26, 9, 5)), "09:05");
    assertEquals(clockTime(new Date(2026, 10, 26, 23, 59)), "23:59");
  },
});

Deno.test({
  name:
    "shownText() quotes a text, without blanks around it, cut to 40 columns",
  permissions: "none",
  fn() {
    assertEquals(shownText(" hi there\n"), '"hi there"');
    assertEquals(shownText("x".repeat(40)), `"${"x".repeat(40)}"`);
    assertEquals(shownText("x".repeat(41)), `"${"x".repeat(39)}…"`);
  },
});
