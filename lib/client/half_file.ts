import { createHash } from "node:crypto";
import { maybeSameFile } from "../same_file.ts";
import { giveName, removeOwn } from "./give_name.ts";
import {
  describeVersion,
  HALF_FOLDER,
  readVersion,
  type Version,
} from "./half_version.ts";
import { HalfTouched, OwnWrites } from "./own_writes.ts";
import { patiently, removeIfThere } from "./patiently.ts";

/** What is there already is read in pieces of this many bytes, so that the chat goes on. */
const READ_LENGTH = 256 * 1024;

/**
 * A file of at most this many bytes is read again before it counts: that takes some
 * milliseconds, and finds what even the times of a disk can hide, such as a change
 * within the second whose time was set back.
 */
export const RECHECK_LENGTH = 8 * 1024 * 1024;

/** A file that is touched each time it is read again is given up after this many times. */
const MAX_REREADS = 3;

/** A shorter file, in bytes, is described only when its half is left in order. */
const MIN_DESCRIBED_LENGTH = 4 * 1024;

/**
 * A file that is still arriving, written through one handle. It is locked, so that
 * no other download, of this program or another, writes to it; `kill -9` unlocks
 * it. Beside it stands `….json` with its {@linkcode Version}: only a file with this
 * beside it is ever opened again, and never one that has another name as well.
 */
