import { CHUNK_LENGTH } from "./file_memory.ts";
import { Flusher } from "./flusher.ts";
import { giveName, removeOwn } from "./give_name.ts";
import {
  descriptionPath,
  HalfDescription,
  readVersion,
  type Version,
} from "./half_version.ts";
import { proveHalf } from "./half_proof.ts";
import { HalfTouched, OwnWrites } from "./own_writes.ts";
import { patiently } from "./patiently.ts";
import { maybeSameFile } from "./same_file.ts";

/** A half is read in pieces of this many bytes, so that the chat is not blocked. */
const READ_LENGTH = 256 * 1024;

export type HalfFileOptions = {
  /**
   * Called when the half is closed; `isLeft` says whether it stays for the next
   * download.
   */
  readonly onClosed?: (isLeft: boolean) => Promise<void>;
};

/**
 * A partially downloaded file (a half), written through one handle. A lock on it keeps
 * out other downloads, those of other programs included; `kill -9` releases the lock. A
 * file `….json` beside it holds its {@linkcode Version}: only a half with this
 * description is ever opened again, and only if it has no second name.
 */
export class HalfFile {
  readonly version: Version;
  /** Length of the file when it was opened, in bytes. */
  readonly length: number;
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #own: OwnWrites;
  readonly #description: HalfDescription;
  readonly #flusher: Flusher;
  readonly #onClosed: ((isLeft: boolean) => Promise<void>) | undefined;
  #size: number;
  /** Where the next read or write of the handle begins. */
  #position: number;
  #isClosed = false;

  private constructor(
    file: Deno.FsFile,
    { path, version, length, isDescribed, onClosed }: HalfFileOptions & {
      path: string;
      version: Version;
      length: number;
      isDescribed: boolean;
    },
  ) {
    this.#file = file;
    this.#path = path;
    this.#own = new OwnWrites(file);
    this.#description = new HalfDescription(path, isDescribed);
    this.#flusher = new Flusher(path, file);
    this.version = version;
    this.length = length;
    this.#size = length;
    this.#position = 0;
    this.#onClosed = onClosed;
  }

