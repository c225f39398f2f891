import { textBound } from "../terminal/column_bound.ts";
import { type BreakOptions, breakRows } from "../terminal/line_breaks.ts";
import { textWidth } from "../terminal/text_layout.ts";

/** A part of a line that looks different from the next one. */
export type Piece = {
  /** Harmless, and without line breaks. */
  readonly text: string;
  readonly paint: (text: string) => string;
};

export type RowsOptions = {
  /** How the text after the head looks. */
  readonly look: (text: string) => string;
  /** The widest row. */
  readonly columns: number;
  /** Spaces before all rows but the first. */
  readonly indent: number;
  /** More rows are counted, not made. */
  readonly maxRows: number;
};

/** Letters that run from right to left, of any script. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Both characters of an isolate, where they are seen. */
const MAX_ISOLATE_COLUMNS = 4;

const ISOLATE = { begin: "\u2068", end: "\u2069" };

/**
 * One line as rows: its head, the first line of its text behind it, its other
 * lines below. Linear in the length of all of it.
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
    // The text begins behind its head, unless the next row has far more room.
    head: 2 * left >= columns - indent ? before.length : 0,
  });
  const sureRoom = columns - indent - MAX_ISOLATE_COLUMNS;
  for (const text of others) {
    // Only counted, and surely one row: nothing of it has to be looked at.
    if (count >= maxRows && 2 * text.length <= sureRoom) count++;
    else lay([{ text, paint: look }], { start: indent, indent });
  }
  return { rows, hidden: count - rows.length };
}

/** What stands between `from` and `to` in all pieces together, painted piece by piece. */
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
 * Keeps text that runs from right to left inside its place: without this, a
 * terminal that knows such text would move the time and the name about, and
 * begin the row at its other end.
 */
function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? ISOLATE.begin + text + ISOLATE.end : text;
}

/** What {@linkcode isolated} adds to a row at most, where it is seen. */
function columnsOfIsolates(pieces: readonly Piece[]): number {
  const isolates = pieces.filter(({ text }) => RIGHT_TO_LEFT.test(text)).length;
  return isolates * textBound(ISOLATE.begin + ISOLATE.end);
}
