import { display } from "../display.ts";
import { nameKey, SERVER_NAME } from "../names.ts";
import { OPERATOR_SIGN, type Painter } from "../terminal/style.ts";
import { hangingIndent, tabbed, textWidth } from "../terminal/text_layout.ts";
import { layRows, type Piece } from "./rows.ts";
import type { Line } from "./view.ts";

/**
 * A text goes on under its beginning, behind time and name, where at least so many
 * columns are left for it: four or five words.
 */
const MIN_TEXT_COLUMNS = 24;

/** Elsewhere it goes on here, in columns; in very narrow windows at a third of them. */
const SMALL_INDENT = 4;

/** Without colours, in front of a message that speaks of the user. */
const MENTION_SIGN = ">> ";

/** Without colours, in front of what was not done. */
const PROBLEM_SIGN = "! ";

type Speech = Extract<Line, { from: string }>;

/**
 * A line for a pipe: one line for one event, whatever it holds. `undefined` for
 * what a script knows already, namely its own words. A tab is written `\t`, as a
 * line break is written `\n`: so a script that splits lines at tabs is not misled.
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
  /** Width of the window. */
  readonly columns: number;
  /** `12:03`; without it lines begin with what they say. */
  readonly time?: string | undefined;
  /** Default: as many rows as there are. */
  readonly maxRows?: number;
};

/** Rows for a terminal, and how many more there would have been. */
export type Rendered = {
  readonly rows: readonly string[];
  readonly hidden: number;
};

/**
 * A line for a terminal: time, name, text, in rows that no usual terminal breaks
 * again. All rows but the first are indented under the text, so that none looks
 * like the beginning of a line. Text of many lines keeps them, and its tabs are
 * columns of 8. Nothing is said by colour alone.
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

/** Who speaks, and how: all that stands between the time and the text. */
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

/** The lines of a text, harmless, with spaces in the place of tabs. */
function shownLines(text: string): string[] {
  return text.split(/\r\n|\n/).map((line) =>
    line.includes("\t") ? tabbed(line.split("\t").map(display)) : display(line)
  );
}

/** Where all rows but the first begin. */
function indentOf(
  head: readonly Piece[],
  { first, columns }: { readonly first: string; readonly columns: number },
): number {
  const width = head.reduce((sum, { text }) => sum + textWidth(text), 0);
  const wished = head.length === 0 ? hangingIndent(first) : width;
  if (columns - 1 - wished >= MIN_TEXT_COLUMNS) return wished;
  return Math.min(wished, SMALL_INDENT, Math.ceil(columns / 3));
}

/** The text of an answer, in which the names of commands stand out. */
function withCommands(text: string, paint: Painter): string {
  return text.split(/(?<![^\s(])(\/[a-z]+)/)
    .map((part, index) =>
      index % 2 === 0 ? paint.answer(part) : paint.command(part)
    ).join("");
}
