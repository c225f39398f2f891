/**
 * The rows at the bottom of a terminal, below everything printed: how to draw them,
 * change them, and find them again after a resize. Pure: the functions return what to
 * write.
 *
 * @module
 */

/** One row of a block. */
export type Row = {
  /** The text to write, colours included; never wider than the window. */
  readonly text: string;
  /** Width of the text in columns. */
  readonly width: number;
  /**
   * Whether the row fills the window, so that the terminal itself wraps into the next
   * row. The position of the cursor after a resize then shows whether the terminal
   * rewraps.
   */
  readonly wraps?: boolean;
};

/** Row and column, from 0. */
export type Place = { readonly row: number; readonly column: number };

export type Block = {
  readonly rows: readonly Row[];
  readonly cursor: Place;
  /** Width of the window that the block was drawn for, in columns. */
  readonly columns: number;
};

/** ASCII and colours: every terminal gives them the same width. */
// deno-lint-ignore no-control-regex -- the codes of colours
const PLAIN = /^(?:[\x20-\x7e]|\x1b\[[\d;]*m)*$/;

/**
 * Returns the codes that erase the whole block; the cursor is `rowsAbove` rows below
 * its top.
 */
export function erase(rowsAbove: number): string {
  return `${up(rowsAbove)}\r\x1b[J`;
}

/**
 * Returns the codes that draw the block at the cursor, at the start of an empty row.
 */
export function draw(block: Block): string {
  let out = "";
  block.rows.forEach((row, index) => {
    const previous = block.rows[index - 1];
    if (previous !== undefined && previous.wraps !== true) out += "\r\n";
    out += row.text;
  });
  out += makeRoom(block.rows);
  if (isAtEnd(block)) return out;
  return out + moveTo(block.rows.length - 1, block.cursor);
}

/**
 * Returns the codes that change the block on the screen from `old` to `next`; writes
 * only rows that differ.
 */
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
  if (written === at && written === next.rows.length - 1 && isAtEnd(next)) {
    return out;
  }
  return isStill ? "" : out + moveTo(at, next.cursor);
}

/**
 * Returns where the cursor is in a window that is now `columns` wide: `cut` if the
 * terminal cuts off or keeps its rows, `wrapped` if it rewraps them. `row` counts from
 * the top of the block.
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

/**
 * Returns what to write so that the terminal wraps into an empty last row: it does so
 * only when a character follows.
 */
function makeRoom(rows: readonly Row[]): string {
  const isEmpty = rows.at(-1)?.width === 0 && rows.at(-2)?.wraps === true;
  return isEmpty ? " \r" : "";
}

/**
 * Returns whether the cursor's place is the end of the drawing. The cursor then needs
 * no move, and its later position also shows whether the window was resized during the
 * drawing.
 */
function isAtEnd({ rows, cursor, columns }: Block): boolean {
  const { text, width } = rows.at(-1)!;
  return cursor.row === rows.length - 1 && cursor.column === width &&
    width < columns && PLAIN.test(text);
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
