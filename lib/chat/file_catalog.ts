import type { FileEntry } from "../messages.ts";
import { nameKey } from "../names.ts";
import { ChatError } from "./chat_error.ts";
import { type FileHash, FileHashes } from "./file_hashes.ts";
import { EncodedListing, type Listing } from "./file_listing.ts";
import { FolderIndex, type Indexed } from "./folder_index.ts";
import type { Scan } from "./folder_scan.ts";
import { earlierTagOf, fullTagOf, SharedFile, tagOf } from "./shared_file.ts";
import { Stillness } from "./stillness.ts";
import { Turnstile } from "./turnstile.ts";

export { MAX_DEPTH, MAX_FILES } from "./folder_scan.ts";

/**
 * Reads at a time, of all files: enough to keep the disk and the network busy, so
 * few that the chat of others does not wait for a hundred downloads.
 */
const MAX_READS = 2;

/** Odd entries that are logged, each once: a folder full of them must not fill the log. */
const MAX_LOGGED = 1_000;

/**
 * Milliseconds between two looks at files that may still be written to: a copy
 * writes more often, and nobody notices it when the list is asked for.
 */
const SECOND_LOOK = 100;

/** A file of the catalog, open for reading. Close it with `using`. */
export type OpenFile = Disposable & {
  readonly entry: FileEntry;
  /** Stands for this version of this file: another one has another tag. */
  readonly tag: string;
  /** What version 0.1.0 would have called this version. */
  readonly earlierTag?: string;
  /** For the SHA-256; perhaps shared with other downloads of this version. */
  readonly hash: FileHash;
  /**
   * Reads on from the last place; resolves to the number of bytes. Throws
   * `FileChanged` if they may not be of the version that was opened.
   */
  read(target: Uint8Array): Promise<number>;
  /** Reads from `position` on next, in bytes from the beginning. */
  seek(position: number): void;
  /** Throws `FileChanged` if the file is no longer the one that was opened. */
  check(): Promise<void>;
};

export type FileCatalogOptions = {
  /** The time of day, in milliseconds since 1970. */
  readonly now?: () => number;
  /** A clock that nobody sets, in milliseconds. */
  readonly steady?: () => number;
  /** Hears of each entry that cannot be offered, once, and why. */
  readonly onSkipped?: (name: string, why: string) => void;
};

/**
 * The shared folder: the plain files that stand in it and in its sub-folders at
 * this moment, those with a `/` in their names. The folder itself may be a link;
 * links in it, and names that begin with a dot, are not part of it. A name that
 * somebody asks for never becomes a path: it is looked up among the names that are
 * there.
 *
 * Known limit: someone who can write to the folder can put a link in the place of
 * a sub-folder in the very moment between looking and opening.
 */
export class FileCatalog implements Disposable {
  readonly #folder: string;
  readonly #options: FileCatalogOptions;
  readonly #hashes = new FileHashes();
  readonly #reads = new Turnstile(MAX_READS);
  readonly #index: FolderIndex;
  readonly #stillness: Stillness;
  readonly #logged = new Set<string>();
  #listing:
    | {
      readonly index: Indexed;
      readonly listing: Listing;
      /** Whether no file may still be written to: then it holds until a change. */
      readonly isSettled: boolean;
    }
    | undefined;
  #encoded:
    | { readonly listing: Listing; readonly encoded: EncodedListing }
    | undefined;

