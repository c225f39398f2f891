import { type FileEntry, MAX_WORD_LENGTH } from "../message_fields.ts";
import type { FileLook } from "./same_file.ts";
import { offeredNames } from "./offered_names.ts";
import { isReadable } from "../io/open_plain.ts";
import { sortInTurns } from "./sort_in_turns.ts";

/** Most files in one list: more than a user reads, few enough to send in a moment. */
export const MAX_FILES = 10_000;

/**
 * Deepest nesting of sub-folders, so that a scan of a disk mounted into itself ends.
 */
export const MAX_DEPTH = 8;

/** Most names counted, so that a scan of a whole disk ends, too. */
const MAX_NAMES = 200_000;

/** Most concurrent `lstat` calls: they keep the disk busy and do not block the chat. */
const MAX_LOOKS = 16;

/** The permission bit that lets all users read, on systems that have it. */
const READABLE_BY_ALL = 0o004;

/** Sorts `file2` before `file10`, the same on every machine. */
const NAME_ORDER = new Intl.Collator("en", { numeric: true });

/** A file of the folder, as the scan saw it. */
export type ScannedFile = {
  readonly entry: FileEntry;
  readonly look: FileLook;
};

/** What a folder holds at one moment. */
export type Scan = {
  /** At most {@linkcode MAX_FILES}, ordered by name. */
  readonly files: readonly ScannedFile[];
  /** How many files there are, including those beyond the list. */
  readonly total: number;
  /** Entries that cannot be offered: path and reason. */
  readonly skipped: ReadonlyMap<string, string>;
};

type Walk = { readonly names: string[]; readonly skipped: Map<string, string> };

/**
 * Scans the plain files in `folder` and its sub-folders, {@linkcode MAX_DEPTH} deep.
 * Follows no links except `folder` itself, skips unusable entries, and opens nothing
 * but plain files. Throws the system's error if `folder` itself cannot be read.
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

/** Returns the list entry of a file, or `undefined` if its size is out of range. */
export function entryOf(name: string, look: FileLook): FileEntry | undefined {
  const { size, mtime } = look;
  if (!Number.isSafeInteger(size) || size < 0) return undefined;
  const modified = mtime?.getTime();
  // A time before 1970 or beyond the calendar is omitted.
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
    if (!look.isFile) return undefined; // It is no longer a file.
    const entry = entryOf(name, look);
    if (entry === undefined) skipped.set(name, "its size is out of range");
    else if (!await mayRead(path, look)) {
      skipped.set(name, "the server has no permission to read it");
    } else return { entry, look };
  } catch (error) {
    const isGone = error instanceof Deno.errors.NotFound;
    if (name.includes("\ufffd")) {
      skipped.set(name, "its name is not valid text");
    } else if (!isGone) skipped.set(name, "the server cannot look at it");
  }
  return undefined;
}

/**
 * Returns whether the server may read a file. `access` of node:fs would ask for the
 * permission to know the user's id.
 */
async function mayRead(
  path: string,
  { mode }: Deno.FileInfo,
): Promise<boolean> {
  if (mode === null || (mode & READABLE_BY_ALL) !== 0) return true;
  return await isReadable(path);
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
      walk.skipped.set(`${path}/`, "it is in too many folders");
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
