import stringWidth from "string-width";
import { quote } from "../display.ts";
import { type BreakOptions, breakRows } from "./line_breaks.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns from one tab stop to the next, as in every terminal. */
const TAB_COLUMNS = 8;

/** Longest text in a sentence, in columns. */
const MAX_SHOWN_WIDTH = 40;

/** Returns the width of `text` in columns on most terminals; colours do not count. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/**
 * Returns `text`, which has no colours, cut to at most `columns` columns; `…` marks the
 * cut.
 */
export function clip(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = "";
  let taken = 1;
  for (const { segment } of graphemes.segment(text)) {
    taken += textWidth(segment);
    if (taken > columns) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept}…`;
}

/** Returns `text` as a sentence shows it: quoted, and not too long. */
export function shownText(text: string): string {
  return quote(clip(text.trim(), MAX_SHOWN_WIDTH));
}

/** Returns `text` padded with spaces to `columns` columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

/**
 * Returns `text` in rows of at most `columns` columns, broken between words; a longer
 * word, such as a link, is broken at the end of the row. All rows but the first begin
 * with `indent` spaces.
 */
export function wrap(
  text: string,
  columns: number,
  options: BreakOptions = {},
): string[] {
  const margin = " ".repeat(options.indent ?? 0);
  return Array.from(
    breakRows(text, columns, options),
    ([start, end], index) =>
      (index === 0 ? "" : margin) + text.slice(start, end),
  );
}

/**
 * Returns the indent of the later rows of `text`, in columns: two more than its own.
 */
export function hangingIndent(text: string): number {
  return 2 + /^ */.exec(text)![0].length;
}

/** Returns `cells` in one line, each but the first at the next tab stop. */
export function tabbed(cells: readonly string[]): string {
  let line = "";
  let column = 0;
  cells.forEach((cell, index) => {
    if (index > 0) {
      const gap = TAB_COLUMNS - column % TAB_COLUMNS;
      line += " ".repeat(gap);
      column += gap;
    }
    line += cell;
    column += textWidth(cell);
  });
  return line;
}

/** Returns `12:03`, local time. */
export function clockTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = [
  ...["Jan", "Feb", "Mar", "Apr", "May", "Jun"],
  ...["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
];

/**
 * Returns `12:03` on the day of `now`, `Mon 24 Nov 12:03` in its year, `24 Nov 2025
 * 12:03` otherwise.
 */
export function dayTime(date: Date, now: Date): string {
  if (date.toDateString() === now.toDateString()) return clockTime(date);
  const [weekday, day, month, year] = [
    DAYS[date.getDay()],
    date.getDate(),
    MONTHS[date.getMonth()],
    date.getFullYear(),
  ];
  return year === now.getFullYear()
    ? `${weekday} ${day} ${month} ${clockTime(date)}`
    : `${day} ${month} ${year} ${clockTime(date)}`;
}
