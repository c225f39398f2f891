import { textBound } from "../terminal/column_bound.ts";
import { type BreakOptions, breakRows } from "../terminal/line_breaks.ts";
import { textWidth } from "../terminal/text_layout.ts";

/** A part of a line with a look of its own. */
export type Piece = {
  /** Harmless for a terminal, and without line breaks. */
  readonly text: string;
  readonly paint: (text: string) => string;
};

export type RowsOptions = {
  /** Paints the text after the head. */
  readonly look: (text: string) => string;
  /** Width of the widest row, in columns. */
  readonly columns: number;
  /** Spaces before every row but the first. */
  readonly indent: number;
  /** Most rows; the others are only counted. */
  readonly maxRows: number;
};

/** Letters of every script that runs from right to left. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Width of an isolate's two characters on a terminal that shows them, in columns. */
const MAX_ISOLATE_COLUMNS = 4;

const ISOLATE = { begin: "\u2068", end: "\u2069" };

/**
 * The rows of one line: its head with the first line of its text, then the other lines
 * of the text. Takes time linear in their length.
 */
export function layRows(
  [head, first, others]: readonly [readonly Piece[], string, readonly string[]],
  { look, columns, indent, maxRows }: RowsOptions,
): { rows: string[]; hidden: number } {
  const rows: string[] = [];
  let count = 0;
  const spaces = " ".repeat(indent);
  const lay = (pieces: readonly Piece[], options: BreakOptions) => {
    let margin = " ".repeat(options.start ?? 0);
    const text = pieces.map((piece) => piece.text).join("");
    const room = columns - columnsOfIsolates(pieces);
    for (const [from, to] of breakRows(text, room, options)) {
      if (count++ < maxRows) {
        rows.push(margin + paintedPart(pieces, from, to));
      }
      margin = spaces;
    }
  };
  const before = head.map(({ text }) => text).join("");
  const left = columns - textWidth(before);
  lay([...head, { text: first, paint: look }], {
    indent,
    // The text begins beside its head unless the next row has far more room.
    head: 2 * left >= columns - indent ? before.length : 0,
  });
  const sureRoom = columns - indent - MAX_ISOLATE_COLUMNS;
  for (const text of others) {
    // Such a short line is one row, which only counts.
    if (count >= maxRows && 2 * text.length <= sureRoom) count++;
    else lay([{ text, paint: look }], { start: indent, indent });
  }
  return { rows, hidden: count - rows.length };
}

/** The part of all pieces from `from` to `to`, painted piece by piece. */
function paintedPart(
  pieces: readonly Piece[],
  from: number,
  to: number,
): string {
  let row = "";
  let begin = 0;
  for (const { text, paint } of pieces) {
    const part = text.slice(Math.max(0, from - begin), Math.max(0, to - begin));
    if (part !== "") row += paint(isolated(part));
    begin += text.length;
  }
  return row;
}

/**
 * Isolates text that runs from right to left. Without this, a terminal that supports
 * such text would move time and name, and begin the row at its right end.
 */
function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? ISOLATE.begin + text + ISOLATE.end : text;
}

/** Most columns that {@linkcode isolated} adds to a row. */
function columnsOfIsolates(pieces: readonly Piece[]): number {
  const isolates = pieces.filter(({ text }) => RIGHT_TO_LEFT.test(text)).length;
  return isolates * textBound(ISOLATE.begin + ISOLATE.end);
}
