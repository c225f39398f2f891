import { ChatError } from "../chat/chat_error.ts";
import { firstWord, unknownCommand } from "../terminal/command_line.ts";
import { stackOf } from "./event_log.ts";
import { COMMANDS, findCommand } from "./operator_commands.ts";
import type { OperatorContext } from "./operator_context.ts";

/** What Tab offers: commands after a slash, and what can stand after one. */
export function completeOperatorLine(
  context: OperatorContext,
  line: string,
): string[] {
  const [, typed] = /^\/(\S*)$/.exec(line) ?? [];
  if (typed !== undefined) {
    return offers("/", COMMANDS.map(({ name }) => `${name} `), typed);
  }
  const [, head, word, argument] = /^(\/(\S+) +)(\S*)$/.exec(line) ?? [];
  if (head === undefined) return [];
  const command = findCommand(word!.toLowerCase());
  return offers(head, command?.candidates?.(context) ?? [], argument!);
}

/**
 * Carries out one line that the operator typed. Never rejects: what goes wrong is
 * shown, because the server must live on.
 */
export async function runOperatorLine(
  context: OperatorContext,
  line: string,
): Promise<void> {
  const trimmed = line.trim();
  if (trimmed === "") return;
  if (!trimmed.startsWith("/")) {
    return context.print(
      "Commands begin with a slash, /help shows them all. " +
        "To speak to everyone: /say TEXT",
    );
  }
  const [word, argument] = firstWord(trimmed.slice(1));
  const wanted = word.toLowerCase();
  const command = findCommand(wanted);
  if (command === undefined) {
    const names = COMMANDS.map(({ name }) => name);
    return context.print(unknownCommand(wanted, names));
  }
  try {
    await command.run(context, argument);
  } catch (error) {
    if (error instanceof ChatError) return context.print(error.message);
    context.log("failure", { stack: stackOf(error) });
    context.print(`/${wanted} has failed: server.log says where`);
  }
}

/** The whole lines that complete `typed`, which stands after `head`. */
function offers(
  head: string,
  words: readonly string[],
  typed: string,
): string[] {
  const start = typed.toLowerCase();
  return words.filter((word) => word.toLowerCase().startsWith(start))
    .map((word) => head + word);
}
