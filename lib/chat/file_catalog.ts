import { createHash } from "node:crypto";
import { MAX_WORD_LENGTH } from "../message_fields.ts";
import type { FileEntry } from "../messages.ts";
import { nameKey } from "../names.ts";
import { maybeSameFile } from "../same_file.ts";
import { ChatError } from "./chat_error.ts";
import { type FileHash, FileHashes } from "./file_hashes.ts";
import { Turnstile } from "./turnstile.ts";

/** Files in one list: more than anybody reads, few enough to be sent in a moment. */
export const MAX_FILES = 10_000;

/** Folders in folders, so that a disk mounted into itself has an end. */
export const MAX_DEPTH = 8;

/**
 * Reads at a time, of all files: enough to keep the disk and the network busy, so
 * few that the chat of others does not wait for a hundred downloads.
 */
const MAX_READS = 2;

/** A file of the catalog, open for reading. Close it with `using`. */
export type OpenFile = Disposable & {
  readonly entry: FileEntry;
  /** Stands for this version of this file: another one has another tag. */
  readonly tag: string;
  /** For the SHA-256; perhaps shared with other downloads of this version. */
  readonly hash: FileHash;
  /** Reads on from the last place; resolves to the number of bytes, `null` at the end. */
  read(target: Uint8Array): Promise<number | null>;
  /** Reads from `position` on next, in bytes from the beginning. */
  seek(position: number): Promise<void>;
  /** Whether the file is no longer the one that was opened. */
  changed(): Promise<boolean>;
};

/** `file2` before `file10`, the same on every machine. */
const NAME_ORDER = new Intl.Collator("en", { numeric: true });

/**
 * The shared folder: the plain files that stand in it and in its sub-folders at
 * this moment, those with a `/` in their names. Links, whether to files or to
 * folders, and names that begin with a dot are not part of it. A name that
 * somebody asks for never becomes a path: each part of it is looked up among the
 * names that are there.
 *
 * Known limit: someone who can write to the folder can put a link in the place of
 * a sub-folder in the very moment between looking and opening.
 */
export class FileCatalog {
  readonly #folder: string;
  readonly #hashes = new FileHashes();
  readonly #reads = new Turnstile(MAX_READS);

