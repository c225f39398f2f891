import { assert, assertEquals } from "@std/assert";
import {
  type BreakOptions,
  breakRows,
} from "../../lib/terminal/line_breaks.ts";
import { textWidth } from "../../lib/terminal/text_layout.ts";

/** Returns the rows of `text`, as texts. */
function rowsOf(
  text: string,
  columns: number,
  options?: BreakOptions,
): string[] {
  return Array.from(
    breakRows(text, columns, options),
    ([start, end]) => text.slice(start, end),
  );
}

Deno.test({
  name: "breakRows() fills each row up to its last column, and not beyond",
  permissions: "none",
  fn() {
    const cases: [text: string, columns: number, rows: string[]][] = [
      ["", 10, [""]],
      ["abcde", 5, ["abcde"]],
      ["abcdef", 5, ["abcde", "f"]],
      ["ab cde", 6, ["ab cde"]],
      ["ab cdef", 6, ["ab ", "cdef"]],
      ["abcdef ghi", 6, ["abcdef", "ghi"]],
      ["abcdef  ", 6, ["abcdef"]],
      ["你好吗", 6, ["你好吗"]],
      ["你好吗", 5, ["你好", "吗"]],
      ["abc", 1, ["ab", "c"]],
    ];
    for (const [text, columns, expected] of cases) {
      assertEquals(rowsOf(text, columns), expected, `${text} in ${columns}`);
    }
  },
});

Deno.test({
  name: "breakRows() leaves space before the first row, and before all others",
  permissions: "none",
  fn() {
    assertEquals(rowsOf("abcdefgh", 4, { start: 1 }), ["abc", "defg", "h"]);
    assertEquals(rowsOf("abcdefgh", 4, { indent: 1 }), ["abcd", "efg", "h"]);
    // At least two columns remain, however wide the indent.
    assertEquals(rowsOf("abcd", 4, { start: 9, indent: 9 }), ["ab", "cd"]);
  },
});

Deno.test({
  name: "breakRows() does not break within the head if it has a choice",
  permissions: "none",
  fn() {
    const text = "12:03 Bob: abcdefghijkl";
    assertEquals(rowsOf(text, 12)[0], "12:03 Bob: ");
    assertEquals(rowsOf(text, 12, { head: 11 })[0], "12:03 Bob: a");
    assertEquals(rowsOf("a b cdef", 6, { head: 1 })[0], "a b ");
    assertEquals(rowsOf("a b cdef", 6, { head: 4 })[0], "a b cd");
  },
});

Deno.test({
  name:
    "breakRows() breaks beside the characters of scripts without spaces, and no others",
  permissions: "none",
  fn() {
    const breaks = (code: number) => {
      const character = String.fromCodePoint(code);
      return rowsOf(`abc${character}abcdef`, 9)[0] === `abc${character}`;
    };
    // The first and the last one of each range, and their neighbours.
    for (
      const [first, last] of [
        ...[[0x2e80, 0x9fff], [0xf900, 0xfaff], [0xfe30, 0xfe4f]],
        ...[[0xff01, 0xff9d], [0x1f300, 0x1faff], [0x20000, 0x3fffd]],
      ] as const
    ) {
      const codes = [first - 1, first, last, last + 1];
      assertEquals(codes.map(breaks), [false, true, true, false], `${first}`);
    }
  },
});

Deno.test({
  name:
    "breakRows() keeps the two letters of a flag together, and nothing else",
  permissions: "none",
  fn() {
    for (const [a, b] of ["🇦🇿", "🇿🇦"].map((flag) => [...flag])) {
      assertEquals(rowsOf(`aa${a}${b}`, 4), ["aa", `${a}${b}`]);
      // Three letters are one flag and a letter.
      assertEquals(rowsOf(`${a}${b}${a}`, 5), [`${a}${b}`, a]);
      for (const other of ["\u{1f1e5}", "\u{1f200}"]) {
        assertEquals(rowsOf(`aa${a}${other}`, 4), [`aa${a}`, other]);
      }
    }
  },
});

Deno.test({
  name: "breakRows() splits a cluster that is too long or too wide",
  permissions: "none",
  fn() {
    const marks = (count: number) => `e${"\u0301".repeat(count)}`;
    // 64 UTF-16 units stay together; the next one begins another cluster. The classic
    // console of Windows may give each of them a column.
    if (Deno.build.os !== "windows") {
      const [row] = rowsOf(marks(63) + "x".repeat(80), 2);
      assert(row!.startsWith(marks(63)));
    }
    for (const row of rowsOf("👩🏽\u200d".repeat(12), 10)) {
      assert(row.length > 0);
    }
    assertEquals(
      rowsOf("👩🏽\u200d".repeat(12), 10).join(""),
      "👩🏽\u200d".repeat(12),
    );
  },
});

Deno.test({
  name:
    "breakRows() breaks Chinese and Japanese anywhere except on the wrong side of a sign",
  permissions: "none",
  fn() {
    assertEquals(rowsOf("你好吗？我很好。", 8), ["你好吗？", "我很好。"]);
    assertEquals(rowsOf("你好吗吗？我很好", 8), ["你好吗", "吗？我很", "好"]);
    assertEquals(rowsOf("东西「东西」", 6), ["东西", "「东", "西」"]);
    assertEquals(rowsOf("한국어 문장입니다", 10), ["한국어 ", "문장입니다"]);
  },
});

Deno.test({
  name:
    "breakRows() keeps a letter with its marks, an emoji and a flag in one piece",
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
      for (const row of rowsOf(piece.repeat(30), 17)) {
        assertEquals(row.replaceAll(piece, ""), "", row);
      }
    }
  },
});

Deno.test({
  name: "breakRows() can break at every blank, and drops only spaces",
  permissions: "none",
  fn() {
    const blanks = "\u00a0\u1680\u2003\u2007\u202f\u205f\u2800\u3000" +
      "\u115f\u1160\u3164\uffa0\u200b";
    for (const blank of blanks) {
      const rows = rowsOf(`eightcol${blank}${"ninecolum"}`, 12);
      assertEquals(rows, [`eightcol${blank}`, "ninecolum"]);
      const many = rowsOf(`ok${blank.repeat(50)}end`, 12);
      assertEquals(many.join(""), `ok${blank.repeat(50)}end`);
      for (const row of many) assert(textWidth(row) <= 12, row);
    }
    assertEquals(rowsOf(`ok${" ".repeat(50)}end`, 12), [
      `ok${" ".repeat(10)}`,
      "end",
    ]);
  },
});
