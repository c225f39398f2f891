import { createHash } from "node:crypto";
import { close, constants, fstat, open, read, type Stats } from "node:fs";
import { promisify } from "node:util";
import type { FileEntry } from "../messages.ts";
import { type FileLook, isUnchanged, maybeSameFile } from "../same_file.ts";
import { entryOf } from "./folder_scan.ts";

/**
 * A pipe that has taken the place of a file must hang nobody, and a link lead
 * nowhere. Windows has neither.
 */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) |
  (constants.O_NOFOLLOW ?? 0);

const openFile = promisify(open);
const closeFile = promisify(close);
/** `Deno.FsFile.stat` asks for the right to read where a link leads; this does not. */
const lookAtHandle = promisify(fstat) as (handle: number) => Promise<Stats>;

/** The file is no longer the one that was opened, or not as it was. */
export class FileChanged extends Error {
  override readonly name = "FileChanged";
}

/**
 * A plain file, open for reading, that notices when anything happens to it: each
 * piece that is read is of the version that was opened.
 */
export class SharedFile implements Disposable {
  readonly entry: FileEntry;
  /** How it looked when it was opened. */
  readonly look: FileLook;
  readonly #handle: number;
  readonly #path: string;
  #isClosed = false;

  private constructor(
    handle: number,
    { path, entry, look }: { path: string; entry: FileEntry; look: FileLook },
  ) {
    this.#handle = handle;
    this.#path = path;
    this.entry = entry;
    this.look = look;
  }

  /**
   * Opens what stands at `path` and is called `name` in the list; `undefined` if
   * it is no plain file. Throws the system's error.
   */
  static async open(
    path: string,
    name: string,
  ): Promise<SharedFile | undefined> {
    // A device must not even be opened.
    if (!(await Deno.lstat(path)).isFile) return undefined;
    const handle = await openFile(path, OPEN_FLAGS);
    try {
      const look = await lookAtHandle(handle);
      // Something else may have taken its place since it was looked up.
      const there = await Deno.lstat(path);
      const isFile = look.isFile() && there.isFile &&
        maybeSameFile(there, look);
      const entry = isFile ? entryOf(name, look) : undefined;
      if (entry !== undefined) {
        return new SharedFile(handle, { path, entry, look });
      }
    } catch (error) {
      await closeFile(handle);
      throw error;
    }
    await closeFile(handle);
    return undefined;
  }

  /**
   * Reads from `position` on; resolves to the number of bytes. Throws
   * {@linkcode FileChanged} if they may be of another version, or there are none.
   */
  async read(target: Uint8Array, position: number): Promise<number> {
    const length = await readAt(this.#handle, target, position);
    const now = await lookAtHandle(this.#handle);
    if (length === 0 || !isUnchanged(now, this.look)) {
      throw new FileChanged("The file has changed while it was read");
    }
    return length;
  }

  /** Throws {@linkcode FileChanged} if the file is not, or not there, as it was opened. */
  async check(): Promise<void> {
    const now = await lookAtHandle(this.#handle);
    const there = await Deno.lstat(this.#path).catch(() => undefined);
    if (
      !isUnchanged(now, this.look) || there?.isFile !== true ||
      !maybeSameFile(there, now)
    ) {
      throw new FileChanged("The file has changed since it was opened");
    }
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    void closeFile(this.#handle).catch(() => {});
  }
}

/** Resolves to the number of bytes read, 0 at the end. */
function readAt(
  handle: number,
  target: Uint8Array,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) =>
    read(handle, target, 0, target.length, position, (error, length) => {
      if (error) reject(error);
      else resolve(length ?? 0);
    })
  );
}

/**
 * Stands for one version of a file, as 32 digits: the same after `chmod` and after
 * the server was started again. What it cannot tell apart, the SHA-256 does.
 */
export function tagOf({ ino, size, mtime }: FileLook): string {
  return digest([ino, size, mtime?.getTime()]);
}

/** What version 0.1.0 gave as the tag: half downloads of that time have it. */
export function earlierTagOf(look: FileLook): string {
  return digest([look.dev, look.ino, ...timesOf(look)]);
}

/** Everything that tells a version: a hash is remembered for no less. */
export function fullTagOf(look: FileLook): string {
  return earlierTagOf(look);
}

function timesOf({ size, mtime, ctime }: FileLook) {
  return [size, mtime?.getTime(), ctime?.getTime()];
}

function digest(marks: readonly unknown[]): string {
  return createHash("sha256").update(marks.join()).digest("hex").slice(0, 32);
}
