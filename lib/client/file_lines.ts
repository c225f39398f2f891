/**
 * The client's lines about files; how they look is decided elsewhere.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { display } from "../display.ts";
import type { FileEntry } from "../message_fields.ts";
import { padded, textWidth } from "../terminal/text_layout.ts";
import type { Saved } from "../files/download_outcome.ts";
import { answer, type Line, problem } from "./view.ts";

/** Widest column of file names, in columns; a longer name pushes its size aside. */
const MAX_NAME_WIDTH = 40;

/** Longest name in a list, in UTF-16 units: no file system allows more in one part. */
const MAX_NAME_LENGTH = 255;

export type FileLinesOptions = {
  /** Whether to show a file; default: all. */
  readonly wanted?: (file: FileEntry) => boolean;
  /** The pattern that the user typed, if any. */
  readonly pattern?: string;
  /** Whether each name has its folder before it, because files of a folder are not together. */
  readonly flat?: boolean;
  /** How many files the server has, if it has not named them all. */
  readonly total?: number | undefined;
};

/** The files in the order of the list: first those in no folder, then folder by folder. */
export function inGroups(files: readonly FileEntry[]): FileEntry[] {
  const groups = new Map<string, FileEntry[]>([["", []]]);
  for (const file of files) {
    const folder = folderOf(file);
    const group = groups.get(folder);
    if (group === undefined) groups.set(folder, [file]);
    else group.push(file);
  }
  return [...groups.values()].flat();
}

/** The files, the newest first, those of unknown time last. */
export function newestFirst(files: readonly FileEntry[]): FileEntry[] {
  return files.toSorted((a, b) => (b.modified ?? -1) - (a.modified ?? -1));
}

/**
 * The list of files, each with its number in the whole list, which `/get` takes.
 * Consecutive files of one folder stand under its name.
 */
export function fileLines(
  files: readonly FileEntry[],
  {
    wanted = () => true,
    pattern = "",
    flat = false,
    total = files.length,
  }: FileLinesOptions = {},
): Line[] {
  if (files.length === 0) return [answer("There are no files on the server")];
  const shown = files
    .map((file, index) => ({ file, number: index + 1 }))
    .filter(({ file }) => wanted(file));
  if (shown.length === 0) return [answer(`No file matches ${pattern}`)];
  return [
    answer(headLine(shown.length, { listed: files.length, total, flat })),
    ...rowsOf(shown, { digits: String(files.length).length, flat }),
  ];
}

function headLine(
  shown: number,
  { listed, total, flat }: { listed: number; total: number; flat: boolean },
): string {
  const order = flat ? ", newest first" : "";
  const all = `${count(total, "file", "files")} on the server${order}`;
  if (shown < listed) return `${shown.toLocaleString("en")} of ${all}:`;
  if (listed === total) return `${all}:`;
  const [some, whole] = [listed, total].map((n) => n.toLocaleString("en"));
  return `${all} (${some} of ${whole} shown):`;
}

type Numbered = { readonly file: FileEntry; readonly number: number };

function rowsOf(
  shown: readonly Numbered[],
  { digits, flat }: { readonly digits: number; readonly flat: boolean },
): Line[] {
  const rows = shown.map(({ file, number }) => {
    const folder = flat ? "" : folderOf(file);
    const name = shownName(file.name.slice(folder.length));
    const indent = folder === "" ? "" : "  ";
    return {
      folder,
      head: `  ${indent}${String(number).padStart(digits)}  `,
      name,
      size: formatBytes(file.size),
      sign: file.changing ? "  still being copied" : "",
    };
  });
  const widthOf = ({ head, name }: typeof rows[number]) =>
    head.length + textWidth(name);
  const width = rows.reduce(
    (width, row) => Math.max(width, Math.min(widthOf(row), MAX_NAME_WIDTH)),
    0,
  );
  const sizeWidth = rows.reduce((a, { size }) => Math.max(a, size.length), 0);
  let folder = "";
  return rows.flatMap((row) => {
    const line = answer(
      `${padded(row.head + row.name, width)}  ${row.size.padStart(sizeWidth)}` +
        row.sign,
    );
    if (row.folder === folder) return [line];
    folder = row.folder;
    return folder === "" ? [line] : [answer(`  ${shownName(folder)}`), line];
  });
}

