import { firstWord, unknownCommand } from "../terminal/command_line.ts";
import type { Command } from "./command.ts";
import { COMMANDS, findCommand } from "./commands.ts";
import { otherChatsAnswer } from "./other_chats.ts";

/** A command as it was typed. */
export type TypedCommand = {
  readonly command: Command;
  readonly argument: string;
  /** Its name or an alias, in small letters, without the slash. */
  readonly word: string;
};

/** What a typed line is; nothing was carried out or sent. */
export type TypedLine =
  | { readonly kind: "nothing" }
  | { readonly kind: "speech"; readonly text: string }
  | ({ readonly kind: "command" } & TypedCommand)
  /** May be a command without its slash: only the user can say what is meant. */
  | ({ readonly kind: "bare"; readonly text: string } & TypedCommand)
  /** A command that there is not; `why` says what to do. */
  | { readonly kind: "unknown"; readonly why: string };

/**
 * Words that nobody says to a class and that many type to a program. Other names of
 * commands, such as `me` and `all`, are answers that people give.
 */
const BARE_WORDS: ReadonlySet<string> = new Set([
  ...["help", "?", "commands", "quit", "exit", "bye", "q", "leave", "logout"],
  ...["users", "who", "list", "names", "files", "ls", "dir"],
  ...["get", "cancel", "quiet", "clear", "cls"],
]);

/** `:q!` and `:wq`, as in vi; `exit()` and `quit;`, as in programming languages. */
const BARE_DRESS = /^(?::w?)?(\?|[a-z]+)(?:\(\))?[!;.]?$/;

/** What follows `get` in a command, rather than in a sentence: numbers, patterns, file names. */
const FILE_WORD = /^(?:\d+(?:-\d+)?|\S*[*?]\S*|\S+\.\w{1,5})$/;

/** Words that begin a private message, and hardly ever a sentence. */
const PRIVATE_WORDS: ReadonlySet<string> = new Set(["msg", "whisper"]);

/** Reads what the user typed. */
export function readLine(line: string): TypedLine {
  const trimmed = line.trim();
  if (trimmed === "") return { kind: "nothing" };
  if (trimmed.startsWith("//")) {
    return { kind: "speech", text: trimmed.slice(1) };
  }
  if (!trimmed.startsWith("/")) {
    const bare = bareCommand(trimmed);
    return bare === undefined
      ? { kind: "speech", text: line.trimEnd() }
      : { kind: "bare", text: line.trimEnd(), ...bare };
  }
  const [typed, argument] = firstWord(trimmed.slice(1));
  const word = typed.toLowerCase();
  const command = findCommand(word);
  if (command !== undefined) {
    return { kind: "command", command, argument, word };
  }
  return { kind: "unknown", why: otherChatsAnswer(word) ?? unknown(word) };
}

function unknown(word: string): string {
  const names = COMMANDS
    .flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  return unknownCommand(word, names);
}

/** The command that a line without a slash may be meant as. */
function bareCommand(trimmed: string): TypedCommand | undefined {
  const [first, argument] = firstWord(trimmed);
  const word = BARE_DRESS.exec(first.toLowerCase())?.[1];
  if (word === undefined || !mayBeMeant(word, argument)) return undefined;
  const command = findCommand(word);
  return command && { command, argument, word };
}

function mayBeMeant(word: string, argument: string): boolean {
  if (argument === "") return BARE_WORDS.has(word);
  if (word === "help") {
    const topic = argument.toLowerCase();
    return BARE_WORDS.has(topic) || PRIVATE_WORDS.has(topic);
  }
  if (PRIVATE_WORDS.has(word)) return /\s/.test(argument);
  const takesFiles = word === "get" || word === "download" || word === "dl";
  return takesFiles &&
    argument.split(/\s+/).every((file) => FILE_WORD.test(file));
}
