import { type FileLook, isUnchanged, lastTouched } from "./same_file.ts";

/**
 * Milliseconds since its last change during which a file may still be being written.
 * The coarsest disk clock ticks this slowly (2 s on FAT), so any later change of an
 * older file shows in its times.
 */
export const STILL_TIME = 2_000;

/** Most files watched for growth: more than any user copies at once. */
const MAX_WATCHED = 10_000;

export type StillnessOptions = {
  /** Returns the time of day, in milliseconds since 1970. */
  readonly now: () => number;
  /** Returns the time of a monotonic clock, in milliseconds. */
  readonly steady: () => number;
};

/**
 * Tells whether files are still being written. The time of the last change decides. A
 * time in the future (a camera, another computer's clock) says nothing: such a file is
 * still once it has looked the same for {@linkcode STILL_TIME}.
 */
export class Stillness {
  readonly #options: StillnessOptions;
  /** Files that were still being written at the last look, by name. */
  readonly #seen = new Map<
    string,
    { look: FileLook; since: number; hasChanged: boolean }
  >();

  constructor(options: StillnessOptions) {
    this.#options = options;
  }

  /** Returns whether the file called `name`, whose `stat` is now `look`, is still. */
  isStill(name: string, look: FileLook): boolean {
    const age = this.#options.now() - (lastTouched(look) ?? Infinity);
    if (age >= STILL_TIME) {
      this.#seen.delete(name);
      return true;
    }
    const now = this.#options.steady();
    const before = this.#seen.get(name);
    if (before !== undefined && isUnchanged(before.look, look)) {
      return now - before.since >= STILL_TIME;
    }
    this.#seen.delete(name);
    if (this.#seen.size >= MAX_WATCHED) {
      const [oldest] = this.#seen.keys();
      this.#seen.delete(oldest!);
    }
    const hasChanged = before !== undefined;
    this.#seen.set(name, { look, since: now, hasChanged });
    return false;
  }

  /**
   * Returns whether the file called `name`, which is not still, has been seen to
   * change.
   */
  hasChanged(name: string): boolean {
    return this.#seen.get(name)?.hasChanged ?? false;
  }
}
