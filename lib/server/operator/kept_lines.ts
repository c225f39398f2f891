import { latinLetters } from "../../terminal/keyboard_layouts.ts";
import { readTypedLine, slashlessCommands } from "../../terminal/typed_line.ts";

/** Commands whose argument is a secret. */
export const SECRET_COMMANDS: readonly string[] = ["key"];

/**
 * Returns whether Up may restore a line of the operator: no line with a secret, even if
 * another sign is in the place of its slash. A text that begins with such a word is
 * restored.
 */
export function mayBeKept(line: string): boolean {
  const typed = readTypedLine(line);
  if (typed === undefined) return true;
  const readings = "text" in typed
    ? slashlessCommands(line).filter(({ hasSign }) => hasSign)
    : [typed];
  return !readings.some(({ command, argument }) =>
    SECRET_COMMANDS.includes(latinLetters(command)) && argument.trim() !== ""
  );
}
