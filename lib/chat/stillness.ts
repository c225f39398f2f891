import { type FileLook, isUnchanged, lastTouched } from "../same_file.ts";

/**
 * A file that was touched less than so many milliseconds ago may still be written
 * to. The coarsest clock of a disk ticks this slowly (2 s on FAT), so that any
 * later change of an older file shows in its times.
 */
export const STILL_TIME = 2_000;

/** Files that are watched for being still: more than anybody copies at once. */
const MAX_WATCHED = 10_000;

export type StillnessOptions = {
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
  /** A clock that nobody sets, in milliseconds. */
  readonly steady: () => number;
};

/**
 * Whether files are still being written to. The time of the last change tells; a
 * time in the future (a camera, another computer's clock) tells nothing, and then
 * a file is still when it has looked the same for {@linkcode STILL_TIME}.
 */
export class Stillness {
  readonly #options: StillnessOptions;
  /** Files that were not still when they were last looked at, by name. */
  readonly #seen = new Map<
    string,
    { look: FileLook; since: number; hasChanged: boolean }
  >();

  constructor(options: StillnessOptions) {
    this.#options = options;
  }

  /** Whether the file called `name`, which looks like `look` now, is still. */
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

  /** Whether the file called `name`, which is not still, was seen to change. */
  hasChanged(name: string): boolean {
    return this.#seen.get(name)?.hasChanged ?? false;
  }
}
