/**
 * What `/help` shows.
 *
 * @module
 */

import { unknownCommand } from "../terminal/command_line.ts";
import { wrap } from "../terminal/text_layout.ts";
import type { Command } from "./command.ts";
import type { LocalContext } from "./command_context.ts";
import { otherChatsAnswer } from "./other_chats.ts";
import { answer } from "./view.ts";

/** A window narrower than this has no room for usage and summary side by side, in columns. */
const MIN_WIDE_COLUMNS = 78;

const NOTES = [
  "A line without a slash goes to whoever the prompt names.",
  "To send a line that begins with a slash, type two: //",
  "Tab completes commands, names and files. Up brings back what you typed.",
];

/** Instead of them in a narrow window, where each would take two rows. */
const NARROW_NOTES = ["/help NAME explains one command."];

/** Shows the list of `commands`, or all about the one that `argument` names. */
export function showHelp(
  context: LocalContext,
  argument: string,
  commands: readonly Command[],
): void {
  const wanted = argument.replace(/^\/+/, "").trim().toLowerCase();
  if (wanted === "") return showAll(context, commands);
  const command = commands.find(({ name, aliases }) =>
    name === wanted || aliases?.includes(wanted)
  );
  if (command === undefined) {
    const names = commands.map(({ name }) => name);
    return context.fail(
      otherChatsAnswer(wanted) ?? unknownCommand(wanted, names),
    );
  }
  const { usage, summary, details } = command;
  context.print(answer(`${usage} - ${summary}`));
  for (const line of details) {
    for (const row of indented(line, 2, context.columns)) {
      context.print(answer(row));
    }
  }
}

function showAll(context: LocalContext, commands: readonly Command[]): void {
  const { columns } = context;
  const isNarrow = columns !== undefined && columns < MIN_WIDE_COLUMNS;
  const rows = commands.map(({ name, usage, summary }): [string, string] => [
    isNarrow ? `/${name}` : usage,
    isNarrow ? summary.split(";")[0]! : summary,
  ]);
  // In a narrow window, columns would cost a second row for most commands.
  const width = isNarrow ? 0 : Math.max(...rows.map(([left]) => left.length));
  const margin = isNarrow ? "" : "  ";
  for (const [left, right] of rows) {
    const head = `${margin}${left.padEnd(width)}  `;
    const [first, ...others] = indented(right, head.length, columns);
    context.print(answer(head + first!.trimStart()));
    others.forEach((row) => context.print(answer(row)));
  }
  const notes = isNarrow ? NARROW_NOTES : NOTES;
  for (const note of notes) context.print(answer(note));
}

/** `text` in rows that begin `indent` columns from the left. */
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
