/**
 * The text of `/help`, for both roles.
 *
 * @module
 */

import type { CommandRow } from "./command.ts";
import { wrap } from "./text_layout.ts";
import { commandWord } from "./typed_line.ts";

/** Columns below which a window has no space for usage and summary side by side. */
const MIN_WIDE_COLUMNS = 78;

/** Replaces the notes in a narrow window, where each note would take two rows. */
const NARROW_NOTE = "/help NAME explains one command.";

/** What help needs from a table of commands; `CommandTable` fits. */
export type Explained = {
  readonly rows: readonly CommandRow[];
  find(word: string): CommandRow | undefined;
  answerTo(word: string): string;
};

export type HelpOptions = {
  /** Width of the window in columns; `undefined` where rows are not wrapped. */
  readonly columns: number | undefined;
  /** Sentences below the list, in a window that is wide enough. */
  readonly notes: readonly string[];
};

/** The rows to show, or why there are none. */
export type Help =
  | { readonly rows: readonly string[]; readonly why?: undefined }
  | { readonly rows?: undefined; readonly why: string };

/**
 * Returns the answer to `/help` with `argument`: the list of commands, the details of
 * the command that `argument` names, or the answer to an unknown word.
 */
export function helpFor(
  argument: string,
  table: Explained,
  { columns, notes }: HelpOptions,
): Help {
  const wanted = commandWord(argument);
  if (wanted === "") return { rows: list(table.rows, { columns, notes }) };
  const command = table.find(wanted);
  if (command === undefined) return { why: table.answerTo(wanted) };
  return { rows: explain(command, columns) };
}

function explain(
  { usage, summary, details }: CommandRow,
  columns: number | undefined,
): string[] {
  const rows = details.flatMap((line) => indented(line, 2, columns));
  return [`${usage} - ${summary}`, ...rows];
}

function list(
  commands: readonly CommandRow[],
  { columns, notes }: HelpOptions,
): string[] {
  const isNarrow = columns !== undefined && columns < MIN_WIDE_COLUMNS;
  const cells = commands.map(({ name, usage, summary }): [string, string] => [
    isNarrow ? `/${name}` : usage,
    isNarrow ? summary.split(";")[0]! : summary,
  ]);
  // In a narrow window, two columns would cost most commands a second row.
  const width = isNarrow ? 0 : Math.max(...cells.map(([left]) => left.length));
  const margin = isNarrow ? "" : "  ";
  const rows = cells.flatMap(([left, right]) => {
    const head = `${margin}${left.padEnd(width)}  `;
    const [first, ...others] = indented(right, head.length, columns);
    return [head + first!.trimStart(), ...others];
  });
  return [...rows, ...(isNarrow ? [NARROW_NOTE] : notes)];
}

/** Wraps `text` into rows that begin `indent` columns from the left. */
function indented(
  text: string,
  indent: number,
  columns: number | undefined,
): string[] {
  const rows = columns === undefined
    ? [text]
    : wrap(text, columns - 1 - indent);
  return rows.map((row) => " ".repeat(indent) + row);
}
