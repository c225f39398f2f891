import { assert, assertEquals } from "@std/assert";
import {
  clip,
  dayTime,
  hangingIndent,
  padded,
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
    "wrap() breaks a word that is wider than a row, and loses nothing of it",
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
  name:
    "wrap() breaks Chinese and Japanese anywhere but at a sign's wrong side",
  permissions: "none",
  fn() {
    assertEquals(wrap("你好吗？我很好。", 8), ["你好吗？", "我很好。"]);
    assertEquals(wrap("你好吗吗？我很好", 8), ["你好吗", "吗？我很", "好"]);
    assertEquals(wrap("东西「东西」", 6), ["东西", "「东", "西」"]);
    assertEquals(wrap("한국어 문장입니다", 10), ["한국어 ", "문장입니다"]);
  },
});

Deno.test({
  name:
    "wrap() keeps a letter with its marks, an emoji and a flag in one piece",
  permissions: "none",
  fn() {
    const pieces = [
      "e\u0301",
      "👩\u200d👩\u200d👧\u200d👦",
      "👍🏽",
      "🇩🇪",
      "1\ufe0f\u20e3",
      "क\u094d",
      "\u1100\u1161\u11a8",
    ];
    for (const piece of pieces) {
      for (const row of wrap(piece.repeat(30), 17)) {
        assertEquals(row.replaceAll(piece, ""), "", row);
      }
    }
  },
});

Deno.test({
  name:
    "wrap() takes every blank as a place to break, and keeps all but spaces",
  permissions: "none",
  fn() {
    const blanks = "\u00a0\u1680\u2003\u2007\u202f\u205f\u2800\u3000" +
      "\u115f\u1160\u3164\uffa0\u200b";
    for (const blank of blanks) {
      const rows = wrap(`eightcol${blank}${"ninecolum"}`, 12);
      assertEquals(rows, [`eightcol${blank}`, "ninecolum"]);
      const many = wrap(`ok${blank.repeat(50)}end`, 12);
      assertEquals(many.join(""), `ok${blank.repeat(50)}end`);
      for (const row of many) assert(textWidth(row) <= 12, row);
    }
    assertEquals(wrap(`ok${" ".repeat(50)}end`, 12), [
      `ok${" ".repeat(10)}`,
      "end",
    ]);
  },
});

Deno.test({
  name: "hangingIndent() is further in than the text",
  permissions: "none",
  fn() {
    assertEquals(hangingIndent("text"), 2);
    assertEquals(hangingIndent("  /get"), 4);
  },
});

Deno.test({
  name: "tabbed() puts each cell at a column of 8",
  permissions: "none",
  fn() {
    assertEquals(tabbed(["a", "b"]), "a       b");
    assertEquals(tabbed(["", "", "x"]), " ".repeat(16) + "x");
    assertEquals(tabbed(["12345678", "x"]), "12345678        x");
    assertEquals(tabbed(["你好", "x"]), "你好    x");
    assertEquals(tabbed(["alone"]), "alone");
  },
});

Deno.test({
  name: "dayTime() says the day, and the year, where they are not today's",
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
