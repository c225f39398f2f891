import type { Completer } from "../terminal/completion.ts";
import { COMMANDS, findCommand } from "./commands.ts";

/** What can be completed besides commands. */
export type Known = {
  /** The names of the other people. */
  people(): Iterable<string>;
  /** The names of the files on the server. */
  files(): Iterable<string>;
  /** The names of the files that are being downloaded. */
  downloads(): Iterable<string>;
};

/** Commands whose text may name people. */
const WITH_TEXT: ReadonlySet<string> = new Set([
  ...["all", "to", "msg", "reply", "me"],
]);

/**
 * What Tab offers: commands after a slash, people after `/to` and `/msg`, files
 * after `/get`, downloads after `/cancel`, commands after `/help`, and people in
 * texts. Upper and lower case are the same.
 */
export function completer(known: Known): Completer {
  return (line) => {
    if (!/^\/(?!\/)/.test(line)) return peopleIn(line, known);
    const [, start, word, argument] = /^(\/(\S*)\s*)([^]*)$/.exec(line)!;
    if (start === `/${word}`) {
      return after("/", withSpace(commandNames(word!)), word!);
    }
    return afterCommand(
      { start: start!, word: word!, argument: argument! },
      known,
    );
  };
}

type Begun = {
  /** The command with its slash and the blanks after it. */
  readonly start: string;
  readonly word: string;
  readonly argument: string;
};

function afterCommand(
  { start, word, argument }: Begun,
  known: Known,
): string[] {
  const name = findCommand(word.toLowerCase())?.name;
  switch (name) {
    case "get":
      return filesAfter(start, known.files(), argument);
    case "cancel":
      return filesAfter(start, known.downloads(), argument);
    case "help":
      return after(start, COMMANDS.map(({ name }) => name), argument);
    case "to":
    case "msg":
      if (/^\S*$/.test(argument)) {
        const typed = argument.replace(/^[@"]/, "");
        return after(start, withSpace(known.people()), typed);
      }
  }
  if (name === undefined || !WITH_TEXT.has(name)) return [];
  return peopleIn(argument, known).map((text) => start + text);
}

/** Main names that begin with `typed`; aliases where there are none. */
function commandNames(typed: string): readonly string[] {
  const start = typed.toLowerCase();
  const names = COMMANDS.map(({ name }) => name);
  return names.some((name) => name.startsWith(start))
    ? names
    : COMMANDS.flatMap(({ aliases = [] }) => aliases);
}

/** People whose names complete the last word of a text. */
function peopleIn(text: string, known: Known): string[] {
  const [, before, word] = /^(|[^]*\s@?|@)(\S+)$/.exec(text) ?? [];
  if (word === undefined) return [];
  const ending = before === "" ? ": " : " ";
  const people = [...known.people()].map((name) => name + ending);
  return after(before!, people, word);
}

/** The whole lines that complete `typed`, which stands after `head`. */
function after(
  head: string,
  words: readonly string[],
  typed: string,
): string[] {
  const start = typed.toLowerCase();
  return words
    .filter((word) => word.toLowerCase().startsWith(start))
    .map((word) => head + word);
}

function withSpace(words: Iterable<string>): string[] {
  return Array.from(words, (word) => `${word} `);
}

/**
 * Completes a file name: all of `argument`, as in `my pl` for "my plan.pdf", or its
 * last word. Names with spaces get quotation marks.
 */
function filesAfter(
  head: string,
  names: Iterable<string>,
  argument: string,
): string[] {
  const files = Array.from(names);
  const whole = startingWith(files, argument).map((file) => head + file);
  const [, others, last] = /^((?:(?:"[^"]*"|[^"\s]\S*)\s+)+)("[^"]*|\S*)$/
    .exec(argument) ?? [];
  if (others === undefined || whole.length > 0) return whole;
  return startingWith(files, last!).map((file) => head + others + file);
}

/** The names that begin with `typed`, in quotation marks if they need them or it has them. */
function startingWith(files: readonly string[], typed: string): string[] {
  const isQuoted = typed.startsWith('"');
  const start = (isQuoted ? typed.slice(1) : typed).toLowerCase();
  return files
    .filter((name) => name.toLowerCase().startsWith(start))
    .map((name) => isQuoted || /\s/.test(name) ? `"${name}"` : name);
}