export class HalfFile {
  readonly version: Version;
  /** What has arrived: the length of the file when it was opened, in bytes. */
  readonly length: number;
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #own: OwnWrites;
  #size: number;
  #isClosed = false;
  /** Deno does one thing at a time with each: flushing must not hold up writing. */
  #flusher: Deno.FsFile | undefined;

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
    this.#own = new OwnWrites(file);
    this.version = version;
    this.length = length;
    this.#size = length;
  }

  /** Begins a file; `undefined` if the path is taken. Throws the system's error. */
  static async create(
    path: string,
    version: Version,
  ): Promise<HalfFile | undefined> {
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
    const half = new HalfFile(file, { path, version, length: 0 });
    try {
      await locked(file);
      const isDescribed = version.tag !== undefined &&
        version.size >= MIN_DESCRIBED_LENGTH;
      if (isDescribed && !await half.#describe()) {
        await half.discard({ description: false });
        return undefined;
      }
    } catch (error) {
      await half.discard();
      throw error;
    }
    return half;
  }

  /**
   * Opens what an earlier download has left, to go on with it. `undefined` if it
   * is nothing of the kind, or somebody else is at work on it.
   */
  static async reopen(path: string): Promise<HalfFile | undefined> {
    let file: Deno.FsFile | undefined;
    try {
      if (!(await Deno.lstat(path)).isFile) return undefined;
      file = await Deno.open(path, { read: true, write: true });
      if (await locked(file)) {
        // Read after locking: another download may have just finished.
        const version = await readVersion(`${path}.json`);
        const info = await file.stat();
        const there = await Deno.lstat(path);
        const length = info.size;
        if (
          version !== undefined && there.isFile && maybeSameFile(there, info) &&
          (info.nlink ?? 1) === 1 && length <= version.size
        ) {
          const half = new HalfFile(file, { path, version, length });
          await file.seek(0, Deno.SeekMode.End);
          await half.#own.note(length);
          file = undefined;
          return half;
        }
      }
    } catch {
      // Not readable, or gone: then there is nothing to resume.
    } finally {
      file?.close();
    }
    return undefined;
  }

  /**
   * What has arrived, piece by piece, to the end, where writing goes on. A piece is
   * good until the next.
   */
  async *content(): AsyncGenerator<Uint8Array> {
    await this.#file.seek(0, Deno.SeekMode.Start);
    const buffer = new Uint8Array(Math.min(READ_LENGTH, this.#size));
    for (let left = this.#size; left > 0;) {
      const count = await this.#file.read(buffer.subarray(0, left));
      if (count === null) throw new HalfTouched("it was changed");
      left -= count;
      yield buffer.subarray(0, count);
    }
  }

  /** Appends all of `bytes`. Throws {@linkcode HalfTouched} if somebody else has changed it. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#own.check();
    for (let at = 0; at < bytes.length;) {
      const rest = at === 0 ? bytes : bytes.subarray(at);
      const count = await this.#file.write(rest);
      at += count;
      // What a full disk has taken is worth keeping.
      this.#size += count;
    }
    await this.#own.note(this.#size);
  }

  /**
   * Asks the system to bring to the disk what was written, without its times,
   * while writing goes on. Not to be under way when the file is kept or left.
   */
  async flush(): Promise<void> {
    this.#flusher ??= await this.#secondHandle();
    await this.#flusher?.syncData();
  }

  /** `undefined` if the path does not lead to the file any more. */
  async #secondHandle(): Promise<Deno.FsFile | undefined> {
    // Windows flushes only what may be written to.
    const write = Deno.build.os === "windows";
    const file = await Deno.open(this.#path, { read: true, write });
    if (maybeSameFile(await file.stat(), await this.#file.stat())) return file;
    file.close();
    return undefined;
  }

  /**
   * All of it has arrived, and `sha256` is that of what was written: gives it the
   * first of `paths` that is free, replacing nothing; resolves to that path.
   * Throws {@linkcode HalfTouched} if the file is not what was written.
   */
  async keep(paths: Iterable<string>, sha256: string): Promise<string> {
    // A name must not outlive, in a power cut, the bytes that it promises.
    await this.#file.sync();
    await this.#prove(sha256);
    const now = new Date();
    await this.#file.utime(now, now).catch(() => {});
    await removeIfThere(this.#descriptionPath);
    let own!: Deno.FileInfo;
    const look = async () => own = await this.#file.stat();
    const path = await giveName({ path: this.#path, look }, paths);
    this.#close();
    // A second name of a good file that cannot be removed does no harm.
    await removeOwn(this.#path, own).catch(() => {});
    await this.#tidy();
    return path;
  }

  /** Leaves what has arrived for the next time; resolves to its length in bytes. */
  async leave(): Promise<number> {
    const { size, nlink } = await this.#file.stat();
    const isWhole = nlink !== 0 && size === this.#size;
    if (isWhole && size > 0 && this.version.tag !== undefined) {
      await this.#describe();
      this.#close();
      return size;
    }
    await this.discard();
    return 0;
  }

  /** Removes what has arrived, unless something else has taken its place. */
  async discard({ description = true } = {}): Promise<void> {
    if (this.#isClosed) return;
    const own = await this.#file.stat();
    this.#close();
    await patiently(() => removeOwn(this.#path, own));
    if (description) await removeIfThere(this.#descriptionPath);
    await this.#tidy();
  }

  /** The folder of the halves goes with the last of them. */
  async #tidy(): Promise<void> {
    const folder = this.#path.slice(0, this.#path.lastIndexOf("/"));
    if (folder.endsWith(`/${HALF_FOLDER}`)) {
      await Deno.remove(folder).catch(() => {});
    }
  }

  get #descriptionPath(): string {
    return `${this.#path}.json`;
  }

  /** Throws {@linkcode HalfTouched} if the file is not what `sha256` is of. */
  async #prove(sha256: string): Promise<void> {
    let mustRead = this.#own.takeDoubt() || this.#size <= RECHECK_LENGTH;
    for (let tries = 0; tries < MAX_REREADS; tries++) {
      if (mustRead) await this.#reread(sha256);
      await this.#own.check();
      mustRead = this.#own.takeDoubt();
      if (!mustRead) return;
    }
    throw new HalfTouched("it keeps being changed");
  }

  async #reread(sha256: string): Promise<void> {
    const hash = createHash("sha256");
    for await (const piece of this.content()) hash.update(piece);
    if (hash.digest("hex") !== sha256) throw new HalfTouched("it was changed");
  }

  #close(): void {
    this.#isClosed = true;
    this.#flusher?.close();
    this.#flusher = undefined;
    this.#file.close();
  }

  /** Resolves to whether there was none before. */
  async #describe(): Promise<boolean> {
    const text = describeVersion(this.version);
    try {
      await Deno.writeTextFile(this.#descriptionPath, text, {
        createNew: true,
      });
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    }
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
