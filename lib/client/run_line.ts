import { ChatError } from "../chat/chat_error.ts";
import { firstWord, unknownCommand } from "../terminal/command_line.ts";
import type { CommandContext } from "./command_context.ts";
import { COMMANDS, findCommand } from "./commands.ts";
import { speak } from "./speech.ts";
import { refusalLine } from "./view.ts";

/**
 * Carries out one line that the user typed: a command, or words in the present
 * mode. What is misspelt is answered, never sent. Rejects if the connection is
 * lost before it is done.
 */
export async function runLine(
  context: CommandContext,
  line: string,
): Promise<void> {
  const trimmed = line.trim();
  if (trimmed === "") return;
  if (trimmed.startsWith("//")) return await speak(context, trimmed.slice(1));
  if (!trimmed.startsWith("/")) return await speak(context, line.trimEnd());
  const [word, argument] = firstWord(trimmed.slice(1));
  const wanted = word.toLowerCase();
  const command = findCommand(wanted);
  if (command === undefined) {
    const names = COMMANDS
      .flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    return context.fail(unknownCommand(wanted, names));
  }
  try {
    await command.run(context, argument);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    context.fail(refusalLine(error.message));
  }
}
