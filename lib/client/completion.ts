import type { Completer } from "../terminal/completion.ts";
import { COMMANDS } from "./commands.ts";

/** What can be completed besides commands. */
export type Known = {
  /** The names of those who are there. */
  people(): Iterable<string>;
  /** The names of the files. */
  files(): Iterable<string>;
};

/**
 * What Tab offers: commands after a slash, people after `/to` and `/msg`, files
 * after `/get`, commands after `/help`, and people in what is said. Upper and
 * lower case are one.
 */
export function completer(known: Known): Completer {
  return (line) => {
    const command = /^\/(\S*)$/.exec(line);
    if (command !== null) {
      return after("/", COMMANDS.map(({ name }) => `${name} `), command[1]!);
    }
    const [, head, typed] = /^(\/(?:to|msg) +)(\S*)$/i.exec(line) ?? [];
    if (head !== undefined) {
      return after(head, withSpace(known.people()), typed!);
    }
    const [, get, file] = /^(\/get +)(.*)$/i.exec(line) ?? [];
    if (get !== undefined) return filesAfter(get, known.files(), file!);
    const [, help, topic] = /^(\/help +)(\S*)$/i.exec(line) ?? [];
    if (help !== undefined) {
      return after(help, COMMANDS.map(({ name }) => name), topic!);
    }
    if (/^\/(?!\/)/.test(line)) return [];
    const [, before, word] = /^(|.*\s@?|@)(\S+)$/.exec(line) ?? [];
    if (word === undefined) return [];
    const ending = before === "" ? ": " : " ";
    const people = [...known.people()].map((name) => name + ending);
    return after(before!, people, word);
  };
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

/** Names with spaces get quotation marks; so does what was begun with them. */
function filesAfter(
  head: string,
  names: Iterable<string>,
  typed: string,
): string[] {
  const quoted = typed.startsWith('"');
  const start = (quoted ? typed.slice(1) : typed).toLowerCase();
  return Array.from(names)
    .filter((name) => name.toLowerCase().startsWith(start))
    .map((name) => head + (quoted || /\s/.test(name) ? `"${name}"` : name));
}
