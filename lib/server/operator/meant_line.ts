import { nameKey } from "../../names.ts";
import { addressKey, hostOf } from "../../address.ts";
import { firstWord } from "../../terminal/command_line.ts";
import { nearest } from "../../terminal/slips.ts";
import {
  laterCommands,
  readAtName,
  slashlessCommands,
} from "../../terminal/typed_line.ts";
import { COMMAND_TABLE } from "./commands.ts";
import { SECRET_COMMANDS } from "./kept_lines.ts";
import {
  namesOf,
  type OperatorCommand,
  type OperatorContext,
} from "./context.ts";

/** Question marks alone: the operator wants help. */
const ONLY_QUESTION_MARKS = /^\?+$/;

/** Words that end other programs. */
const END_WORDS: ReadonlySet<string> = new Set([
  ...["shutdown", "exit", "stop", "close", "bye", "q"],
]);

/** Words that start a private message in the client. */
const PRIVATE_WORDS: ReadonlySet<string> = new Set([
  ...["msg", "tell", "whisper", "w", "pm", "dm", "query", "reply", "to"],
]);

/**
 * Most words after a command without arguments, in a line that may be meant as that
 * command: `lock now`.
 */
const MAX_TAIL = 1;

/**
 * Returns why a text is not sent to everyone, in sentences that say what to do: it may
 * be a misspelt command, a command without its slash, or a message for one person.
 * Checks each row of a longer text. Returns `undefined` if it is certainly a text.
 */
export function whyNotSaid(
  context: OperatorContext,
  text: string,
): string | undefined {
  const rows = text.split("\n");
  for (const [at, row] of rows.entries()) {
    const meant = commandIn(context, row, rows.length > 1);
    if (meant !== undefined) {
      return rows.length === 1
        ? `Not sent. Did you mean /${meant}? ` +
          `To say it to everyone, type /say ${text.trim()}`
        : `Not sent: line ${at + 1} may be the command /${meant}. ` +
          "Type it by itself, or type /say before the text";
    }
    const person = personIn(context, row);
    if (person !== undefined) {
      return "Not sent: the server speaks to everyone only. To write " +
        `to ${person} alone, start a client`;
    }
  }
  return undefined;
}

/**
 * Returns the command that `row` may be meant as: `help`, or `kick Bob` if Bob is here.
 * `key`, with any words after it, is always one: everybody would read the room key.
 * A single word that `isPart` of a longer text is not a command.
 */
function commandIn(
  context: OperatorContext,
  row: string,
  isPart: boolean,
): string | undefined {
  for (const { command: word, argument } of slashlessCommands(row)) {
    if (ONLY_QUESTION_MARKS.test(word) && argument === "") return "help";
    if (argument === "" && !isPart && END_WORDS.has(word)) return "quit";
    const command = COMMAND_TABLE.find(word) ?? nearlyCommand(word);
    if (command === undefined) continue;
    const isExact = command.name === word;
    if (argument === "") {
      if (isExact && !isPart) return command.name;
      continue;
    }
    const isMeant = isTarget(context, command, { argument, isExact }) ||
      isExact && SECRET_COMMANDS.includes(word) ||
      isExact && command.candidates === undefined && !isPart &&
        argument.split(/\s+/).length <= MAX_TAIL;
    if (isMeant) return `${command.name} ${argument}`;
  }
  for (const { command: word, argument } of laterCommands(row)) {
    const command = COMMAND_TABLE.find(word);
    if (
      command !== undefined &&
      isTarget(context, command, { argument, isExact: true })
    ) return `${command.name} ${argument}`;
  }
  return undefined;
}

function nearlyCommand(word: string): OperatorCommand | undefined {
  const name = nearest(word, COMMAND_TABLE.names);
  return name === undefined ? undefined : COMMAND_TABLE.find(name);
}

/**
 * Returns whether the argument starts with a person or an address that the command
 * accepts.
 */
function isTarget(
  context: OperatorContext,
  command: OperatorCommand,
  { argument, isExact }: { argument: string; isExact: boolean },
): boolean {
  const candidates = command.candidates?.(context);
  if (candidates === undefined) return false;
  const [first] = firstWord(argument);
  if (candidates.some((name) => nameKey(name) === nameKey(first))) return true;
  if (!isExact) return false;
  const isAddress = (addressKey(first) ?? addressKey(hostOf(first))) !==
    undefined;
  return isAddress || nearest(first, candidates) !== undefined;
}

/** Returns the person who would get `row` as a private message in the client. */
function personIn(context: OperatorContext, row: string): string | undefined {
  const named = (typed: string) =>
    namesOf(context).find((name) =>
      nameKey(name) === nameKey(typed.replace(/[:,]$/, ""))
    );
  const at = readAtName(row);
  if (at !== undefined) return named(at.name);
  for (const { command: word, argument } of slashlessCommands(row)) {
    const [first, rest] = firstWord(argument);
    if (PRIVATE_WORDS.has(word) && rest !== "") {
      const person = named(first);
      if (person !== undefined) return person;
    }
  }
  return undefined;
}
