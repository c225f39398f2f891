import type { FileEntry } from "../message_fields.ts";
import { isUnchanged } from "./same_file.ts";
import type { FileHash } from "./file_hashes.ts";
import type { FileLimits } from "./file_limits.ts";
import {
  earlierTagOf,
  FileChanged,
  type SharedFile,
  tagOf,
} from "./shared_file.ts";
import type { Visitor } from "./turnstile.ts";

/**
 * Milliseconds after which an open file may have to make way for waiting users: long
 * enough that opening it again costs nothing compared with the bytes read.
 */
const SLICE_TIME = 1_000;

/** A file of the catalog, open for reading. Close it with `using`. */
export type OpenFile = Disposable & {
  readonly entry: FileEntry;
  /** Identifies this version of this file: another version has another tag. */
  readonly tag: string;
  /** The tag that version 0.1.0 would have given this version. */
  readonly earlierTag?: string;
  /** The SHA-256 of this version, possibly shared with other downloads of it. */
  readonly hash: FileHash;
  /**
   * Runs `work`, which may read, when it is this file's turn; opens the file again if
   * it was parked. Throws `FileChanged` if the file has changed.
   */
  turn<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Reads from `position` on, within a turn; resolves to the number of bytes read.
   * Throws `FileChanged` if the bytes may not be of the version that was opened.
   */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Throws `FileChanged` if the file is no longer the one that was opened. */
  check(): Promise<void>;
  /** Closes the file until its next turn, while its receiver takes nothing. */
  park(): void;
};

export type CatalogFileOptions = Visitor & {
  readonly hash: FileHash;
  readonly limits: FileLimits;
  /** Opens the file again; throws the system's error. */
  readonly reopen: () => Promise<SharedFile | undefined>;
};

/**
 * An open file that counts towards the server's limit. It makes way for others: it is
 * closed while its receiver takes nothing.
 */
export class CatalogFile implements OpenFile {
  readonly entry: FileEntry;
  readonly tag: string;
  readonly earlierTag: string;
  readonly hash: FileHash;
  readonly #look: SharedFile["look"];
  readonly #options: CatalogFileOptions;
  /** `undefined` while the file is parked. */
  #file: SharedFile | undefined;
  #since = performance.now();

  /** `file` has already entered `limits.files`. */
  constructor(file: SharedFile, options: CatalogFileOptions) {
    this.#file = file;
    this.#options = options;
    this.#look = file.look;
    this.entry = file.entry;
    this.tag = tagOf(file.look);
    this.earlierTag = earlierTagOf(file.look);
    this.hash = options.hash;
  }

  async turn<T>(work: () => Promise<T>): Promise<T> {
    const { limits: { files, reads }, owner } = this.#options;
    const hadItsTime = performance.now() - this.#since > SLICE_TIME;
    if (hadItsTime && files.shouldYield(owner)) this.park();
    await this.#opened();
    return await reads.pass(this.#options, work);
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    return await (await this.#opened()).read(target, position);
  }

  async check(): Promise<void> {
    await (await this.#opened()).check();
  }

  park(): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    file[Symbol.dispose]();
    this.#options.limits.files.leave(this.#options.owner);
  }

  [Symbol.dispose](): void {
    this.park();
  }

  /** Returns the file, opened again if parked. Not reentrant. */
  async #opened(): Promise<SharedFile> {
    if (this.#file !== undefined) return this.#file;
    const { limits: { files }, owner, reopen } = this.#options;
    await files.enter(this.#options);
    let file: SharedFile | undefined;
    try {
      file = await reopen();
    } catch (cause) {
      throw new FileChanged("The file cannot be opened again", { cause });
    } finally {
      if (file === undefined) files.leave(owner);
    }
    this.#since = performance.now();
    this.#file = file;
    if (file === undefined || !isUnchanged(file.look, this.#look)) {
      this.park();
      throw new FileChanged("The file has changed while it was closed");
    }
    return file;
  }
}
