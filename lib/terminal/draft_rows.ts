import { display } from "../display.ts";
import { textWidth } from "./text_layout.ts";

/** Shown for a line break in a draft, which is drawn as one run of text. */
export const NEWLINE_MARK = "¶";

/** Shown for a tab in a draft. */
const TAB_MARK = "  ";

/** Most UTF-16 units split into characters at once: one row needs only a few. */
const PIECE_LENGTH = 512;

/** Most cached widths: no script has as many characters in common use. */
const MAX_WIDTHS = 8_192;

/**
 * Widest character shown unchanged, in columns: the width of an escape. More is too
 * wide for a narrow window.
 */
const MAX_CELL_WIDTH = 9;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** One row of a draft: the offsets of its text, and its width. */
export type DraftRow = {
  readonly start: number;
  readonly end: number;
  /** Width in columns, including the prompt before the draft. */
  readonly width: number;
  /** Whether all characters are ASCII: every terminal gives them the same width. */
  readonly isPlain: boolean;
};

/** One character as shown: the text drawn for it, and its columns. */
type Cell = { readonly end: number; readonly text: string; width: number };

/**
 * Breaks a draft into rows, between any two characters, as a terminal does. Keeps the
 * rows before a change, so that a key at the end of a long draft costs one row.
 */
export class DraftRows {
  #text = "";
  #columns = 0;
  #indent = 0;
  #rows: DraftRow[] = [];
  readonly #widths = new Map<string, number>();
  /** How many characters have been examined; tests count them as work. */
  work = 0;

  /**
   * Returns the rows of `text` in a window of `columns` columns; the first row begins
   * after `indent` columns. There is always a place for a cursor at the end: an empty
   * row follows a text that fills its last row.
   */
  layOut(
    text: string,
    { columns, indent }: { columns: number; indent: number },
  ): readonly DraftRow[] {
    const isSame = columns === this.#columns && indent === this.#indent;
    const kept = isSame ? this.#unchangedRows(text) : 0;
    this.#rows.length = kept;
    this.#text = text;
    this.#columns = columns;
    this.#indent = indent;
    let start = this.#rows.at(-1)?.end ?? 0;
    let width = kept === 0 ? indent : 0;
    let isPlain = true;
    let end = start;
    for (const cell of this.#cells(text, start, text.length)) {
      if (width + cell.width > columns && (end > start || width > 0)) {
        this.#rows.push({ start, end, width, isPlain });
        start = end;
        width = 0;
        isPlain = true;
      }
      width += cell.width;
      isPlain &&= cell.end === end + 1 && cell.width === 1 &&
        isPlainAt(text, end);
      end = cell.end;
    }
    this.#rows.push({ start, end, width, isPlain });
    if (width >= columns) {
      this.#rows.push({ start: end, end, width: 0, isPlain: true });
    }
    return this.#rows;
  }

  /** Returns the text of `row` as shown. */
  shown({ start, end }: DraftRow): string {
    let shown = "";
    for (const cell of this.#cells(this.#text, start, end)) shown += cell.text;
    return shown;
  }

  /** Returns row and column of the offset `cursor`; both count from 0. */
  place(cursor: number): { row: number; column: number } {
    let low = 0;
    let high = this.#rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#rows[middle]!.start <= cursor) low = middle;
      else high = middle - 1;
    }
    const { start } = this.#rows[low]!;
    let column = low === 0 ? this.#indent : 0;
    for (const { width } of this.#cells(this.#text, start, cursor)) {
      column += width;
    }
    return { row: low, column: Math.min(column, this.#columns - 1) };
  }

  /** Returns how many rows at the beginning are the same for `text`. */
  #unchangedRows(text: string): number {
    const shorter = Math.min(text.length, this.#text.length);
    let same = 0;
    if (text.startsWith(this.#text.slice(0, shorter))) same = shorter;
    else while (text[same] === this.#text[same]) same++;
    let kept = this.#rows.length;
    while (kept > 0 && this.#rows[kept - 1]!.end >= same) kept--;
    // Where a row ends depends on the first character of the next one.
    return Math.max(0, kept - 1);
  }

  *#cells(text: string, start: number, end: number): Generator<Cell> {
    let at = start;
    while (at < end) {
      if (isPlainAt(text, at)) {
        this.work++;
        at++;
        yield { end: at, text: text[at - 1]!, width: 1 };
        continue;
      }
      const pieceEnd = Math.min(end, at + PIECE_LENGTH);
      const pieceStart = at;
      for (
        const { segment, index } of graphemes.segment(text.slice(at, pieceEnd))
      ) {
        const next = pieceStart + index + segment.length;
        // The last character may continue in the next piece; none is longer than a
        // piece.
        if (next === pieceEnd && pieceEnd < end && index > 0) break;
        this.work++;
        at = next;
        const shown = shownAs(segment);
        const width = this.#widthOf(shown);
        yield width > MAX_CELL_WIDTH
          ? { end: at, text: "\ufffd", width: 1 }
          : { end: at, text: shown, width };
        if (at < end && isPlainAt(text, at)) break;
      }
    }
  }

  #widthOf(shown: string): number {
    let width = this.#widths.get(shown);
    if (width === undefined) {
      width = textWidth(shown);
      if (this.#widths.size >= MAX_WIDTHS) this.#widths.clear();
      this.#widths.set(shown, width);
    }
    return width;
  }
}

/**
 * Returns whether there is an ASCII character at `at` that does not combine with the
 * next one.
 */
function isPlainAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x20 || code > 0x7e) return false;
  // Nothing below U+0300 combines; NaN is the end of the text.
  return !(text.charCodeAt(at + 1) >= 0x300);
}

function shownAs(character: string): string {
  if (character === "\n" || character === "\r\n") return NEWLINE_MARK;
  if (character === "\t") return TAB_MARK;
  return display(character);
}