  /** Creates a half; `undefined` if the path is taken. Throws the system's error. */
  static async create(
    path: string,
    version: Version,
    { onClosed }: HalfFileOptions = {},
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
    const half = new HalfFile(file, {
      ...{ path, version, length: 0, isDescribed: false },
      ...(onClosed && { onClosed }),
    });
    // A file of one chunk has a half that is empty or complete: it gets a description
    // only when a client leaves it for the next download.
    if (version.tag === undefined || version.size <= CHUNK_LENGTH) return half;
    try {
      await locked(file);
      if (await half.#description.write(version)) return half;
      await half.discard();
      return undefined;
    } catch (error) {
      await half.discard();
      throw error;
    }
  }

  /**
   * Opens the half that an earlier download left, to resume it. Returns `undefined` if
   * the path leads to no half, or another download has locked it.
   */
  static async reopen(
    path: string,
    { onClosed }: HalfFileOptions = {},
  ): Promise<HalfFile | undefined> {
    let file: Deno.FsFile | undefined;
    try {
      if (!(await Deno.lstat(path)).isFile) return undefined;
      file = await Deno.open(path, { read: true, write: true });
      if (await locked(file)) {
        // Read after locking: another download may have just finished.
        const version = await readVersion(descriptionPath(path));
        const info = await file.stat();
        const there = await Deno.lstat(path);
        const length = info.size;
        if (
          version !== undefined && there.isFile && maybeSameFile(there, info) &&
          (info.nlink ?? 1) === 1 && length <= version.size
        ) {
          const half = new HalfFile(file, {
            ...{ path, version, length, isDescribed: true },
            ...(onClosed && { onClosed }),
          });
          await half.#own.note(length);
          file = undefined;
          return half;
        }
      }
    } catch {
      // Not readable or removed: there is nothing to resume.
    } finally {
      file?.close();
    }
    return undefined;
  }

  /**
   * Reads the half in pieces, from its beginning to its end. Each piece is valid until
   * the next one.
   */
  async *content(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(Math.min(READ_LENGTH, this.#size));
    for (let at = 0; at < this.#size;) {
      const wanted = buffer.subarray(0, this.#size - at);
      const count = await this.readAt(wanted, at);
      if (count === 0) {
        throw new HalfTouched("another program changed the unfinished file");
      }
      at += count;
      yield buffer.subarray(0, count);
    }
  }

  /**
   * Reads from `position` on; resolves to the number of bytes read. The next write still
   * appends. Must not be in progress during a write.
   */
  async readAt(target: Uint8Array, position: number): Promise<number> {
    await this.#seek(position);
    const count = await this.#file.read(target) ?? 0;
    this.#position += count;
    return count;
  }

  /** Moves the handle only if it is elsewhere: each request to the system costs time. */
  async #seek(position: number): Promise<void> {
    if (this.#position === position) return;
    await this.#file.seek(position, Deno.SeekMode.Start);
    this.#position = position;
  }

  /**
   * Appends `bytes`. Throws {@linkcode HalfTouched} if another program changed the
   * file.
   */
  async write(bytes: Uint8Array): Promise<void> {
    // An empty file holds nothing that another program could have changed.
    if (this.#size > 0) await this.#own.check();
    await this.#seek(this.#size);
    for (let at = 0; at < bytes.length;) {
      const count = await this.#file.write(bytes.subarray(at));
      at += count;
      // Bytes that fit on a full disk are worth keeping.
      this.#size += count;
      this.#position += count;
    }
    await this.#own.note(this.#size);
  }

  /**
   * Asks the system to flush the written bytes to the disk while writing continues.
   * Must not be in progress when the file is kept or left.
   */
  async flush(): Promise<void> {
    await this.#flusher.flush();
  }

  /**
   * Gives the complete file, whose bytes have the hash `sha256`, the first free path of
   * `paths`, replacing nothing; resolves to that path. Throws {@linkcode HalfTouched}
   * if the file differs from what was written.
   */
  async keep(paths: Iterable<string>, sha256: string): Promise<string> {
    // After a power cut there must be no name without the bytes it promises.
    await this.#file.sync();
    const complete = { size: this.#size, content: () => this.content() };
    await proveHalf(complete, { own: this.#own, sha256 });
    const now = new Date();
    await this.#file.utime(now, now).catch(() => {});
    await this.#description.remove();
    let own!: Deno.FileInfo;
    const look = async () => own = await this.#file.stat();
    const path = await giveName({ path: this.#path, look }, paths);
    this.#close();
    // A second name of a good file that cannot be removed does no harm.
    await removeOwn(this.#path, own).catch(() => {});
    await this.#onClosed?.(false);
    return path;
  }

  /**
   * Closes the half and leaves it for the next download; resolves to its length in
   * bytes, or to 0 if nothing is left.
   */
  async leave(): Promise<number> {
    const { size, nlink } = await this.#file.stat();
    const isWhole = nlink !== 0 && size === this.#size;
    if (isWhole && size > 0 && this.version.tag !== undefined) {
      await this.#description.write(this.version);
      this.#close();
      await this.#onClosed?.(true);
      return size;
    }
    await this.discard();
    return 0;
  }

  /** Removes the half, unless another file has taken its place. */
  async discard(): Promise<void> {
    if (this.#isClosed) return;
    const own = await this.#file.stat();
    this.#close();
    try {
      await patiently(() => removeOwn(this.#path, own));
      await this.#description.remove();
    } finally {
      await this.#onClosed?.(false);
    }
  }

  #close(): void {
    this.#isClosed = true;
    this.#flusher.close();
    this.#file.close();
  }
}

/** Takes the lock unless another download has it. Succeeds on a disk without locks. */
async function locked(file: Deno.FsFile): Promise<boolean> {
  try {
    return await file.tryLock(true);
  } catch {
    return true;
  }
}
