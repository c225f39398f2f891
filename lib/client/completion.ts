import { type Completer, completions } from "../terminal/completion.ts";
import { COMMAND_TABLE } from "./commands.ts";

/** The words that Tab completes besides commands. */
export type Known = {
  /** The names of the other people. */
  people(): Iterable<string>;
  /** The names of the files on the server. */
  files(): Iterable<string>;
  /** The names of the files in the list of downloads. */
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
    return COMMAND_TABLE.complete(
      line,
      ({ name }, argument) => argumentsOf(name, argument, known),
    );
  };
}

/** What the argument of the command `name` may become. */
function argumentsOf(name: string, argument: string, known: Known): string[] {
  switch (name) {
    case "get":
      return filesFrom(known.files(), argument);
    case "cancel":
      return filesFrom(known.downloads(), argument);
    case "help":
      return completions("", COMMAND_TABLE.names, argument);
    case "to":
    case "msg":
      if (/^\S*$/.test(argument)) {
        const typed = argument.replace(/^[@"]/, "");
        return completions("", withSpace(known.people()), typed);
      }
  }
  return WITH_TEXT.has(name) ? peopleIn(argument, known) : [];
}

/** The texts that Tab can make of `text` by completing its last word to a name. */
function peopleIn(text: string, known: Known): string[] {
  const [, before, word] = /^(|[^]*\s@?|@)(\S+)$/.exec(text) ?? [];
  if (word === undefined) return [];
  const ending = before === "" ? ": " : " ";
  const people = [...known.people()].map((name) => name + ending);
  return completions(before!, people, word);
}

function withSpace(words: Iterable<string>): string[] {
  return Array.from(words, (word) => `${word} `);
}

/**
 * Completes a file name: all of `argument`, as in `my pl` for "my plan.pdf", or its
 * last word. Names with spaces get quotation marks.
 */
function filesFrom(names: Iterable<string>, argument: string): string[] {
  const files = Array.from(names);
  const whole = startingWith(files, argument);
  const [, others, last] = /^((?:(?:"[^"]*"|[^"\s]\S*)\s+)+)("[^"]*|\S*)$/
    .exec(argument) ?? [];
  if (others === undefined || whole.length > 0) return whole;
  return startingWith(files, last!).map((file) => others + file);
}

/** The names that begin with `typed`, quoted if they have spaces or `typed` has a quotation mark. */
function startingWith(files: readonly string[], typed: string): string[] {
  const isQuoted = typed.startsWith('"');
  const start = (isQuoted ? typed.slice(1) : typed).toLowerCase();
  return files
    .filter((name) => name.toLowerCase().startsWith(start))
    .map((name) => isQuoted || /\s/.test(name) ? `"${name}"` : name);
}
