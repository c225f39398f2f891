import { assert, assertEquals } from "@std/assert";
import { DraftRows } from "../../lib/terminal/draft_rows.ts";
import { textWidth } from "../../lib/terminal/text_layout.ts";
import { Random } from "../testing.ts";

const ALPHABET = [
  ...["a", "b", " ", "\n", "\t", "¶"],
  ...[
    "你",
    "é",
    "e\u0301",
    "🙂",
    "👨‍👩‍👧",
    "🇩🇪",
    "\u202e",
    "\u200b",
    "क्ष",
    "မြန်မာ",
  ],
];

Deno.test({
  name:
    "DraftRows.layOut() gives the same rows after single changes and at once",
  permissions: "none",
  fn() {
    const random = new Random(7);
    for (let round = 0; round < 60; round++) {
      const columns = 10 + random.below(60);
      const options = { columns, indent: random.below(9) };
      const rows = new DraftRows();
      let text = "";
      for (let step = 0; step < 40; step++) {
        const at = random.below(text.length + 1);
        const end = Math.min(text.length, at + random.below(3) * 4);
        const added = Array.from(
          { length: random.below(40) },
          () => random.pick(ALPHABET),
        ).join("");
        text = text.slice(0, at) + added + text.slice(end);
        const stepwise = rows.layOut(text, options).map((row) => ({ ...row }));
        const whole = new DraftRows();
        assertEquals(stepwise, [...whole.layOut(text, options)], text);
        for (const [index, row] of stepwise.entries()) {
          const indent = index === 0 ? options.indent : 0;
          const width = indent + textWidth(whole.shown(row));
          assert(width <= columns, `${width} of ${columns}`);
        }
        assertEquals(stepwise[0]!.start, 0);
        assertEquals(stepwise.at(-1)!.end, text.length);
      }
    }
  },
});

Deno.test({
  name: "DraftRows.layOut() costs one row for a key at the end of a long draft",
  permissions: "none",
  fn() {
    for (const letter of ["x", "你", "é", "\n", "क्ष"]) {
      const rows = new DraftRows();
      const options = { columns: 80, indent: 8 };
      const text = letter.repeat(40_000);
      rows.layOut(text, options);
      const before = rows.work;
      assert(before <= 41_000, `${letter}: ${before}`);
      rows.layOut(`${text}y`, options);
      rows.place(text.length + 1);
      assert(rows.work - before < 1_000, `${letter}: ${rows.work - before}`);
    }
  },
});

Deno.test({
  name: "DraftRows.place() finds the cursor, even after a full row",
  permissions: "none",
  fn() {
    const rows = new DraftRows();
    rows.layOut("0123456789", { columns: 6, indent: 2 });
    assertEquals(rows.place(0), { row: 0, column: 2 });
    assertEquals(rows.place(3), { row: 0, column: 5 });
    assertEquals(rows.place(4), { row: 1, column: 0 });
    assertEquals(rows.place(10), { row: 2, column: 0 });
  },
});
