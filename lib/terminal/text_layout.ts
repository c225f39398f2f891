import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** A window narrower than this is not worth breaking lines for, in columns. */
const MIN_WIDTH = 20;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that `text` takes on a terminal, colours not counted. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** `text` without colours, cut to at most `columns` columns; `…` says that there was more. */
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

/** `text` with spaces up to `columns` columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}

/**
 * `text` in lines of at most `columns` columns, broken between words. A word that
 * is longer, such as a link, stays whole: the terminal wraps it, so that it can
 * still be clicked and copied.
 */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(columns, MIN_WIDTH);
  if (textWidth(text) <= width) return [text];
  return wrapAnsi(text, width, { trim: false }).split("\n")
    .map((line, index) => (index === 0 ? line : line.trimStart()).trimEnd());
}

/** `12:03`, local time. */
export function clockTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}
