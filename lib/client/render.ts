import { display, displayLines } from "../display.ts";
import { nameKey } from "../names.ts";
import { Painter, type Style } from "../terminal/style.ts";
import { textWidth, wrap } from "../terminal/text_layout.ts";
import type { Line } from "./view.ts";

/** Under a prefix wider than this part of the window, text begins at a fixed place. */
const MAX_INDENT_SHARE = 1 / 3;

/** ... namely here, in columns. */
const SMALL_INDENT = 4;

/**
 * A line for a pipe: one line for one event, whatever it holds. `undefined` for
 * what a script knows already, namely its own words.
 */
export function renderPlain(line: Line): string | undefined {
  switch (line.kind) {
    case "said":
    case "told":
      return `${display(line.from)}${markOf(line)}: ${display(line.text)}`;
    case "own":
      return undefined;
    default:
      return display(line.text);
  }
}

export type RenderOptions = {
  readonly style: Style;
  /** Width of the window. */
  readonly columns: number;
  /** `12:03`; without it lines begin with what they say. */
  readonly time?: string | undefined;
};

/**
 * A line for a terminal: time, name, text, wrapped under the text and not under
 * the name. Text of many lines keeps them. Nothing is said by colour alone.
 */
export function renderTerminal(line: Line, options: RenderOptions): string {
  const paint = new Painter(options.style);
  const time = options.time === undefined ? "" : `${options.time} `;
  switch (line.kind) {
    case "said":
    case "told":
    case "own": {
      const from = display(line.from);
      const mark = display(markOf(line));
      const painted = paint.system(time) +
        paint.person(from, nameKey(line.from)) + paint.strong(mark) + ": ";
      return under(painted, line.text, options).join("\n");
    }
    case "event":
      return under(time, line.text, options)
        .map((text) => paint.system(text)).join("\n");
    case "problem":
      return under("", line.text, options)
        .map((text) => paint.strong(text)).join("\n");
    case "answer":
      return under("", line.text, options).join("\n");
  }
}

function markOf(line: Extract<Line, { from: string }>): string {
  if (line.kind !== "own") {
    const marks = [
      ...(line.kind === "told" ? ["private"] : []),
      ...(line.past === undefined ? [] : [line.past.mark]),
    ];
    return marks.length === 0 ? "" : ` (${marks.join(", ")})`;
  }
  return line.to === undefined ? " (you)" : ` (you) to ${line.to}`;
}

/** `text` after `prefix`, all its lines beginning in the same column. */
function under(
  prefix: string,
  text: string,
  { columns, style }: RenderOptions,
): string[] {
  const width = textWidth(prefix);
  const indent = width <= columns * MAX_INDENT_SHARE ? width : SMALL_INDENT;
  const room = columns - 1 - indent;
  // The first line stands behind the prefix, which may be wider than the indent.
  const gap = " ".repeat(width - indent);
  const lines = displayLines(text).flatMap((line, index) =>
    wrap(index === 0 ? gap + line : line, room)
  );
  return lines.map((line, index) => {
    const words = index === 0 ? line.slice(gap.length) : line;
    const isolated = style.symbols ? isolate(words) : words;
    return (index === 0 ? prefix : " ".repeat(indent)) + isolated;
  });
}

/**
 * Keeps text that runs from right to left inside its line: without this, a
 * terminal that knows such text would move the time and the name about.
 */
function isolate(line: string): string {
  return RIGHT_TO_LEFT.test(line) ? `\u2068${line}\u2069` : line;
}

const RIGHT_TO_LEFT =
  /[\p{scx=Hebrew}\p{scx=Arabic}\p{scx=Syriac}\p{scx=Thaana}\p{scx=Nko}]/u;
