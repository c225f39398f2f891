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

/** A file to ask for: by its name, and, if it was in a list, as it was there. */
export type Wanted = {
  readonly name: string;
  readonly size?: number;
  readonly modified?: number;
  /** The number in the list that was typed for it. */
  readonly number?: number;
};

/** A file that was asked for. */
export type Asked = Wanted & {
  /** Even if it is here already. */
  readonly again?: boolean;
};

/** Files to ask for, each once, and sentences about what could not be understood. */
export type Choice = {
  readonly files: readonly Wanted[];
  readonly problems: readonly string[];
};

/** Numbers and ranges, and what people write around them: `#1`, `1,2`, `3 - 5`, `1.`. */
const NUMBERS = /^(?:#?\d{1,6}[.)]?(?:\s*-\s*#?\d{1,6})?(?:\s*,\s*|\s+|$))+$/;

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
  if (only === undefined) return { files: [], problems: [] };
  if (others.length === 0 && only.quoted) {
    return { files: [{ name: only.text }], problems: [] };
  }
  const isPlain = !RANGE.test(only.text) && !isGlob(only.text);
  if (others.length === 0 && isPlain) {
    return { files: [{ name: only.text }], problems: [] };
  }
  const seen = await lists.seen();
  const whole = argument.trim();
  // A file may be called `a b.txt`, `7-9` or `a*.txt`; a number is a place first.
  const exact = /^\d+$/.test(whole)
    ? undefined
    : seen.find(({ name }) => name === whole);
  if (exact !== undefined) return { files: [exact], problems: [] };
  const needsNow = words.some((word) =>
    !word.quoted && (isGlob(word.text) || !isKnown(word.text, seen))
  );
  const now = needsNow ? await lists.now() : seen;
  const found: Found = { files: new Map(), problems: [] };
  for (const { text, quoted } of words) {
    if (quoted) add(found, { name: text });
    else if (RANGE.test(text)) addNumbered(text, seen, found);
    else if (isGlob(text)) addMatching(text, now, found);
    else if (isKnown(text, seen) || isKnown(text, now)) {
      add(found, { name: text });
    } else return { files: [{ name: whole }], problems: [] };
  }
  return { files: [...found.files.values()], problems: found.problems };
}

/** Whether a running download with this name is meant by `argument`, see {@linkcode chooseFiles}. */
export function meaning(
  argument: string,
  seen: readonly FileEntry[],
): (name: string) => boolean {
  const keys = new Set([nameKey(argument.trim())]);
  const globs: string[] = [];
  for (const { text, quoted } of splitWords(argument)) {
    if (!quoted && RANGE.test(text)) {
      const found: Found = { files: new Map(), problems: [] };
      addNumbered(text, seen, found);
      for (const name of found.files.keys()) keys.add(nameKey(name));
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

/** Words; of numbers alone, each number or range, without what stands around it. */
function splitWords(text: string): Word[] {
  const trimmed = text.trim();
  if (NUMBERS.test(trimmed)) {
    const plain = trimmed.replace(/[#.)]/g, "").replace(/\s*-\s*/g, "-");
    return plain.split(/[\s,]+/).filter((word) => word !== "")
      .map((text) => ({ text, quoted: false }));
  }
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

type Found = {
  readonly files: Map<string, Wanted>;
  readonly problems: string[];
};

function add({ files }: Found, file: Wanted): void {
  if (!files.has(file.name)) files.set(file.name, file);
}

function addNumbered(
  text: string,
  seen: readonly FileEntry[],
  found: Found,
): void {
  const [, first, last] = RANGE.exec(text)!;
  const start = Number(first);
  const end = last === undefined ? start : Number(last);
  const files = start < 1 ? [] : seen.slice(start - 1, end);
  files.forEach((file, i) => add(found, { ...file, number: start + i }));
  if (files.length > 0 && end <= seen.length) return;
  if (last === undefined && seen.some(({ name }) => name === text)) {
    add(found, { name: text }); // A file may have a number as its name.
  } else {
    found.problems.push(
      last === undefined
        ? `There is no file number ${text}. Type /files for the list`
        : `There are no files ${text}: the list ends with ${seen.length}`,
    );
  }
}

function addMatching(
  glob: string,
  now: readonly FileEntry[],
  found: Found,
): void {
  const matching = now.filter(({ name }) => globMatches(glob, name));
  matching.forEach((file) => add(found, file));
  if (matching.length === 0) {
    found.problems.push(
      `No file matches ${glob}. Type /files for the list`,
    );
  }
}
