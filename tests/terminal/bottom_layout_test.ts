import { assertEquals } from "@std/assert";
import {
  type Bottom,
  type BottomPaint,
  layOut,
} from "../../lib/terminal/bottom_layout.ts";
import { Draft } from "../../lib/terminal/draft.ts";
import { DraftRows } from "../../lib/terminal/draft_rows.ts";

/** Returns the block of a window, with `text` as its draft. */
function blockOf(
  { text = "", cursor = text.length, ...bottom }:
    & Partial<Omit<Bottom, "draft">>
    & { text?: string; cursor?: number },
  { columns = 20, rows = 10, paint = {} as BottomPaint } = {},
) {
  const draft = new Draft();
  draft.set(text, cursor);
  return layOut(
    { footer: [], status: "", prompt: "> ", ...bottom, draft },
    { columns, rows, paint, draftRows: new DraftRows() },
  );
}

const texts = (...options: Parameters<typeof blockOf>) =>
  blockOf(...options).rows.map(({ text }) => text.trimEnd());

Deno.test({
  name: "layOut() puts footer, status, prompt and draft below each other",
  permissions: "none",
  fn() {
    const block = blockOf({
      footer: ["a download"],
      status: "Ann @ Lab",
      text: "hello",
      cursor: 2,
    });
    assertEquals(block.rows, [
      { text: "a download", width: 10 },
      { text: "Ann @ Lab           ", width: 20, wraps: true },
      { text: "> hello", width: 7, wraps: false },
    ]);
    assertEquals(block.cursor, { row: 2, column: 4 });
    assertEquals(block.columns, 20);
  },
});

Deno.test({
  name:
    "layOut() shows a status from six rows on, and clips rows that are too wide",
  permissions: "none",
  fn() {
    assertEquals(texts({ status: "status" }, { rows: 6 }), ["status", ">"]);
    assertEquals(texts({ status: "status" }, { rows: 5 }), [">"]);
    const long = "x".repeat(21);
    // The status fills its row; no other row may touch the last column.
    assertEquals(texts({ status: long, footer: [long] }), [
      `${"x".repeat(18)}…`,
      `${"x".repeat(19)}…`,
      ">",
    ]);
    const wide = blockOf({ status: "你" });
    assertEquals(wide.rows[0]!.wraps, false, "terminals may not agree");
  },
});

Deno.test({
  name: "layOut() leaves two rows of a low window to the draft",
  permissions: "none",
  fn() {
    const footer = ["one", "two", "three", "four"];
    assertEquals(texts({ footer }, { rows: 5 }), ["one", "two", "three", ">"]);
    assertEquals(texts({ footer }, { rows: 3 }), ["one", ">"]);
    assertEquals(texts({ footer }, { rows: 2 }), [">"]);
    assertEquals(texts({ footer }, { rows: 1 }), [">"]);
  },
});

Deno.test({
  name: "layOut() breaks a question between words, its end before the draft",
  permissions: "none",
  fn() {
    // One column stays free for the cursor: 19 columns fit in one row, 20 do not.
    assertEquals(texts({ prompt: `${"x".repeat(18)} ` }), ["x".repeat(18)]);
    assertEquals(
      texts({ prompt: "Send all of this to everyone? ", text: "yes" }),
      ["Send all of this", "to everyone? yes"],
    );
    assertEquals(texts({ prompt: "Send all of this now?", text: "y" }), [
      "Send all of this",
      "now?y",
    ]);
  },
});

Deno.test({
  name: "layOut() shows the rows of a tall draft around the cursor",
  permissions: "none",
  fn() {
    const text = Array.from(
      { length: 12 },
      (_, at) => `row ${at} `.padEnd(10, "."),
    )
      .join("");
    const size = { columns: 10, rows: 6 };
    const shown = (cursor: number) =>
      texts({ prompt: "", text, cursor }, size).map((row) => row.slice(0, 11));
    assertEquals(shown(0), [
      "row 0 ....",
      "row 1 ....",
      "row 2 ....",
      "... 10 r…",
    ]);
    assertEquals(shown(50), [
      "... 4 ro…",
      "row 4 ....",
      "row 5 ....",
      "row 6 ....",
      "... 6 ro…",
    ]);
    const fits = text.slice(0, 40);
    assertEquals(texts({ prompt: "", text: fits, cursor: 0 }, size).length, 5);
    const block = blockOf({ prompt: "", text, cursor: 50 }, size);
    assertEquals(block.cursor, { row: 2, column: 0 });
  },
});

Deno.test({
  name: "layOut() paints the parts without changing their widths",
  permissions: "none",
  fn() {
    const mark = (sign: string) => (text: string) => `${sign}${text}${sign}`;
    const { rows } = blockOf(
      { footer: ["f"], status: "s", text: "d" },
      {
        columns: 4,
        paint: { footer: mark("1"), status: mark("2"), prompt: mark("3") },
      },
    );
    assertEquals(rows.map(({ text, width }) => [text, width]), [
      ["1f1", 1],
      ["2s   2", 4],
      ["3> 3d", 3],
    ]);
  },
});
