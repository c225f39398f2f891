import { firstWord } from "../terminal/command_line.ts";
import {
  laterCommands,
  readAtName,
  type SlashlessCommand,
  slashlessCommands,
} from "../terminal/typed_line.ts";
import { typedName } from "./addressee.ts";
import type { TypedCommand } from "./command.ts";
import { COMMAND_TABLE } from "./commands.ts";
import { type CopiedLine, readCopiedLine } from "./copied_prompt.ts";
import { otherChatsAnswer } from "./other_chats.ts";
import type { Person, Presence } from "./presence.ts";
import { slippedPrivate, withoutTo } from "./slipped_private.ts";

/** What a typed line means; reading it carries out and sends nothing. */
export type LineReading =
  | { readonly kind: "nothing" }
  | { readonly kind: "speech"; readonly text: string }
  | ({ readonly kind: "command" } & TypedCommand)
  /** Perhaps a command without its slash: only the user knows. */
  | ({ readonly kind: "bare"; readonly text: string } & TypedCommand)
  /** An unknown command; `why` says what to do. */
  | {
    readonly kind: "unknown";
    readonly word: string;
    readonly typed: string;
    readonly argument: string;
    readonly why: string;
  };

/** What the client knows about the people: their names, and who wrote privately last. */
export type Known = {
  readonly presence: Pick<Presence, "hasMet">;
  readonly lastTeller: Person | undefined;
  /** Whether a person types; `false` for a script, where nobody can be asked. */
  readonly isInteractive?: boolean;
};

/** A row of a pasted text that is, or may be, a command. */
export type CommandRow = {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Whether the row may be for one person. */
  readonly isPrivate: boolean;
};

const NOBODY: Known = {
  presence: { hasMet: () => false },
  lastTeller: undefined,
};

/**
 * Words that people type to a program and not to a class. Other names of commands,
 * such as `me` and `all`, are answers that people give.
 */
const BARE_WORDS: ReadonlySet<string> = new Set([
  ...["help", "?", "commands", "quit", "exit", "bye", "q", "leave", "logout"],
  ...["users", "who", "list", "names", "files", "ls", "dir"],
  ...["get", "cancel", "quiet", "clear", "cls"],
]);

/** `:q!` and `:wq`, as in vi; `exit()` and `quit;`, as in programming languages. */
const BARE_DRESS = /^(?::w?)?(\?|[a-z]+)(?:\(\))?[!;.]?$/;

/** A word that follows `get` in a command, not in a sentence: a number, pattern or file name. */
const FILE_WORD = /^(?:\d+(?:-\d+)?|\S*[*?]\S*|\S+\.\w{1,5})$/;

/** Words that begin a private message, and hardly ever a sentence. */
const PRIVATE_WORDS: ReadonlySet<string> = new Set([
  ...["msg", "whisper", "pm", "dm", "query", "reply"],
]);

/** The commands whose lines go to one person. */
const PRIVATE_COMMANDS: ReadonlySet<string> = new Set(["msg", "reply", "to"]);

/** How a sentence goes on that begins with `r` for "are": `r u there?` */
const ARE_YOU = /^(?:u|you|we|they|there|these|those|the|n)\b/i;

/** A command that ran into the name after it: `/msgBob`, `/msg,Bob`. */
const RUN_TOGETHER = /^.(msg|whisper|tell|pm|dm|query|to|w)([,:;.]*)(.+)$/iu;

/** Reads a typed line. */
export function readLine(line: string, known: Known = NOBODY): LineReading {
  const typed = COMMAND_TABLE.read(line);
  if (typed.kind === "unknown") {
    return { ...typed, why: runTogether(typed, known) ?? typed.why };
  }
  if (typed.kind !== "text") return typed;
  const { text, isSure } = typed;
  const bare = isSure ? undefined : bareCommand(text, known);
  return bare === undefined
    ? { kind: "speech", text }
    : { kind: "bare", text, ...bare };
}

/** Whether the line is for one person, or may be meant for one person. */
export function isPrivate(line: string, known: Known = NOBODY): boolean {
  return line.split("\n").some((row) => {
    const typed = readLine(row, known);
    if (typed.kind === "unknown") return true;
    return (typed.kind === "command" || typed.kind === "bare") &&
      PRIVATE_COMMANDS.has(typed.command.name);
  });
}

/**
 * The first row below the top row that may be for one person, or else the first that is
 * a command: lines that were typed ahead may arrive as one pasted text, which would send
 * them all.
 */
export function commandRow(
  line: string,
  known: Known = NOBODY,
): CommandRow | undefined {
  const rows = line.split("\n");
  const first = (isMeant: (row: string) => boolean) =>
    rows.findIndex((row, index) => index > 0 && isMeant(row));
  const privateAt = first((row) => mayBePrivate(row, known));
  const at = privateAt === -1
    ? first((row) => COMMAND_TABLE.read(row).kind === "command")
    : privateAt;
  if (at === -1) return undefined;
  return { number: at + 1, text: rows[at]!, isPrivate: at === privateAt };
}