/** The name, made harmless, and cut to the length of an honest name. */
function shownName(name: string): string {
  const shown = display(name.slice(0, MAX_NAME_LENGTH));
  const isWhole = name.length <= MAX_NAME_LENGTH &&
    shown.length <= MAX_NAME_LENGTH;
  return isWhole ? shown : `${shown.slice(0, MAX_NAME_LENGTH).toWellFormed()}…`;
}

/** The folder of a file, with its `/`; empty for a file in no folder. */
function folderOf({ name }: FileEntry): string {
  return name.slice(0, name.lastIndexOf("/") + 1);
}

/** Says that a download is complete. */
export function savedLine({ path, size, before, instead }: Saved): Line {
  if (before) return answer(`You already have ${path}`);
  const why = instead === undefined
    ? ""
    : `, because the name ${instead.name} ${instead.problem}`;
  return {
    kind: "event",
    text: `Saved ${path} (${formatBytes(size)}, verified)${why}`,
  };
}

/** Sums up several downloads that the user asked for together. */
export function summaryLine(
  { saved, size, before, failed, interrupted = 0 }: {
    /** How many files were saved, and their total size in bytes. */
    readonly saved: number;
    readonly size: number;
    /** How many the user already had. */
    readonly before: number;
    readonly failed: number;
    /** How many resume with the next connection. */
    readonly interrupted?: number;
  },
): Line {
  const isAllHere = saved + failed + interrupted === 0;
  if (isAllHere) return answer(`You already have ${allOf(before)}`);
  const rest = ([
    [before, "already here"],
    [failed, "failed"],
    [interrupted, "interrupted"],
  ] as const).filter(([number]) => number > 0)
    .map(([number, fate]) => `${number.toLocaleString("en")} ${fate}`);
  const head = saved === 0
    ? "Nothing saved"
    : `Saved ${count(saved, "file", "files")} (${formatBytes(size)})`;
  return { kind: "event", text: [head, ...rest].join(", ") };
}

function allOf(number: number): string {
  if (number === 1) return "this file";
  return number === 2
    ? "both files"
    : `all ${number.toLocaleString("en")} files`;
}

/** Says that a download resumes where an earlier one stopped; `at` is in bytes. */
export function resumedLine(name: string, at: number): Line {
  return { kind: "event", text: `Resuming ${name} at ${formatBytes(at)}` };
}

/** Says that a download starts again, and why. */
export function againLine(
  name: string,
  reason = `${name} has changed on the server`,
): Line {
  return { kind: "event", text: `Starting again: ${reason}` };
}

/** Says that the file on the server is no longer the one in the list. */
export function changedSinceLine(name: string): Line {
  return answer(`${name} has changed since the list was shown`);
}

/** Says that the file is already being downloaded. */
export function alreadyLine(name: string): Line {
  return answer(`Already downloading ${name}`);
}

/** Says that a download resumes with the next connection; `kept` is in bytes. */
export function interruptedLine(name: string, kept: number): Line {
  const part = kept === 0 ? "" : ` (${formatBytes(kept)} kept)`;
  return problem(
    `${name} interrupted: it resumes when the server is back${part}`,
  );
}

/** Says that a download has failed; `kept` is in bytes. */
export function failedLine(name: string, reason: string, kept = 0): Line {
  const rest = kept === 0
    ? ""
    : ` (${formatBytes(kept)} kept: /get resumes there)`;
  // The server's reason may begin with the name.
  const what = reason.startsWith(`${name} `) ? reason : `${name}: ${reason}`;
  return problem(`Not saved: ${what}${rest}`);
}

function count(number: number, one: string, many: string): string {
  return number === 1 ? `1 ${one}` : `${number.toLocaleString("en")} ${many}`;
}