  /** `folder` need not exist yet: see {@linkcode prepare}. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Creates the folder if there is none. */
  async prepare(): Promise<void> {
    await Deno.mkdir(this.#folder, { recursive: true });
  }

  /**
   * The files with their sizes, in the order of their names; at most
   * {@linkcode MAX_FILES}, {@linkcode MAX_DEPTH} folders deep. Throws
   * {@linkcode ChatError} if the folder cannot be read.
   */
  async list(): Promise<FileEntry[]> {
    const names: string[] = [];
    await this.#collect("", names, await this.#top());
    const entries = await Promise.all(names.map((name) => this.#entry(name)));
    return entries
      .filter((entry) => entry !== undefined)
      .sort((a, b) => NAME_ORDER.compare(a.name, b.name));
  }

  /**
   * Opens the file with exactly this name, or, if there is none, the only one
   * whose name differs in upper and lower case or in the encoding of accents.
   * Throws {@linkcode ChatError}.
   */
  async open(wanted: string): Promise<OpenFile> {
    const name = await this.#find(wanted);
    let file: Deno.FsFile;
    try {
      file = await Deno.open(this.#path(name));
    } catch (cause) {
      throw cause instanceof Deno.errors.NotFound
        ? noSuchFile(wanted)
        : new ChatError(
          "unreadable",
          `The server cannot read ${name}: ask the one who runs it`,
          { cause },
        );
    }
    try {
      const info = await file.stat();
      // A link may have taken its place since it was looked up.
      const there = await Deno.lstat(this.#path(name));
      if (!info.isFile || !there.isFile || !maybeSameFile(there, info)) {
        throw noSuchFile(wanted);
      }
      return this.#opened(file, name, info);
    } catch (error) {
      file.close();
      throw error instanceof Deno.errors.NotFound ? noSuchFile(wanted) : error;
    }
  }

  /** The name of the file, made of names that the folders have given. */
  async #find(wanted: string): Promise<string> {
    const parts = wanted.split("/");
    if (parts.length > MAX_DEPTH + 1) throw noSuchFile(wanted);
    let found = "";
    let inside = await this.#top();
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const names = isLast ? inside.files : inside.folders;
      const name = theOne(names, part);
      if (name === undefined) throw noSuchFile(wanted);
      found += name;
      if (isLast) break;
      inside = await this.#inside(found);
      found += "/";
    }
    return found;
  }

  /** Adds the names of the files in `inside`, which is the folder `prefix`. */
  async #collect(
    prefix: string,
    names: string[],
    inside: Inside,
    depth = 0,
  ): Promise<void> {
    for (const file of inside.files) {
      const name = prefix + file;
      // No message could hold a longer one.
      if (name.length <= MAX_WORD_LENGTH && names.length < MAX_FILES) {
        names.push(name);
      }
    }
    if (depth === MAX_DEPTH) return;
    for (const folder of inside.folders) {
      if (names.length >= MAX_FILES) return;
      const path = prefix + folder;
      await this.#collect(
        `${path}/`,
        names,
        await this.#inside(path),
        depth + 1,
      );
    }
  }

  async #top(): Promise<Inside> {
    try {
      return await readFolder(this.#folder);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw noFolder(error);
      // Removed while the server runs: make it anew, so that files can be put in.
      await this.prepare().catch((error) => Promise.reject(noFolder(error)));
      return NOTHING;
    }
  }

  /** A sub-folder that is gone, or may not be read, holds nothing for anybody. */
  async #inside(folder: string): Promise<Inside> {
    try {
      return await readFolder(this.#path(folder));
    } catch {
      return NOTHING;
    }
  }

  /** `undefined` if it is gone by now, or is not a plain file any more. */
  async #entry(name: string): Promise<FileEntry | undefined> {
    try {
      const info = await Deno.lstat(this.#path(name));
      return info.isFile ? entryOf(name, info) : undefined;
    } catch {
      return undefined;
    }
  }

  #opened(file: Deno.FsFile, name: string, info: Deno.FileInfo): OpenFile {
    const entry = entryOf(name, info);
    const tag = tagOf(info);
    const version = { tag, size: info.size, modified: info.mtime?.getTime() };
    return {
      entry,
      tag,
      hash: this.#hashes.of(version, Date.now()),
      read: (target) => this.#reads.pass(() => file.read(target)),
      async seek(position) {
        await file.seek(position, Deno.SeekMode.Start);
      },
      async changed() {
        const now = entryOf(name, await file.stat());
        return now.size !== entry.size || now.modified !== entry.modified;
      },
      [Symbol.dispose]: () => file.close(),
    };
  }

  /** Only for names that the folders themselves have given. */
  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}

type Inside = { readonly files: string[]; readonly folders: string[] };

const NOTHING: Inside = { files: [], folders: [] };

async function readFolder(path: string): Promise<Inside> {
  const files: string[] = [];
  const folders: string[] = [];
  for await (const entry of Deno.readDir(path)) {
    if (entry.name.startsWith(".")) continue;
    if (entry.isFile) files.push(entry.name);
    else if (entry.isDirectory) folders.push(entry.name);
  }
  return { files, folders };
}

function theOne(
  names: readonly string[],
  wanted: string,
): string | undefined {
  if (names.includes(wanted)) return wanted;
  const key = nameKey(wanted);
  const alike = names.filter((name) => nameKey(name) === key);
  return alike.length === 1 ? alike[0] : undefined;
}

function entryOf(name: string, info: Deno.FileInfo): FileEntry {
  const modified = info.mtime?.getTime();
  return {
    name,
    size: info.size,
    ...(modified === undefined || modified < 0 ? {} : { modified }),
  };
}

/** Everything by which a system tells a version of a file from others, as 32 digits. */
function tagOf({ dev, ino, size, mtime, ctime }: Deno.FileInfo): string {
  const marks = [dev, ino, size, mtime?.getTime(), ctime?.getTime()];
  return createHash("sha256").update(marks.join()).digest("hex").slice(0, 32);
}

function noSuchFile(name: string): ChatError {
  return new ChatError(
    "no-such-file",
    `There is no file ${name} on the server: /files shows what there is`,
  );
}

/** The operator was told when the server started; the log has the cause. */
function noFolder(cause: unknown): ChatError {
  return new ChatError(
    "unreadable",
    "The server cannot read its folder: ask the one who runs it",
    { cause },
  );
}