  /** `folder` need not exist yet: see {@linkcode prepare}. */
  constructor(folder: string, options: FileCatalogOptions = {}) {
    this.#folder = folder;
    this.#options = options;
    this.#index = new FolderIndex(folder, (scan) => this.#logSkipped(scan));
    this.#stillness = new Stillness({
      now: options.now ?? Date.now,
      steady: options.steady ?? (() => performance.now()),
    });
  }

  /** Creates the folder if there is none. */
  async prepare(): Promise<void> {
    await Deno.mkdir(this.#folder, { recursive: true });
  }

  /** The files of {@linkcode listing}. */
  async list(): Promise<readonly FileEntry[]> {
    return (await this.listing()).files;
  }

  /**
   * The files with their sizes, in the order of their names, at most `MAX_FILES`;
   * those that are still being copied say so. Throws {@linkcode ChatError} if the
   * folder cannot be read.
   */
  async listing(): Promise<Listing> {
    let index = await this.#look();
    const known = this.#listing;
    if (known?.index === index && known.isSettled) return known.listing;
    let isSettled = this.#areStill(index);
    if (!isSettled) {
      // A new file may be whole: only a second look tells whether it grows.
      await new Promise((resolve) => setTimeout(resolve, SECOND_LOOK));
      index = await this.#look();
      isSettled = this.#areStill(index);
    }
    const files = index.files.map(({ entry }) =>
      this.#stillness.hasChanged(entry.name)
        ? { ...entry, changing: true }
        : entry
    );
    const listing = { files, total: index.total };
    this.#listing = { index, listing, isSettled };
    return listing;
  }

  /** Takes note of every file; whether none of them may still be written to. */
  #areStill(index: Indexed): boolean {
    let areStill = true;
    for (const { entry, look } of index.files) {
      if (!this.#stillness.isStill(entry.name, look)) areStill = false;
    }
    return areStill;
  }

  /** {@linkcode listing}, as messages. */
  async encodedListing(): Promise<EncodedListing & Listing> {
    const listing = await this.listing();
    if (this.#encoded?.listing !== listing) {
      this.#encoded = { listing, encoded: new EncodedListing(listing) };
    }
    return { ...listing, ...this.#encoded.encoded };
  }

  /**
   * Opens the file with exactly this name, or, if there is none, the only one
   * whose name differs in upper and lower case or in the encoding of accents.
   * Throws {@linkcode ChatError}: `changing` if it is still being written to.
   */
  async open(wanted: string): Promise<OpenFile> {
    const name = await this.#find(wanted);
    const file = await this.#openFile(wanted, name);
    // One that was not seen to change is sent at once: if it changes, that is seen.
    const isStill = this.#stillness.isStill(name, file.look);
    if (isStill || !this.#stillness.hasChanged(name)) return this.#opened(file);
    file[Symbol.dispose]();
    throw new ChatError(
      "changing",
      `${name} is still being copied to the server: try again when it is done`,
    );
  }

  /** No longer watches the folder. */
  [Symbol.dispose](): void {
    this.#index[Symbol.dispose]();
  }

  /** The name of the file, as the folders have given it. */
  async #find(wanted: string): Promise<string> {
    const { latest } = this.#index;
    const known = latest && theOne(latest, wanted);
    // It is looked at again when it is opened.
    if (known !== undefined && latest?.byName.has(wanted)) return known;
    const name = theOne(await this.#look(), wanted);
    if (name === undefined) throw noSuchFile(wanted);
    return name;
  }

  async #openFile(wanted: string, name: string): Promise<SharedFile> {
    let file: SharedFile | undefined;
    try {
      if (await this.#isInside(name)) {
        file = await SharedFile.open(`${this.#folder}/${name}`, name);
      }
    } catch (cause) {
      if (!isNotFound(cause)) {
        throw new ChatError(
          "unreadable",
          `The server cannot read ${name}: ask the operator`,
          { cause },
        );
      }
    }
    if (file === undefined) throw noSuchFile(wanted);
    return file;
  }

  /** Whether no folder on the way to the file has become a link. */
  async #isInside(name: string): Promise<boolean> {
    const parts = name.split("/").slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const path = `${this.#folder}/${parts.slice(0, depth).join("/")}`;
      if (!(await Deno.lstat(path)).isDirectory) return false;
    }
    return true;
  }

  async #look(): Promise<Indexed> {
    try {
      return await this.#index.look();
    } catch (error) {
      if (!isNotFound(error)) throw noFolder(error);
    }
    // Removed while the server runs: made again, so that files can be put in.
    try {
      await this.prepare();
      return await this.#index.look();
    } catch (error) {
      throw noFolder(error);
    }
  }

  #opened(file: SharedFile): OpenFile {
    const { entry, look } = file;
    const { size, modified } = entry;
    const version = { tag: fullTagOf(look), size, modified };
    const now = this.#options.now ?? Date.now;
    let position = 0;
    return {
      entry,
      tag: tagOf(look),
      earlierTag: earlierTagOf(look),
      hash: this.#hashes.of(version, now()),
      read: async (target) => {
        const length = await this.#reads.pass(() =>
          file.read(target, position)
        );
        position += length;
        return length;
      },
      seek: (wanted) => void (position = wanted),
      check: () => file.check(),
      [Symbol.dispose]: () => file[Symbol.dispose](),
    };
  }

  #logSkipped({ skipped }: Scan): void {
    for (const [name, why] of skipped) {
      if (this.#logged.has(name) || this.#logged.size >= MAX_LOGGED) continue;
      this.#logged.add(name);
      this.#options.onSkipped?.(name, why);
    }
  }
}

function theOne(index: Indexed, wanted: string): string | undefined {
  if (index.byName.has(wanted)) return wanted;
  const alike = index.byKey.get(nameKey(wanted)) ?? [];
  return alike.length === 1 ? alike[0] : undefined;
}

function isNotFound(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    (error as { code?: unknown } | undefined)?.code === "ENOENT";
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
    "The server cannot read its folder: ask the operator",
    { cause },
  );
}
