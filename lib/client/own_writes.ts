import { type FileLook, isUnchanged } from "../same_file.ts";

/** Somebody else has changed, removed or replaced a half while it arrived. */
export class HalfTouched extends Error {
  override readonly name = "HalfTouched";
}

/**
 * The time that a half is given after each of our writes: long ago, so that any
 * other write moves it, however coarse the clock of the disk; in seconds since
 * 1970.
 */
const FIRST_MARK = 978_307_200;

/** What the disk is asked of an open file; `Deno.FsFile` fits. */
export type MarkedFile = {
  stat(): Promise<FileLook & { readonly nlink: number | null }>;
  utime(atime: number, mtime: number): Promise<void>;
};

/**
 * Tells our own writes to a file from those of others, without reading it again:
 * after each write the file is given a time of our choice, and before the next one
 * it must still have it.
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
   * Whether somebody has touched the file, since the last call, and left its length
   * as it is: perhaps only its times, or its permissions. Its content must be read
   * to know.
   */
  takeDoubt(): boolean {
    const isDoubtful = this.#isDoubtful;
    this.#isDoubtful = false;
    return isDoubtful;
  }

  /**
   * To be called after each write, with the length of the file after it, in bytes.
   * Throws {@linkcode HalfTouched} if somebody else has already made it another.
   */
  async note(size: number): Promise<void> {
    // A disk that does not keep such times keeps the time of the write.
    await this.#file.utime(this.#mark, this.#mark).catch(() => {});
    this.#mark++;
    const now = await this.#file.stat();
    if (now.size !== size) throw new HalfTouched("it was changed");
    this.#expected = now;
  }

  /**
   * Throws {@linkcode HalfTouched} if the file is not what it was at the last note,
   * or, before the first, not empty.
   */
  async check(): Promise<void> {
    const now = await this.#file.stat();
    if (now.nlink === 0) throw new HalfTouched("it was removed");
    const expected = this.#expected;
    const size = expected?.size ?? 0;
    if (now.size === size && (!expected || isUnchanged(now, expected))) return;
    if (now.size !== size) throw new HalfTouched("it was changed");
    this.#isDoubtful = true;
    this.#expected = now;
  }
}
