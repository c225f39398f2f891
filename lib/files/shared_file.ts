import { createHash } from "node:crypto";
import { fstat, read, type Stats } from "node:fs";
import { promisify } from "node:util";
import type { FileEntry } from "../message_fields.ts";
import {
  type FileLook,
  type FileMarks,
  isUnchanged,
  maybeSameFile,
} from "./same_file.ts";
import { entryOf } from "./folder_scan.ts";
import { closeHandle, openPlain } from "../io/open_plain.ts";

const statHandle = promisify(fstat) as (handle: number) => Promise<Stats>;

/** The file has changed since it was opened, or another file has taken its place. */
export class FileChanged extends Error {
  override readonly name = "FileChanged";
}

/**
 * A plain file, open for reading, that notices any change: every piece it reads is of
 * the version that was opened.
 */
export class SharedFile implements Disposable {
  readonly entry: FileEntry;
  /** The `stat` of the file when it was opened. */
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
   * Opens the file at `path`, called `name` in the list; `undefined` if it is not a
   * plain file. Throws the system's error.
   */
  static async open(
    path: string,
    name: string,
  ): Promise<SharedFile | undefined> {
    // A device must not even be opened.
    let there = await Deno.lstat(path);
    if (!there.isFile) return undefined;
    const handle = await openPlain(path);
    try {
      const look = await lookAtHandle(handle);
      // Another file may have taken its place since the `lstat`.
      if (!isSurelySame(there, look)) there = await Deno.lstat(path);
      const isFile = look.isFile && there.isFile &&
        maybeSameFile(there, look);
      const entry = isFile ? entryOf(name, look) : undefined;
      if (entry !== undefined) {
        return new SharedFile(handle, { path, entry, look });
      }
    } catch (error) {
      await closeHandle(handle);
      throw error;
    }
    await closeHandle(handle);
    return undefined;
  }

  /**
   * Reads from `position` on; resolves to the number of bytes read. Throws {@linkcode
   * FileChanged} if they may be of another version, or if there are none.
   */
  async read(target: Uint8Array, position: number): Promise<number> {
    const length = await readAt(this.#handle, target, position);
    const now = await lookAtHandle(this.#handle);
    if (length === 0 || !isUnchanged(now, this.look)) {
      throw new FileChanged("The file has changed while it was read");
    }
    return length;
  }

  /**
   * Throws {@linkcode FileChanged} if the file has changed, moved or been removed since
   * it was opened.
   */
  async check(): Promise<void> {
    const there = await Deno.lstat(this.#path).catch(() => undefined);
    // If the path certainly leads to this file, one `lstat` tells everything.
    const now = there !== undefined && isSurelySame(there, this.look)
      ? there
      : await lookAtHandle(this.#handle);
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
    void closeHandle(this.#handle).catch(() => {});
  }
}

/**
 * Like {@linkcode maybeSameFile}, but `false` where the system gives no inode number.
 */
function isSurelySame(a: FileMarks, b: FileMarks): boolean {
  return Boolean(a.ino) && Boolean(b.ino) && maybeSameFile(a, b);
}

/**
 * Looks at an open file: `Deno.FsFile.stat` asks for permission to read the target of a
 * link. The dates of `fstat` before 1970 are a millisecond late, its numbers are not.
 */
async function lookAtHandle(
  handle: number,
): Promise<FileLook & { readonly isFile: boolean }> {
  const stats = await statHandle(handle);
  const { dev, ino, size, mtimeMs, ctimeMs } = stats;
  const times = { mtime: new Date(mtimeMs), ctime: new Date(ctimeMs) };
  return { dev, ino, size, ...times, isFile: stats.isFile() };
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
 * Returns 32 digits that identify one version of a file: the same after `chmod` and
 * after a restart of the server. Versions that it cannot tell apart, the SHA-256 does.
 */
export function tagOf({ ino, size, mtime }: FileLook): string {
  return digest([ino, size, mtime?.getTime()]);
}

/** Returns the tag of version 0.1.0, which partial downloads of that version carry. */
export function earlierTagOf(look: FileLook): string {
  return digest([look.dev, look.ino, ...timesOf(look)]);
}

/** Returns a tag of everything that identifies a version, used to remember hashes. */
export function fullTagOf(look: FileLook): string {
  return earlierTagOf(look);
}

function timesOf({ size, mtime, ctime }: FileLook) {
  return [size, mtime?.getTime(), ctime?.getTime()];
}

function digest(marks: readonly unknown[]): string {
  return createHash("sha256").update(marks.join()).digest("hex").slice(0, 32);
}
