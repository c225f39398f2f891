/**
 * Which files the user means by names, numbers and patterns.
 *
 * @module
 */

import type { FileEntry } from "../messages.ts";
import { nameKey } from "../names.ts";

/** A word of what was typed; in quotation marks it is a name and nothing else. */
type Word = { readonly text: string; readonly quoted: boolean };

/** The lists of the server's files: the one that the user has seen, and that of now. */
export type Lists = {
  seen(): Promise<readonly FileEntry[]>;
  now(): Promise<readonly FileEntry[]>;
};

/** Names to ask for, each once, and sentences about what could not be understood. */
export type Choice = {
  readonly names: readonly string[];
  readonly problems: readonly string[];
};

/** Enough for any list, so that `1-999999999` costs nothing. */
const RANGE = /^(\d{1,6})(?:-(\d{1,6}))?$/;

/**
 * The files that `argument` means: `a.txt`, `"a b.txt" c.txt`, `2 5 7-9`, `*.png`.
 * Numbers count in the list that the user has seen. Words that are no files one by
 * one are one name together: `my report.pdf`.
 */
export async function chooseFiles(
  argument: string,
  lists: Lists,
): Promise<Choice> {
  const words = splitWords(argument);
  const [only, ...others] = words;
  if (only === undefined) return { names: [], problems: [] };
  const isPlain = only.quoted || (!RANGE.test(only.text) && !isGlob(only.text));
  if (others.length === 0 && isPlain) {
    return { names: [only.text], problems: [] };
  }
  const seen = await lists.seen();
  const whole = argument.trim();
  // A file may be called `a b.txt`, `7-9` or `a*.txt`; a number is a place first.
  if (!/^\d+$/.test(whole) && seen.some(({ name }) => name === whole)) {
    return { names: [whole], problems: [] };
  }
  const needsNow = words.some((word) =>
    !word.quoted && (isGlob(word.text) || !isKnown(word.text, seen))
  );
  const now = needsNow ? await lists.now() : seen;
  const names = new Set<string>();
  const problems: string[] = [];
  for (const { text, quoted } of words) {
    if (quoted) names.add(text);
    else if (RANGE.test(text)) addNumbered(text, seen, { names, problems });
    else if (isGlob(text)) addMatching(text, now, { names, problems });
    else if (isKnown(text, seen) || isKnown(text, now)) names.add(text);
    else return { names: [whole], problems: [] };
  }
  return { names: [...names], problems };
}

/** Whether a running download with this name is meant by `argument`, see {@linkcode chooseFiles}. */
export function meaning(
  argument: string,
  seen: readonly FileEntry[],
): (name: string) => boolean {
  const words = splitWords(argument);
  const keys = new Set([nameKey(argument.trim())]);
  const globs: string[] = [];
  for (const { text, quoted } of words) {
    const problems: string[] = [];
    const names = new Set<string>();
    if (!quoted && RANGE.test(text)) {
      addNumbered(text, seen, { names, problems });
      names.forEach((name) => keys.add(nameKey(name)));
    } else if (!quoted && isGlob(text)) globs.push(text);
    else keys.add(nameKey(text));
  }
  return (name) =>
    keys.has(nameKey(name)) || globs.some((glob) => globMatches(glob, name));
}

/**
 * Whether `name` fits `pattern`: `*` stands for any characters, `/` included, `?`
 * for one; upper and lower case are one. Takes time in the product of both
 * lengths, whatever the pattern.
 */
export function globMatches(pattern: string, name: string): boolean {
  const wanted = [...nameKey(pattern)];
  const given = [...nameKey(name)];
  let at = 0;
  let star = -1;
  let afterStar = 0;
  for (let i = 0; i < given.length;) {
    if (wanted[at] === "*") {
      star = at++;
      afterStar = i;
    } else if (at < wanted.length && ["?", given[i]].includes(wanted[at])) {
      at++;
      i++;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      i = ++afterStar;
    } else return false;
  }
  return wanted.slice(at).every((character) => character === "*");
}

function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

function splitWords(text: string): Word[] {
  return Array.from(
    text.matchAll(/"([^"]*)"(?=\s|$)|(\S+)/g),
    ([, quoted, plain]) =>
      quoted === undefined
        ? { text: plain!, quoted: false }
        : { text: quoted, quoted: true },
  );
}

function isKnown(text: string, files: readonly FileEntry[]): boolean {
  const key = nameKey(text);
  return RANGE.test(text) || files.some(({ name }) => nameKey(name) === key);
}

type Found = { readonly names: Set<string>; readonly problems: string[] };

function addNumbered(
  text: string,
  seen: readonly FileEntry[],
  { names, problems }: Found,
): void {
  const [, first, last] = RANGE.exec(text)!;
  const start = Number(first);
  const end = last === undefined ? start : Number(last);
  const files = start < 1 ? [] : seen.slice(start - 1, end);
  files.forEach(({ name }) => names.add(name));
  if (files.length > 0 && end <= seen.length) return;
  if (last === undefined && seen.some(({ name }) => name === text)) {
    names.add(text); // A file may have a number as its name.
  } else {
    problems.push(
      last === undefined
        ? `There is no file number ${text}. Type /files for the list`
        : `There are no files ${text}: the list ends with ${seen.length}`,
    );
  }
}

function addMatching(
  glob: string,
  now: readonly FileEntry[],
  { names, problems }: Found,
): void {
  const matching = now.filter(({ name }) => globMatches(glob, name));
  matching.forEach(({ name }) => names.add(name));
  if (matching.length === 0) {
    problems.push(`No file matches ${glob}. Type /files for the list`);
  }
}