/**
 * The command that the text of another command begins with, as in `/me /msg Bob hi`;
 * `unknown` for a misspelt command with a person after it, `undefined` for a text.
 */
export function innerCommand(
  text: string,
  known: Known = NOBODY,
): TypedCommand | "unknown" | undefined {
  const reading = readLine(text, known);
  if (reading.kind === "command") return reading;
  const isMeant = reading.kind === "unknown" && mayBePrivate(text, known);
  return isMeant ? "unknown" : undefined;
}

function mayBePrivate(row: string, known: Known): boolean {
  const reading = readLine(row, known);
  if (reading.kind === "command" || reading.kind === "bare") {
    const { command, argument } = reading;
    return argument !== "" && PRIVATE_COMMANDS.has(command.name);
  }
  // A name follows a misspelt command, and hardly ever a path.
  return reading.kind === "unknown" &&
    isPerson(firstWord(reading.argument)[0], known);
}

/** What is said to a command that ran into the name of a person. */
function runTogether(
  { word, typed }: { readonly word: string; readonly typed: string },
  known: Known,
): string | undefined {
  const [, start, sign, rest] = RUN_TOGETHER.exec(typed) ?? [];
  if (rest === undefined || !isPerson(rest, known)) return undefined;
  // Other chats have such words, too: /wave is no message to Ave.
  if (otherChatsAnswer(word) !== undefined) return undefined;
  const meant = `/${start!.toLowerCase()} ${typedName(rest)}`;
  return `There is no command ${typed}. ` +
    (sign === ""
      ? `Type a space before the name: ${meant}`
      : `Did you mean ${meant}?`);
}

/** The command that the user may mean by a line without a slash. */
function bareCommand(text: string, known: Known): TypedCommand | undefined {
  const copied = readCopiedLine(text);
  if (copied !== undefined) return copiedCommand(copied, known);
  const at = readAtName(text);
  if (at !== undefined && isPerson(at.name, known)) {
    const command = COMMAND_TABLE.find("msg")!;
    const argument = `${typedName(at.name)} ${at.rest}`;
    return { command, argument, word: "msg" };
  }
  for (const reading of slashlessCommands(text)) {
    const word = reading.hasSign
      ? reading.command
      : BARE_DRESS.exec(reading.command)?.[1] ?? "";
    const command = COMMAND_TABLE.find(word);
    if (command !== undefined && mayBeMeant(word, reading, known)) {
      const argument = PRIVATE_COMMANDS.has(command.name)
        ? withoutTo(reading.argument, (name) => isPerson(name, known))
        : reading.argument;
      return { command, argument, word };
    }
  }
  const slipped = slippedPrivate(text, (name) => isPerson(name, known));
  if (slipped !== undefined) {
    return { ...slipped, command: COMMAND_TABLE.find(slipped.word)! };
  }
  for (const { command: word, argument } of laterCommands(text)) {
    const command = COMMAND_TABLE.find(word);
    if (command === undefined || !PRIVATE_COMMANDS.has(command.name)) continue;
    if (isPerson(firstWord(argument)[0], known)) {
      return { command, argument, word };
    }
  }
  return undefined;
}

/** The command that sends `rest` to the people of the copied prompt, or the command in `rest`. */
function copiedCommand(
  { name, rest }: CopiedLine,
  known: Known,
): TypedCommand {
  const inner = readLine(rest, known);
  if (inner.kind === "command" || inner.kind === "bare") {
    const { command, argument, word } = inner;
    return { command, argument, word };
  }
  const word = name === undefined ? "all" : rest === "" ? "to" : "msg";
  const argument = name === undefined ? rest : `${name} ${rest}`.trim();
  return { command: COMMAND_TABLE.find(word)!, argument, word };
}

function mayBeMeant(
  word: string,
  { argument, hasSign }: SlashlessCommand,
  known: Known,
): boolean {
  if (argument === "") {
    return BARE_WORDS.has(word) && !(hasSign && word === "?");
  }
  if (word === "help") {
    const topic = argument.toLowerCase();
    return BARE_WORDS.has(topic) || PRIVATE_WORDS.has(topic);
  }
  const { name } = COMMAND_TABLE.find(word)!;
  if (word === "r" && !hasSign) {
    return known.isInteractive === false || !ARE_YOU.test(argument);
  }
  if (name === "reply") return true;
  if (PRIVATE_COMMANDS.has(name)) {
    const [first, rest] = firstWord(argument);
    return rest !== "" && PRIVATE_WORDS.has(word) || isPerson(first, known);
  }
  return name === "get" &&
    argument.split(/\s+/).every((file) => FILE_WORD.test(file));
}

function isPerson(typed: string, { presence }: Known): boolean {
  return presence.hasMet(typed) || presence.hasMet(typedName(typed));
}
