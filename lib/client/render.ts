import { display } from "../display.ts";
import { nameKey, SERVER_NAME } from "../names.ts";
import { OPERATOR_SIGN, type Painter } from "../terminal/style.ts";
import { hangingIndent, tabbed, textWidth } from "../terminal/text_layout.ts";
import { layRows, type Piece } from "./rows.ts";
import type { Line } from "./view.ts";

/**
 * Fewest columns for a text beside time and name, enough for four or five words. With
 * fewer, its next rows begin further to the left.
 */
const MIN_TEXT_COLUMNS = 24;

/** The indent of those rows, in columns; in a very narrow window a third of its width. */
const SMALL_INDENT = 4;

/** The sign before a message that mentions the user, without colours. */
const MENTION_SIGN = ">> ";

/** The sign before a problem, without colours. */
const PROBLEM_SIGN = "! ";

type Speech = Extract<Line, { from: string }>;

/**
 * A line for a pipe: one line for each event, whatever it holds; `undefined` for the
 * script's own messages. A line break becomes `\n` and a tab `\t`, so that a script
 * can split lines at tabs.
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
  readonly paint: Painter;
  /** Width of the window in columns. */
  readonly columns: number;
  /** The time of day before the line, `12:03`; missing: none. */
  readonly time?: string | undefined;
  /** Most rows; default: no limit. */
  readonly maxRows?: number;
};

/** The rows of a line, and how many more it would take. */
export type Rendered = {
  readonly rows: readonly string[];
  readonly hidden: number;
};

/**
 * A line for a terminal: time, name and text, in rows that fit the window. Every row
 * but the first is indented, so that no row looks like the beginning of a line. A text
 * keeps its line breaks, and its tabs are columns of 8. Colour alone means nothing.
 */
export function renderTerminal(line: Line, options: RenderOptions): Rendered {
  const { paint, time, columns } = options;
  const head: Piece[] = time === undefined
    ? []
    : [{ text: `${time} `, paint: (text) => paint.system(text) }];
  const [first = "", ...others] = shownLines(line.text);
  let look: (text: string) => string;
  switch (line.kind) {
    case "said":
    case "told":
    case "own":
      head.push(...speaker(line, paint));
      look = lookOf(line, paint);
      break;
    case "event":
      look = (text) => paint.system(text);
      break;
    case "problem":
      head.splice(0);
      if (!paint.color) {
        head.push({
          text: PROBLEM_SIGN,
          paint: (text) => text,
        });
      }
      look = (text) => paint.problem(text);
      break;
    case "answer":
      head.splice(0);
      look = (text) => withCommands(text, paint);
  }
  return layRows([head, first, others], {
    look,
    columns: columns - 1,
    indent: indentOf(head, { first, columns }),
    maxRows: options.maxRows ?? Infinity,
  });
}

/** The name of the speaker and the marks between the time and the text. */
function speaker(line: Speech, paint: Painter): Piece[] {
  const isOperator = line.kind !== "own" && line.from === SERVER_NAME;
  const isMention = line.kind !== "own" && line.mentions === true;
  const name: Piece = {
    text: display(line.from),
    paint: (text) => {
      if (isOperator) return paint.operator(text);
      const person = paint.person(text, nameKey(line.from));
      return isMention ? paint.mention(person) : person;
    },
  };
  const mark = (text: string) =>
    isPrivate(line) ? paint.strong(paint.private(text)) : paint.strong(text);
  return [
    ...(isMention && !paint.color ? [plain(MENTION_SIGN)] : []),
    ...(isOperator
      ? [{ text: OPERATOR_SIGN, paint: (text: string) => paint.strong(text) }]
      : []),
    name,
    { text: display(markOf(line)), paint: mark },
    plain(": "),
  ];
}

/** How the text of a message looks. */
function lookOf(line: Speech, paint: Painter): (text: string) => string {
  if (isPrivate(line)) return (text) => paint.private(text);
  const isStrong = line.kind === "said" &&
    (line.mentions === true || line.from === SERVER_NAME);
  return (text) => isStrong ? paint.strong(text) : text;
}

function isPrivate(line: Speech): boolean {
  return line.kind === "told" || line.kind === "own" && line.to !== undefined;
}

function plain(text: string): Piece {
  return { text, paint: (text) => text };
}

function markOf(line: Speech): string {
  if (line.kind !== "own") {
    const marks = [
      ...(line.kind === "told" ? ["private"] : []),
      ...(line.past === undefined ? [] : [line.past.mark]),
    ];
    return marks.length === 0 ? "" : ` (${marks.join(", ")})`;
  }
  return line.to === undefined ? " (you)" : ` (you) to ${line.to}`;
}

/** The lines of a text, made harmless, with spaces instead of tabs. */
function shownLines(text: string): string[] {
  return text.split(/\r\n|\n/).map((line) =>
    line.includes("\t") ? tabbed(line.split("\t").map(display)) : display(line)
  );
}

/** The indent of every row but the first. */
function indentOf(
  head: readonly Piece[],
  { first, columns }: { readonly first: string; readonly columns: number },
): number {
  const width = head.reduce((sum, { text }) => sum + textWidth(text), 0);
  const wished = head.length === 0 ? hangingIndent(first) : width;
  if (columns - 1 - wished >= MIN_TEXT_COLUMNS) return wished;
  return Math.min(wished, SMALL_INDENT, Math.ceil(columns / 3));
}

/** Paints the text of an answer so that the names of commands stand out. */
function withCommands(text: string, paint: Painter): string {
  return text.split(/(?<![^\s(])(\/[a-z]+)/)
    .map((part, index) =>
      index % 2 === 0 ? paint.answer(part) : paint.command(part)
    ).join("");
}
