import { assertEquals } from "@std/assert";
import {
  layRows,
  type Piece,
  type RowsOptions,
} from "../../lib/client/rows.ts";

const PLAIN: RowsOptions = {
  look: (text) => text,
  columns: 20,
  indent: 2,
  maxRows: Infinity,
};

const piece = (text: string): Piece => ({
  text,
  paint: (part) => `<${part}>`,
});

Deno.test({
  name:
    "layRows() puts the first line behind the head, and the others below it",
  permissions: "none",
  fn() {
    assertEquals(layRows([[piece("Bob: ")], "hi", ["there", ""]], PLAIN), {
      rows: ["<Bob: >hi", "  there", "  "],
      hidden: 0,
    });
  },
});

Deno.test({
  name: "layRows() breaks a long text, and indents every row but the first",
  permissions: "none",
  fn() {
    const { rows } = layRows([[], "one two three four five six", []], PLAIN);
    assertEquals(rows, ["one two three four ", "  five six"]);
  },
});

Deno.test({
  name: "layRows() makes at most maxRows rows, and counts the others",
  permissions: "none",
  fn() {
    const others = Array.from({ length: 9 }, (_, row) => `row ${row}`);
    for (const maxRows of [1, 9, 10, 11]) {
      const { rows, hidden } = layRows([[], "first", others], {
        ...PLAIN,
        maxRows,
      });
      assertEquals(rows.length, Math.min(10, maxRows));
      assertEquals(rows.length + hidden, 10);
    }
    // A row that is too long for a guess is counted with care.
    const long = layRows([[], "x", ["one two three four five six"]], {
      ...PLAIN,
      maxRows: 1,
    });
    assertEquals(long.hidden, 2);
    const wide = layRows([[], "x", ["你好你好你好你好你好你好"]], {
      ...PLAIN,
      maxRows: 1,
    });
    assertEquals(wide.hidden, 2);
  },
});

Deno.test({
  name: "layRows() paints each piece by itself, and the text by its look",
  permissions: "none",
  fn() {
    const look = (text: string) => text.toUpperCase();
    const { rows } = layRows([[piece("12:03 "), piece("Bob: ")], "hi", []], {
      ...PLAIN,
      look,
    });
    assertEquals(rows, ["<12:03 ><Bob: >HI"]);
  },
});

Deno.test({
  name:
    "layRows() isolates text that runs from right to left, and nothing else",
  permissions: "none",
  fn() {
    const { rows } = layRows([[piece("Bob: ")], "שלום", ["hi"]], PLAIN);
    assertEquals(rows, ["<Bob: >\u2068שלום\u2069", "  hi"]);
  },
});
