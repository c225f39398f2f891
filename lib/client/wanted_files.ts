/**
 * Finds the files that the user means by names, numbers and patterns.
 *
 * @module
 */

import type { FileEntry } from "../message_fields.ts";
import { nameKey } from "../names.ts";
import { noSuchFile } from "./near_files.ts";

/** A typed word; in quotation marks it can only be a name. */
type Word = { readonly text: string; readonly quoted: boolean };

/** The lists of the server's files: the one that the user has seen, and the present one. */
export type Lists = {
  seen(): Promise<readonly FileEntry[]>;
  now(): Promise<readonly FileEntry[]>;
};

/** A file that the user means; size and time are those of the list it was in, if any. */
export type Wanted = {
  readonly name: string;
  readonly size?: number;
  readonly modified?: number;
  /** The number that the user typed for it. */
  readonly number?: number;
};

/** A file that the user has asked for. */
export type Asked = Wanted & {
  /** Whether to download it even if the user already has it. */
  readonly again?: boolean;
};

/** The files that the user means, each once, and sentences about words without a meaning. */
export type Choice = {
  readonly files: readonly Wanted[];
  readonly problems: readonly string[];
};

/** Numbers and ranges, as people write them: `#1`, `1,2`, `3 - 5`, `1.`. */
const NUMBERS = /^(?:#?\d{1,6}[.)]?(?:\s*-\s*#?\d{1,6})?(?:\s*,\s*|\s+|$))+$/;

/** A number or a range, with few digits, so that `1-999999999` costs nothing. */
const RANGE = /^(\d{1,6})(?:-(\d{1,6}))?$/;

/**
 * The files that `argument` means: `a.txt`, `"a b.txt" c.txt`, `2 5 7-9`, `*.png`.
 * Numbers count in the list that the user has seen. If a word is no file, all words
 * together are one name: `my report.pdf`.
 */
export async function chooseFiles(
  argument: string,
  lists: Lists,
): Promise<Choice> {
  const words = splitWords(argument);
  const [only, ...others] = words;
  if (only === undefined) return { files: [], problems: [] };
  if (words.some(({ text }) => text.trim() === "")) {
    return { files: [], problems: [noSuchFile("")] };
  }
  if (others.length === 0 && only.quoted) {
    return { files: [{ name: only.text }], problems: [] };
  }
  const isPlain = !RANGE.test(only.text) && !isGlob(only.text);
  if (others.length === 0 && isPlain) {
    return { files: [{ name: only.text }], problems: [] };
  }
  const seen = await lists.seen();
  const whole = argument.trim();
  // The name of a file may be `a b.txt`, `7-9` or `a*.txt`; a number means a place first.
  const exact = /^\d+$/.test(whole)
    ? undefined
    : seen.find(({ name }) => name === whole);
  if (exact !== undefined) return { files: [exact], problems: [] };
  const needsNow = words.some((word) =>
    !word.quoted && (isGlob(word.text) || !isKnown(word.text, seen))
  );
  const now = needsNow ? await lists.now() : seen;
  const found: Found = { files: new Map(), problems: [] };
  const isName = ({ text, quoted }: Word) =>
    quoted ||
    (!RANGE.test(text) && (isKnown(text, seen) || isKnown(text, now)));
  // With a quoted name or a pattern among them, words are separate names.
  const isList = words.some(({ text, quoted }) => quoted || isGlob(text));
  for (const word of words) {
    const { text, quoted } = word;
    if (!quoted && RANGE.test(text)) addNumbered(text, seen, found);
    else if (!quoted && isGlob(text)) addMatching(text, now, found);
    else if (isList || isName(word)) add(found, { name: text });
    else return { files: [{ name: whole }], problems: [] };
  }
  return { files: [...found.files.values()], problems: found.problems };
}

/** Tells whether `argument` means the download with a name, as {@linkcode chooseFiles} reads it. */
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
 * Whether `name` matches `pattern`: `*` matches any characters, with `/`, and `?` one
 * character, in any case. Takes time with the product of both lengths, whatever the
 * pattern.
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
      // The last star matches one more character.
      at = star + 1;
      i = ++afterStar;
    } else return false;
  }
  return wanted.slice(at).every((character) => character === "*");
}

function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/** The words of `text`; if it has only numbers, the plain numbers and ranges. */
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
    add(found, { name: text }); // The name of a file may be a number.
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
