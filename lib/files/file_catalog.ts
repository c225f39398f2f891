import type { FileEntry } from "../message_fields.ts";
import { nameKey } from "../names.ts";
import { ChatError } from "../chat_error.ts";
import { FileHashes } from "./file_hashes.ts";
import { FileLimits, MAX_WAITING_FILES } from "./file_limits.ts";
import { CurrentListing } from "./current_listing.ts";
import type { EncodedListing, Listing } from "./file_listing.ts";
import { FolderIndex, type Indexed } from "./folder_index.ts";
import type { Scan } from "./folder_scan.ts";
import { CatalogFile, type OpenFile } from "./open_file.ts";
import { fullTagOf, SharedFile } from "./shared_file.ts";
import { Stillness } from "./stillness.ts";
import type { Visitor } from "./turnstile.ts";

/**
 * How many unusable entries are logged, once each: a folder full of them must not fill
 * the log.
 */
const MAX_LOGGED = 1_000;

export type FileCatalogOptions = {
  /** Returns the time of day, in milliseconds since 1970. */
  readonly now?: () => number;
  /** Returns the time of a monotonic clock, in milliseconds. */
  readonly steady?: () => number;
  /** Called once for each entry that the server cannot offer, with the reason. */
  readonly onSkipped?: (name: string, why: string) => void;
};

/**
 * The shared folder: the plain files now in it and in its sub-folders. A file in a
 * sub-folder has a `/` in its name. The folder itself may be a link; links inside it
 * and names that begin with a dot are not offered. A name from a client never becomes a
 * path: the catalog looks it up among the names in the folder.
 *
 * Known limit: a local user with write access to the folder can replace a sub-folder
 * with a link between the check and the open.
 */
export class FileCatalog implements Disposable {
  readonly #folder: string;
  readonly #options: FileCatalogOptions;
  /** Limits that all downloads share. */
  readonly limits = new FileLimits();
  readonly #hashes = new FileHashes();
  readonly #index: FolderIndex;
  readonly #stillness: Stillness;
  readonly #logged = new Set<string>();
  readonly #listing: CurrentListing;

  /** `folder` may be missing: {@linkcode prepare} creates it. */
  constructor(folder: string, options: FileCatalogOptions = {}) {
    this.#folder = folder;
    this.#options = options;
    this.#index = new FolderIndex(folder, (scan) => this.#logSkipped(scan));
    this.#stillness = new Stillness({
      now: options.now ?? Date.now,
      steady: options.steady ?? (() => performance.now()),
    });
    this.#listing = new CurrentListing({
      look: () => this.#look(),
      stillness: this.#stillness,
    });
  }

  /** Creates the folder if it is missing. */
  async prepare(): Promise<void> {
    await Deno.mkdir(this.#folder, { recursive: true });
  }

  /** Returns the files of {@linkcode listing}. */
  async list(): Promise<readonly FileEntry[]> {
    return (await this.listing()).files;
  }

  /**
   * Returns the files with their sizes, ordered by name, at most `MAX_FILES`; files
   * still being copied are marked. Throws {@linkcode ChatError} if the folder cannot be
   * read.
   */
  async listing(): Promise<Listing> {
    return await this.#listing.get();
  }

  /** Returns {@linkcode listing} together with its encoded messages. */
  async encodedListing(): Promise<EncodedListing & Listing> {
    return await this.#listing.encoded();
  }

  /**
   * Opens the file with exactly this name or, failing that, the only file whose name
   * differs just in case or in the encoding of accents. Waits for `visitor`'s turn when
   * too many files are open. Throws {@linkcode ChatError}: `changing` if the file is
   * still being written, `busy` if too many downloads are waiting.
   */
  async open(
    wanted: string,
    visitor: Visitor = { owner: this },
  ): Promise<OpenFile> {
    const { files } = this.limits;
    const isFull = files.waiting >= MAX_WAITING_FILES;
    // A full queue turns away only owners who already have a download in it.
    if (isFull && files.isAwaitedBy(visitor.owner)) throw tooBusy();
    await files.enter(visitor);
    try {
      return await this.#open(wanted, visitor);
    } catch (error) {
      files.leave(visitor.owner);
      throw error;
    }
  }

  async #open(wanted: string, visitor: Visitor): Promise<OpenFile> {
    const name = await this.#find(wanted);
    const file = await this.#openFile(wanted, name);
    // A new file that has not been seen to change is sent at once: the transfer notices
    // any change.
    const isStill = this.#stillness.isStill(name, file.look);
    if (isStill || !this.#stillness.hasChanged(name)) {
      return this.#opened(file, visitor);
    }
    file[Symbol.dispose]();
    throw new ChatError(
      "changing",
      `${name} is still being copied to the server: try again when it is done`,
    );
  }

  /** Stops watching the folder. */
  [Symbol.dispose](): void {
    this.#index[Symbol.dispose]();
  }

  /** Returns the name of the wanted file as the folder has it. */
  async #find(wanted: string): Promise<string> {
    const { latest } = this.#index;
    const known = latest && theOne(latest, wanted);
    // Opening the file checks it again.
    if (known !== undefined && latest?.byName.has(wanted)) return known;
    const name = theOne(await this.#look(), wanted);
    if (name === undefined) throw noSuchFile(wanted);
    return name;
  }

  async #openFile(wanted: string, name: string): Promise<SharedFile> {
    let file: SharedFile | undefined;
    try {
      file = await this.#openInside(name);
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

  async #openInside(name: string): Promise<SharedFile | undefined> {
    if (!await this.#isInside(name)) return undefined;
    return await SharedFile.open(`${this.#folder}/${name}`, name);
  }

  /** Returns whether no folder on the way to the file has become a link. */
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
    // The folder was removed while the server runs: create it again, so that the
    // operator can put files in.
    try {
      await this.prepare();
      return await this.#index.look();
    } catch (error) {
      throw noFolder(error);
    }
  }

  #opened(file: SharedFile, visitor: Visitor): OpenFile {
    const { entry: { name, size, modified }, look } = file;
    const version = { tag: fullTagOf(look), size, modified };
    const now = this.#options.now ?? Date.now;
    return new CatalogFile(file, {
      ...visitor,
      hash: this.#hashes.of(version, now()),
      limits: this.limits,
      reopen: () => this.#openInside(name),
    });
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

function tooBusy(): ChatError {
  return new ChatError(
    "busy",
    "Too many people are downloading at the moment: try again in a minute",
  );
}

/**
 * Returns the refusal for a missing folder. The operator was told at start; the log has
 * `cause`.
 */
function noFolder(cause: unknown): ChatError {
  return new ChatError(
    "unreadable",
    "The server cannot read its folder: ask the operator",
    { cause },
  );
}
