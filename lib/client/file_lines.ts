/**
 * What there is to say about files, as lines without a look.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { display } from "../display.ts";
import type { FileEntry } from "../messages.ts";
import { padded, textWidth } from "../terminal/text_layout.ts";
import type { Saved } from "./download.ts";
import { answer, type Line, problem } from "./view.ts";

/** Widest column of file names, in columns; longer names push their size aside. */
const MAX_NAME_WIDTH = 40;

export type FileLinesOptions = {
  /** Which of them are shown; default: all. */
  readonly wanted?: (file: FileEntry) => boolean;
  /** What was asked for, if it was a pattern. */
  readonly pattern?: string;
  /** Whether names are shown with their folders, because the order is another. */
  readonly flat?: boolean;
  /** How many there are on the server, if it has not named them all. */
  readonly total?: number | undefined;
};

/** In the order in which they are shown: those in no folder first, then folder by folder. */
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

/** The newest first; those of which the time is not known last. */
export function newestFirst(files: readonly FileEntry[]): FileEntry[] {
  return files.toSorted((a, b) => (b.modified ?? -1) - (a.modified ?? -1));
}

/**
 * The files with their numbers, which are those of the whole list: they are what
 * `/get` takes. Files of one folder in a row stand under its name.
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
    answer(headLine(shown.length, files.length, total)),
    ...rowsOf(shown, { digits: String(files.length).length, flat }),
  ];
}

function headLine(shown: number, listed: number, total: number): string {
  const all = `${count(total, "file", "files")} on the server`;
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
    const name = display(file.name.slice(folder.length));
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
    return folder === "" ? [line] : [answer(`  ${display(folder)}`), line];
  });
}

/** With its `/`; empty for a file in no folder. */
function folderOf({ name }: FileEntry): string {
  return name.slice(0, name.lastIndexOf("/") + 1);
}

/** What is said when a download is complete. */
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

/** What is said when several downloads that were asked for together are over. */
export function summaryLine(
  { saved, size, before, failed }: {
    /** How many were saved, and their sizes together in bytes. */
    readonly saved: number;
    readonly size: number;
    /** How many were there already. */
    readonly before: number;
    readonly failed: number;
  },
): Line {
  const rest = [
    before > 0 ? `you already had ${before.toLocaleString("en")}` : "",
    failed > 0 ? `${failed.toLocaleString("en")} failed` : "",
  ].filter((part) => part !== "");
  return {
    kind: "event",
    text: [
      `Saved ${count(saved, "file", "files")} (${formatBytes(size)})`,
      ...rest,
    ].join(", "),
  };
}

/** What is said when a download goes on where an earlier one stopped; `at` is in bytes. */
export function resumedLine(name: string, at: number): Line {
  return { kind: "event", text: `Resuming ${name} at ${formatBytes(at)}` };
}

/** What is said when an earlier download cannot be resumed, or something has happened. */
export function againLine(
  name: string,
  reason = `${name} has changed on the server`,
): Line {
  return { kind: "event", text: `Starting again: ${reason}` };
}

/** What is said when the file is not the one that was in the list. */
export function changedSinceLine(name: string): Line {
  return answer(`${name} has changed since the list was shown`);
}

/** What is said when a file is asked for twice. */
export function alreadyLine(name: string): Line {
  return answer(`Already downloading ${name}`);
}

/** What is said when a download goes on with the next connection; `kept` is in bytes. */
export function interruptedLine(name: string, kept: number): Line {
  const part = kept === 0 ? "" : ` (${formatBytes(kept)} kept)`;
  return problem(
    `${name} interrupted: it resumes when the server is back${part}`,
  );
}

/** What is said when a download did not come to its end; `kept` is in bytes. */
export function failedLine(name: string, reason: string, kept = 0): Line {
  const rest = kept === 0
    ? ""
    : ` (${formatBytes(kept)} kept: /get resumes there)`;
  return problem(`Not saved: ${name}: ${reason}${rest}`);
}

function count(number: number, one: string, many: string): string {
  return number === 1 ? `1 ${one}` : `${number.toLocaleString("en")} ${many}`;
}
