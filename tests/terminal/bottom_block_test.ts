import { assertEquals } from "@std/assert";
import {
  afterResize,
  type Block,
  change,
  draw,
  erase,
  type Row,
} from "../../lib/terminal/bottom_block.ts";

const row = (text: string, wraps?: boolean): Row => ({
  text,
  width: text.length,
  ...(wraps !== undefined && { wraps }),
});

/** A block in a window of 10 columns, with the cursor at the end of its last row. */
function block(
  rows: readonly Row[],
  cursor?: [row: number, column: number],
): Block {
  const [at, column] = cursor ?? [rows.length - 1, rows.at(-1)!.width];
  return { rows, cursor: { row: at, column }, columns: 10 };
}

Deno.test({
  name:
    "erase() goes up to the top of the block and clears to the end of the screen",
  permissions: "none",
  fn() {
    assertEquals(erase(0), "\r\x1b[J");
    assertEquals(erase(1), "\x1b[1A\r\x1b[J");
    assertEquals(erase(3), "\x1b[3A\r\x1b[J");
  },
});

Deno.test({
  name:
    "draw() writes the rows, and moves the cursor only if it belongs elsewhere",
  permissions: "none",
  fn() {
    assertEquals(draw(block([row("a"), row("> b")])), "a\r\n> b");
    assertEquals(
      draw(block([row("a"), row("> b")], [1, 2])),
      "a\r\n> b\r\x1b[2C",
    );
    assertEquals(
      draw(block([row("a"), row("> b")], [0, 1])),
      "a\r\n> b\x1b[1A\r\x1b[1C",
    );
    assertEquals(
      draw(block([row("a"), row("> b")], [0, 0])),
      "a\r\n> b\x1b[1A\r",
    );
  },
});

Deno.test({
  name: "draw() lets the terminal wrap a row that fills the window",
  permissions: "none",
  fn() {
    const full = row("0123456789", true);
    assertEquals(draw(block([full, row("ab")])), "0123456789ab");
    // The terminal creates the row below only when a character follows.
    assertEquals(draw(block([full, row("")])), "0123456789 \r");
    assertEquals(
      draw(block([row("0123456789", false), row("ab")])),
      "0123456789\r\nab",
    );
  },
});

Deno.test({
  name: "draw() moves a cursor whose position terminals may disagree about",
  permissions: "none",
  fn() {
    const wide: Row = { text: "> 你", width: 4 };
    assertEquals(draw(block([wide])), "> 你\r\x1b[4C");
    const painted: Row = { text: "\x1b[1m> \x1b[22mx", width: 3 };
    assertEquals(draw(block([painted])), painted.text);
    assertEquals(
      draw(block([row("0123456789")], [0, 9])),
      "0123456789\r\x1b[9C",
    );
  },
});

Deno.test({
  name: "change() writes nothing if nothing has changed",
  permissions: "none",
  fn() {
    const old = block([row("a"), row("> b")]);
    assertEquals(change(old, old), "");
    assertEquals(
      change(old, block([row("a"), row("> b")], [1, 2])),
      "\r\x1b[2C",
    );
    assertEquals(
      change(old, block([row("a"), row("> b")], [0, 1])),
      "\x1b[1A\r\x1b[1C",
    );
  },
});

Deno.test({
  name: "change() writes only the rows that differ",
  permissions: "none",
  fn() {
    const old = block([row("one"), row("two"), row("> b")]);
    assertEquals(
      change(old, block([row("ONE"), row("two"), row("> b")])),
      "\x1b[2A\rONE\x1b[K\x1b[2B\r\x1b[3C",
    );
    assertEquals(
      change(old, block([row("one"), row("two"), row("> bc")])),
      "\r> bc\x1b[K",
    );
    // There is nothing to clear after a row that fills the window.
    assertEquals(
      change(old, block([row("one"), row("two"), row("0123456789")], [2, 9])),
      "\r0123456789\r\x1b[9C",
    );
  },
});

Deno.test({
  name: "change() adds rows below, and removes rows",
  permissions: "none",
  fn() {
    const one = block([row("> a")]);
    const two = block([row("> a"), row("b")]);
    assertEquals(change(one, two), "\r\nb");
    assertEquals(change(two, one), "\r\x1b[J\x1b[1A\r\x1b[3C");
    const full = block([row("0123456789", true), row("b")]);
    assertEquals(change(one, full), "\r0123456789b");
    assertEquals(
      change(one, block([row("0123456789", true), row("")])),
      "\r0123456789 \r",
    );
  },
});

Deno.test({
  name: "afterResize() finds the cursor in cut and in rewrapped rows",
  permissions: "none",
  fn() {
    const rows = [row("012345678"), row("> abcdefgh")];
    const where = (columns: number, cursor: [number, number]) =>
      afterResize(block(rows, cursor), columns);
    assertEquals(where(10, [1, 4]), {
      cut: { row: 1, column: 4 },
      wrapped: { row: 1, column: 4 },
    });
    // Nine columns still fit in nine, and take two rows in eight.
    assertEquals(where(9, [1, 4]).wrapped, { row: 1, column: 4 });
    assertEquals(where(8, [1, 4]).wrapped, { row: 2, column: 4 });
    assertEquals(where(4, [1, 4]), {
      cut: { row: 1, column: 3 },
      wrapped: { row: 4, column: 0 },
    });
    assertEquals(where(4, [1, 3]).wrapped, { row: 3, column: 3 });
    assertEquals(where(5, [0, 5]).wrapped, { row: 1, column: 0 });
  },
});

Deno.test({
  name: "afterResize() treats rows that wrap into each other as one",
  permissions: "none",
  fn() {
    const rows = [row("0123456789", true), row("abc")];
    const place = (columns: number) =>
      afterResize(block(rows, [1, 3]), columns).wrapped;
    assertEquals(place(20), { row: 0, column: 13 });
    assertEquals(place(13), { row: 1, column: 0 });
    assertEquals(place(5), { row: 2, column: 3 });
    const empty = [row(""), row("ab")];
    assertEquals(afterResize(block(empty), 5).wrapped, { row: 1, column: 2 });
  },
});
