import { ChatError } from "../chat/chat_error.ts";
import { nameKey } from "../names.ts";
import { firstWord, unknownCommand } from "../terminal/command_line.ts";
import { readTypedLine } from "../terminal/typed_line.ts";
import { stackOf } from "./event_log.ts";
import { COMMANDS, findCommand } from "./operator_commands.ts";
import type { OperatorContext } from "./operator_context.ts";
import { sayTyped } from "./operator_speech.ts";

/** Question marks alone: somebody looks for help. */
const ONLY_QUESTION_MARKS = /^\?+$/;

/** What Tab offers: commands after a slash, and what can follow a command. */
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
 * Carries out one line that the operator typed: a command, or something to say to
 * everyone. A misspelt command is answered and never said. Never rejects: a
 * failure is shown and logged, and the server goes on.
 */
export async function runOperatorLine(
  context: OperatorContext,
  line: string,
): Promise<void> {
  const typed = readTypedLine(line);
  if (typed === undefined) return;
  const what = "text" in typed ? "Saying this" : `/${typed.command}`;
  try {
    if ("text" in typed) await runText(context, typed.text);
    else await runCommand(context, typed);
  } catch (error) {
    if (error instanceof ChatError) return context.print(error.message);
    context.log("failure", { stack: stackOf(error) });
    context.print(`${what} failed: the details are in server.log`);
  }
}

async function runCommand(
  context: OperatorContext,
  { command: wanted, argument }: { command: string; argument: string },
): Promise<void> {
  const command = findCommand(wanted);
  if (command !== undefined) return await command.run(context, argument);
  const names = COMMANDS.map(({ name }) => name);
  context.print(unknownCommand(wanted, names));
}

/** Says `text`, unless it reads like a command without its slash: that is answered. */
async function runText(context: OperatorContext, text: string): Promise<void> {
  const meant = commandIn(context, text);
  if (meant === undefined) return await sayTyped(context, text);
  context.print(
    `Nothing was said. Did you mean /${meant}? ` +
      `To say it to everyone, type /say ${text.trim()}`,
  );
}

/** The command that `text` is, but for its slash: `help`, or `kick Bob` if Bob is here. */
function commandIn(context: OperatorContext, text: string): string | undefined {
  if (text.includes("\n")) return undefined;
  const [word, argument] = firstWord(text.normalize("NFKC"));
  if (ONLY_QUESTION_MARKS.test(word)) {
    return argument === "" ? "help" : undefined;
  }
  const command = findCommand(word.toLowerCase());
  if (command === undefined) return undefined;
  if (argument === "") return command.name;
  const [first] = firstWord(argument);
  const isCandidate = command.candidates?.(context)
    .some((candidate) => nameKey(candidate) === nameKey(first));
  return isCandidate ? `${command.name} ${argument}` : undefined;
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
