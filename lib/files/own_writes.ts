import { type FileLook, isUnchanged } from "./same_file.ts";

/** Another program changed, removed or replaced a half while it arrived. */
export class HalfTouched extends Error {
  override readonly name = "HalfTouched";
}

/**
 * The first time that a half is given after one of our writes, in seconds since 1970:
 * long ago, so that any other write changes it, however coarse the disk's clock.
 */
const FIRST_MARK = 978_307_200;

/** The calls that `OwnWrites` makes to an open file; `Deno.FsFile` fits. */
export type MarkedFile = {
  stat(): Promise<FileLook & { readonly nlink: number | null }>;
  utime(atime: number, mtime: number): Promise<void>;
};

/**
 * Tells our own writes to a file from those of other programs, without reading it
 * again: sets a time of our choice after each write, and checks before the next write
 * that the file still has it.
 */
export class OwnWrites {
  readonly #file: MarkedFile;
  #mark = FIRST_MARK;
  #expected: FileLook | undefined;
  #isDoubtful = false;

  constructor(file: MarkedFile) {
    this.#file = file;
  }

  /**
   * Returns whether, since the last call, another program touched the file without
   * changing its length. Only its times or its permissions may have changed: the caller
   * must read the content to find out.
   */
  takeDoubt(): boolean {
    const isDoubtful = this.#isDoubtful;
    this.#isDoubtful = false;
    return isDoubtful;
  }

  /**
   * Notes a write of our own; `size` is the resulting length of the file in bytes. Throws
   * {@linkcode HalfTouched} if another program has already changed that length.
   */
  async note(size: number): Promise<void> {
    // A disk that does not store such times keeps the time of the write.
    await this.#file.utime(this.#mark, this.#mark).catch(() => {});
    this.#mark++;
    const now = await this.#file.stat();
    if (now.size !== size) {
      throw new HalfTouched("another program changed the unfinished file");
    }
    this.#expected = now;
  }

  /**
   * Throws {@linkcode HalfTouched} if the file has changed since the last note, or,
   * before the first note, is not empty.
   */
  async check(): Promise<void> {
    const now = await this.#file.stat();
    if (now.nlink === 0) {
      throw new HalfTouched("another program removed the unfinished file");
    }
    const expected = this.#expected;
    const size = expected?.size ?? 0;
    if (now.size === size && (!expected || isUnchanged(now, expected))) return;
    if (now.size !== size) {
      throw new HalfTouched("another program changed the unfinished file");
    }
    this.#isDoubtful = true;
    this.#expected = now;
  }
}
