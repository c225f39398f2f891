import { maybeSameFile } from "../same_file.ts";

/** On Windows a virus scanner holds a new file open for a moment: so many tries, ... */
const BUSY_TRIES = 10;

/** ... so many milliseconds apart. */
const BUSY_PAUSE = 100;

/** What is there already is read in pieces of so many bytes, so that the chat goes on. */
const READ_LENGTH = 256 * 1024;

/** Longer than any description of a version: more is not one. */
const MAX_VERSION_LENGTH = 16 * 1024;

/** Which version of which file of the server is arriving. */
export type Version = {
  /** The server's name for it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The server's mark for this version; without one nothing can be gone on with. */
  readonly tag?: string | undefined;
};

/**
 * A file that is still arriving. While it does, it is locked, so that no other
 * download, of this program or another, writes to it; `kill -9` unlocks it.
 *
 * Beside it stands `….json` with its {@linkcode Version}, from before the first
 * byte until it is complete. **Only a file with this beside it is ever opened
 * again.** It is taken away before the file gets its final name, so that nothing
 * can be written any more to a file that has one, wherever this program dies.
 */
export class PartFile {
  /** What has arrived: the length of the file when it was opened, in bytes. */
  readonly length: number;
  readonly #file: Deno.FsFile;
  readonly #path: string;
  /** Deno does one thing at a time with each: flushing must not hold up writing. */
  #flusher: Deno.FsFile | undefined;
  #version: Version;

  private constructor(
    file: Deno.FsFile,
    { path, version, length }: {
      path: string;
      version: Version;
      length: number;
    },
  ) {
    this.#file = file;
    this.#path = path;
    this.#version = version;
    this.length = length;
  }

  get version(): Version {
    return this.#version;
  }

  /** Where it is. */
  get folder(): string {
    return this.#path.slice(0, this.#path.lastIndexOf("/"));
  }

  /** Begins a file; `undefined` if the path is taken. Throws the system's error. */
  static async create(
    path: string,
    version: Version,
  ): Promise<PartFile | undefined> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path, {
        read: true,
        write: true,
        createNew: true,
      });
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return undefined;
      throw error;
    }
    if (!await locked(file)) {
      file.close();
      return undefined;
    }
    const part = new PartFile(file, { path, version, length: 0 });
    try {
      await part.#describe();
    } catch (error) {
      await part.discard();
      throw error;
    }
    return part;
  }

  /**
   * Opens what an earlier download has left, to go on with it. `undefined` if it
   * is nothing of the kind, or somebody else is at work on it.
   */
  static async reopen(path: string): Promise<PartFile | undefined> {
    let file: Deno.FsFile | undefined;
    try {
      if (!(await Deno.lstat(path)).isFile) return undefined;
      file = await Deno.open(path, { read: true, write: true });
      if (await locked(file)) {
        // Read after locking: whoever had the lock before may have finished.
        const version = await readVersion(`${path}.json`);
        const info = await file.stat();
        const length = info.size;
        const there = await Deno.lstat(path);
        const same = there.isFile && maybeSameFile(there, info);
        if (version !== undefined && same && length <= version.size) {
          const part = new PartFile(file, { path, version, length });
          file = undefined;
          return part;
        }
      }
    } catch {
      // Not readable, or gone: then it is nothing to go on with.
    } finally {
      file?.close();
    }
    return undefined;
  }

  /**
   * What is there, piece by piece, to the end, where writing goes on. A piece is
   * good until the next.
   */
  async *content(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(Math.min(READ_LENGTH, this.length));
    for (let left = this.length; left > 0;) {
      const count = await this.#file.read(buffer.subarray(0, left));
      if (count === null) throw new Error("The file has become shorter");
      left -= count;
      yield buffer.subarray(0, count);
    }
  }

  /** Drops what is there and begins anew, with another version. */
  async restart(version: Version): Promise<void> {
    // In this order: a description must never stand beside the bytes of another.
    await this.#file.truncate(0);
    await this.#file.seek(0, Deno.SeekMode.Start);
    this.#version = version;
    await this.#describe();
  }

  /** Appends all of `bytes`. */
  async write(bytes: Uint8Array): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      at += await this.#file.write(at === 0 ? bytes : bytes.subarray(at));
    }
  }

  /**
   * Asks the system to bring to the disk what was written, without its times,
   * while writing goes on. Not to be under way when the file is kept or left.
   */
  async flush(): Promise<void> {
    // Windows flushes only what may be written to.
    const options = { read: true, write: true };
    this.#flusher ??= await Deno.open(this.#path, options);
    await this.#flusher.syncData();
  }

  /**
   * It is complete and right: gives it the first of `paths` that is free, in one
   * step that never replaces anything; resolves to that path.
   */
  async keep(paths: Iterable<string>): Promise<string> {
    // A name must not outlive, in a power cut, the bytes that it promises.
    await this.#file.sync();
    await removeIfThere(`${this.#path}.json`);
    this.#close();
    for (const path of paths) {
      if (await claim(this.#path, path)) return path;
    }
    throw new Error("All names like it are taken");
  }

  /** Leaves what has arrived for the next time; resolves to its length in bytes. */
  async leave(): Promise<number> {
    const { size } = await this.#file.stat();
    if (size > 0 && this.#version.tag !== undefined) {
      this.#close();
      return size;
    }
    await this.discard();
    return 0;
  }

  /** Removes what has arrived. */
  async discard(): Promise<void> {
    try {
      this.#close();
    } catch {
      // Closed already, before a step that failed.
    }
    await patiently(() => removeIfThere(this.#path));
    await removeIfThere(`${this.#path}.json`);
  }

  #close(): void {
    this.#flusher?.close();
    this.#flusher = undefined;
    this.#file.close();
  }

  async #describe(): Promise<void> {
    if (this.#version.tag === undefined) {
      return await removeIfThere(`${this.#path}.json`);
    }
    const { name, size, tag } = this.#version;
    const text = JSON.stringify({ name, size, tag });
    await Deno.writeTextFile(`${this.#path}.json`, text);
  }
}

/** The version that a `….json` describes; `undefined` if it describes none. */
export async function readVersion(path: string): Promise<Version | undefined> {
  try {
    const { size: length } = await Deno.stat(path);
    if (length > MAX_VERSION_LENGTH) return undefined;
    const value: unknown = JSON.parse(await Deno.readTextFile(path));
    const { name, size, tag } = value as Record<string, unknown>;
    return typeof name === "string" && typeof tag === "string" &&
        Number.isSafeInteger(size) && (size as number) >= 0
      ? { name, size: size as number, tag }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the lock, unless somebody has it; a disk without locks gives it to all. */
async function locked(file: Deno.FsFile): Promise<boolean> {
  try {
    return await file.tryLock(true);
  } catch {
    return true;
  }
}

/** Moves `from` to `to` if nothing is there; resolves to whether it was free. */
async function claim(from: string, to: string): Promise<boolean> {
  try {
    await Deno.link(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    // A disk without hard links (FAT). Known limit: a file that comes to be
    // between these two steps is replaced.
    if (await exists(to)) return false;
    await patiently(() => Deno.rename(from, to));
    return true;
  }
  // A second name of a good file that cannot be removed does no harm.
  await patiently(() => removeIfThere(from)).catch(() => {});
  return true;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function patiently(step: () => Promise<void>): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return await step();
    } catch (error) {
      const busy = error instanceof Deno.errors.PermissionDenied ||
        error instanceof Deno.errors.Busy;
      if (!busy || tries === BUSY_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE));
    }
  }
}
