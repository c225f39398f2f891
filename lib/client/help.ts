import { type Explained, helpFor } from "../terminal/command_help.ts";
import type { LocalContext } from "./command_context.ts";
import { answer } from "./view.ts";

const NOTES = [
  "A line without a slash goes to whoever the prompt names.",
  "To send a line that begins with a slash, type two: //",
  "Tab completes commands, names and files. Up brings back what you typed.",
];

/** Shows the list of commands, or everything about the one that `argument` names. */
export function showHelp(
  context: LocalContext,
  argument: string,
  table: Explained,
): void {
  const { columns } = context;
  const { rows, why } = helpFor(argument, table, { columns, notes: NOTES });
  if (rows === undefined) return context.fail(why);
  for (const row of rows) context.print(answer(row));
}
