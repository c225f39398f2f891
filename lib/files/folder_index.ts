import { nameKey } from "../names.ts";
import { type FileMarks, maybeSameFile } from "./same_file.ts";
import { FolderWatch } from "./folder_watch.ts";
import { type Scan, scanFolder, type ScannedFile } from "./folder_scan.ts";

/**
 * Up to this many files, scanning again is as fast as checking whether it is needed.
 */
const QUICK_FILES = 1_000;

/**
 * Shortest time between two scans of a large folder, in milliseconds: a scan takes 0.5
 * s.
 */
const SCAN_PAUSE = 1_000;

/**
 * Pause after a scan of a small folder, in times that the scan took: however often
 * clients ask, scans take at most a quarter of the time.
 */
const SCAN_REST = 3;

/**
 * Longest age of a scan of a watched folder, in milliseconds: a network share reports
 * no changes.
 */
const MAX_AGE = 30_000;

/** Longest time until the system reports a change, in milliseconds. */
const REPORT_TIME = 10;

/** A scan of the folder, with its files by name. */
export type Indexed = Scan & {
  readonly byName: ReadonlyMap<string, ScannedFile>;
  /**
   * Names that differ only in case or in the encoding of accents, by their common key.
   */
  readonly byKey: ReadonlyMap<string, readonly string[]>;
};

type Known = {
  readonly index: Indexed;
  /** When the scan ended, and how many milliseconds it took. */
  readonly at: number;
  readonly took: number;
};

/**
 * What the shared folder holds, as fresh as possible. A small folder is scanned on
 * every request. A large folder is watched, and scanned after a change. Concurrent
 * requests share one look at the folder.
 */
export class FolderIndex implements Disposable {
  readonly #folder: string;
  readonly #onScan: (scan: Scan) => void;
  #now: Known | undefined;
  #running: Promise<Indexed> | undefined;
  #next: Promise<Indexed> | undefined;
  #watch: FolderWatch | undefined;
  #watched: FileMarks = {};

  /** `onScan` gets every scan before any caller does. */
  constructor(folder: string, onScan: (scan: Scan) => void) {
    this.#folder = folder;
    this.#onScan = onScan;
  }

  /** The last scan, however old; `undefined` before the first. */
  get latest(): Indexed | undefined {
    return this.#now?.index;
  }

  /**
   * Returns the current content. Throws the system's error if the folder cannot be
   * read.
   */
  async look(): Promise<Indexed> {
    // A look that is under way may have missed changes made since it began.
    if (this.#running === undefined) return await this.#start();
    return await (this.#next ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    ));
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
  }

  /** Returns the last scan if the system would have reported any change since. */
  async #stillTrue(): Promise<Indexed | undefined> {
    const known = this.#now;
    if (known === undefined || this.#watch?.works !== true) return undefined;
    await pause(REPORT_TIME);
    if (this.#watch?.works !== true || this.#watch.takeChange()) {
      return undefined;
    }
    if (performance.now() - known.at > MAX_AGE) return undefined;
    const there = await Deno.stat(this.#folder);
    return maybeSameFile(there, this.#watched) ? known.index : undefined;
  }

  #start(): Promise<Indexed> {
    this.#next = undefined;
    const running = this.#look().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    return this.#running = running;
  }

  async #look(): Promise<Indexed> {
    return await this.#stillTrue() ?? await this.#scan();
  }

  async #scan(): Promise<Indexed> {
    const before = this.#now;
    const isLarge = before === undefined || before.index.total > QUICK_FILES;
    if (isLarge) {
      const isFirst = this.#watch === undefined;
      if (!isFirst && before !== undefined) {
        await pause(before.at + SCAN_PAUSE - performance.now());
      }
      // The system reports whatever happens from this line on.
      await this.#watchAgain();
    } else {
      await pause(before.at + SCAN_REST * before.took - performance.now());
    }
    const began = performance.now();
    const scan = await scanFolder(this.#folder);
    this.#onScan(scan);
    const index = indexed(scan);
    const at = performance.now();
    this.#now = { index, at, took: at - began };
    if (scan.total <= QUICK_FILES) this[Symbol.dispose]();
    return index;
  }

  async #watchAgain(): Promise<void> {
    const there = await Deno.stat(this.#folder);
    if (this.#watch?.works && maybeSameFile(there, this.#watched)) {
      this.#watch.takeChange();
      return;
    }
    this[Symbol.dispose]();
    this.#watched = there;
    this.#watch = new FolderWatch(this.#folder);
  }
}

function indexed(scan: Scan): Indexed {
  const byName = new Map<string, ScannedFile>();
  const byKey = new Map<string, string[]>();
  for (const file of scan.files) {
    const { name } = file.entry;
    byName.set(name, file);
    const key = nameKey(name);
    const alike = byKey.get(key);
    if (alike === undefined) byKey.set(key, [name]);
    else alike.push(name);
  }
  return { ...scan, byName, byKey };
}

function pause(time: number): Promise<void> {
  if (!(time > 0)) return Promise.resolve();
  return new Promise((resolve) => setTimeout(resolve, time));
}
