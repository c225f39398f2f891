import { constants, promises } from "node:fs";
import { MAX_WORD_LENGTH } from "../message_fields.ts";
import type { FileEntry } from "../messages.ts";
import type { FileLook } from "../same_file.ts";
import { offeredNames } from "./offered_names.ts";
import { sortInTurns } from "./sort_in_turns.ts";

/** Files in one list: more than anybody reads, few enough to be sent in a moment. */
export const MAX_FILES = 10_000;

/** Folders in folders, so that a disk mounted into itself has an end. */
export const MAX_DEPTH = 8;

/** Names that are counted at most, so that a whole disk has an end, too. */
const MAX_NAMES = 200_000;

/** Files that are looked at side by side: the disk is busy, and the chat goes on. */
const MAX_LOOKS = 16;

/** Permission of everybody to read, where a system knows it. */
const READABLE_BY_ALL = 0o004;

/** `file2` before `file10`, the same on every machine. */
const NAME_ORDER = new Intl.Collator("en", { numeric: true });

/** A file of the folder, as it was looked at. */
export type ScannedFile = {
  readonly entry: FileEntry;
  readonly look: FileLook;
};

/** What a folder holds at one moment. */
export type Scan = {
  /** At most {@linkcode MAX_FILES}, in the order of their names. */
  readonly files: readonly ScannedFile[];
  /** How many files there are, those that are not in the list included. */
  readonly total: number;
  /** What cannot be offered, by path, and why. */
  readonly skipped: ReadonlyMap<string, string>;
};

type Walk = { readonly names: string[]; readonly skipped: Map<string, string> };

/**
 * Looks at the plain files in `folder` and its sub-folders, {@linkcode MAX_DEPTH}
 * deep. Follows no links but `folder` itself. One odd entry is skipped, and
 * nothing but a plain file is ever opened. Throws the system's error if `folder`
 * itself cannot be read.
 */
export async function scanFolder(folder: string): Promise<Scan> {
  const walk: Walk = { names: [], skipped: new Map() };
  await collect(folder, "", await readFolder(folder), { walk, depth: 0 });
  const { skipped } = walk;
  const names = await sortInTurns(walk.names, NAME_ORDER.compare);
  const files: (ScannedFile | undefined)[] = names.slice(0, MAX_FILES)
    .map(() => undefined);
  let next = 0;
  const lookOn = async () => {
    while (next < files.length) {
      const at = next++;
      files[at] = await lookAt(folder, names[at]!, skipped);
    }
  };
  await Promise.all(Array.from({ length: MAX_LOOKS }, lookOn));
  const found = files.filter((file) => file !== undefined);
  const unseen = names.length - files.length;
  return { files: found, total: found.length + unseen, skipped };
}

/** One file as the list shows it; `undefined` if its size makes no sense. */
export function entryOf(name: string, look: FileLook): FileEntry | undefined {
  const { size, mtime } = look;
  if (!Number.isSafeInteger(size) || size < 0) return undefined;
  const modified = mtime?.getTime();
  // A time before 1970 or after the end of the calendar is left out.
  return Number.isSafeInteger(modified) && modified! >= 0
    ? { name, size, modified: modified! }
    : { name, size };
}

async function lookAt(
  folder: string,
  name: string,
  skipped: Map<string, string>,
): Promise<ScannedFile | undefined> {
  const path = `${folder}/${name}`;
  try {
    const look = await Deno.lstat(path);
    if (!look.isFile) return undefined; // It has turned into something else.
    const entry = entryOf(name, look);
    if (entry === undefined) skipped.set(name, "its size makes no sense");
    else if (!await isReadable(path, look)) {
      skipped.set(name, "the server may not read it");
    } else return { entry, look };
  } catch (error) {
    const isGone = error instanceof Deno.errors.NotFound;
    if (name.includes("\ufffd")) skipped.set(name, "its name is no text");
    else if (!isGone) skipped.set(name, "the server cannot look at it");
  }
  return undefined;
}

async function isReadable(
  path: string,
  { mode }: Deno.FileInfo,
): Promise<boolean> {
  if (mode === null || (mode & READABLE_BY_ALL) !== 0) return true;
  try {
    await promises.access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

type Inside = { readonly files: string[]; readonly folders: string[] };

/** Adds the names of the files in `inside`, which is the folder `prefix`. */
async function collect(
  folder: string,
  prefix: string,
  inside: Inside,
  { walk, depth }: { readonly walk: Walk; readonly depth: number },
): Promise<void> {
  for (const file of inside.files) {
    if (walk.names.length >= MAX_NAMES) return;
    const name = prefix + file;
    if (name.length <= MAX_WORD_LENGTH) walk.names.push(name);
    else walk.skipped.set(name, "its name is too long");
  }
  for (const name of inside.folders) {
    if (walk.names.length >= MAX_NAMES) return;
    const path = prefix + name;
    if (depth === MAX_DEPTH) {
      walk.skipped.set(`${path}/`, "it is too deep in folders");
      continue;
    }
    const below = await readFolder(`${folder}/${path}`).catch(() => undefined);
    if (below === undefined) {
      walk.skipped.set(`${path}/`, "the server cannot read it");
    } else {
      await collect(folder, `${path}/`, below, { walk, depth: depth + 1 });
    }
  }
}

async function readFolder(path: string): Promise<Inside> {
  const files: string[] = [];
  const folders: string[] = [];
  for await (const entry of Deno.readDir(path)) {
    if (entry.isFile) files.push(entry.name);
    else if (entry.isDirectory && !entry.name.startsWith(".")) {
      folders.push(entry.name);
    }
  }
  return { files: offeredNames(files), folders };
}
