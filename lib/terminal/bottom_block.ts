/**
 * What stands at the bottom of a terminal, below everything that was printed: how
 * it is drawn, changed, and found again after the window has another size. Pure:
 * returns what to write.
 *
 * @module
 */

/** One row of the block. */
export type Row = {
  /** What is written, colours included; never wider than the window. */
  readonly text: string;
  /** Columns that it takes. */
  readonly width: number;
  /**
   * Whether it fills the window and the next row goes on where it ends, so that
   * the terminal itself wraps. Where the cursor is after a resize then tells
   * whether the terminal wraps its rows again.
   */
  readonly wraps?: boolean;
};

/** Row and column, from 0. */
export type Place = { readonly row: number; readonly column: number };

export type Block = {
  readonly rows: readonly Row[];
  readonly cursor: Place;
  /** Width of the window that it was drawn for. */
  readonly columns: number;
};

/** Takes the whole block off the screen; the cursor is `rowsAbove` rows below its top. */
export function erase(rowsAbove: number): string {
  return `${up(rowsAbove)}\r\x1b[J`;
}

/** Draws the block where the cursor is, at the start of an empty row. */
export function draw(block: Block): string {
  let out = "";
  block.rows.forEach((row, index) => {
    const previous = block.rows[index - 1];
    if (previous !== undefined && previous.wraps !== true) out += "\r\n";
    out += row.text;
  });
  out += makeRoom(block.rows);
  return out + moveTo(block.rows.length - 1, block.cursor);
}

/** Changes the block on the screen from `old` to `next`; writes only rows that differ. */
export function change(old: Block, next: Block): string {
  let out = "";
  let at = old.cursor.row;
  let written = -1;
  next.rows.forEach((row, index) => {
    const before = old.rows[index];
    if (before !== undefined && isSame(before, row)) return;
    const previous = next.rows[index - 1];
    if (written === index - 1 && previous?.wraps === true) {
      // The terminal wraps by itself.
    } else if (before === undefined) {
      out += `${vertical(at, index - 1)}\r\n`;
    } else {
      out += `${vertical(at, index)}\r`;
    }
    out += row.text;
    if (before !== undefined && row.width < next.columns) out += "\x1b[K";
    at = written = index;
  });
  if (written === next.rows.length - 1) out += makeRoom(next.rows);
  if (old.rows.length > next.rows.length) {
    out += `${vertical(at, next.rows.length)}\r\x1b[J`;
    at = next.rows.length;
  }
  const isStill = out === "" && old.cursor.row === next.cursor.row &&
    old.cursor.column === next.cursor.column;
  return isStill ? "" : out + moveTo(at, next.cursor);
}

/**
 * Where the cursor is in a window that is `columns` wide now, if the terminal has
 * cut its rows or left them (`cut`), and if it has wrapped them again (`wrapped`).
 * `row` counts from the top of the block.
 */
export function afterResize(
  { rows, cursor, columns: drawnFor }: Block,
  columns: number,
): { cut: Place; wrapped: Place } {
  const cut = {
    row: cursor.row,
    column: Math.min(cursor.column, columns - 1),
  };
  let row = 0;
  let length = 0;
  for (const [index, { width, wraps = false }] of rows.entries()) {
    if (index === cursor.row) {
      const at = length + cursor.column;
      row += Math.floor(at / columns);
      return { cut, wrapped: { row, column: at % columns } };
    }
    length += wraps ? drawnFor : width;
    if (wraps) continue;
    row += Math.max(1, Math.ceil(length / columns));
    length = 0;
  }
  return { cut, wrapped: cut };
}

/** A last row that the row before wraps into is there only when something is in it. */
function makeRoom(rows: readonly Row[]): string {
  const isEmpty = rows.at(-1)?.width === 0 && rows.at(-2)?.wraps === true;
  return isEmpty ? " \r" : "";
}

function isSame(a: Row, b: Row): boolean {
  return a.text === b.text && (a.wraps ?? false) === (b.wraps ?? false);
}

function moveTo(from: number, { row, column }: Place): string {
  return `${vertical(from, row)}\r${column > 0 ? `\x1b[${column}C` : ""}`;
}

function vertical(from: number, to: number): string {
  return from > to ? up(from - to) : to > from ? `\x1b[${to - from}B` : "";
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}
