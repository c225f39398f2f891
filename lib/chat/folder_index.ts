import { nameKey } from "../names.ts";
import { type FileMarks, maybeSameFile } from "../same_file.ts";
import { FolderWatch } from "./folder_watch.ts";
import { type Scan, scanFolder, type ScannedFile } from "./folder_scan.ts";

/** Up to this many files, looking again is as fast as asking whether it is needed. */
const QUICK_FILES = 1_000;

/** The shortest time between two looks at a large folder, in milliseconds: one takes 0.5 s. */
const SCAN_PAUSE = 1_000;

/** How old a look at a watched folder may be, in milliseconds: a share reports nothing. */
const MAX_AGE = 30_000;

/** The longest time until a change is reported, in milliseconds. */
const REPORT_TIME = 10;

/** A look at the folder, with its files by name. */
export type Indexed = Scan & {
  readonly byName: ReadonlyMap<string, ScannedFile>;
  /** The names that differ only in case or in the encoding of accents, by their key. */
  readonly byKey: ReadonlyMap<string, readonly string[]>;
};

/**
 * What the shared folder holds, as new as possible: a small folder is looked at
 * whenever somebody asks, a large one is watched, and looked at when something has
 * changed. Requests at the same time share one look.
 */
export class FolderIndex implements Disposable {
  readonly #folder: string;
  readonly #onScan: (scan: Scan) => void;
  #now: { readonly index: Indexed; readonly at: number } | undefined;
  #running: Promise<Indexed> | undefined;
  #next: Promise<Indexed> | undefined;
  #watch: FolderWatch | undefined;
  #watched: FileMarks = {};

  /** `onScan` hears of every look, before anybody gets it. */
  constructor(folder: string, onScan: (scan: Scan) => void) {
    this.#folder = folder;
    this.#onScan = onScan;
  }

  /** What was seen last, however long ago; `undefined` if nobody has looked yet. */
  get latest(): Indexed | undefined {
    return this.#now?.index;
  }

  /** What is there now. Throws the system's error if the folder cannot be read. */
  async look(): Promise<Indexed> {
    const known = await this.#stillTrue();
    if (known !== undefined) return known;
    // One that runs may have passed by what has changed since it began.
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

  /** What is known, if the system would have told of any change. */
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
    const running = this.#scan().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    return this.#running = running;
  }

  async #scan(): Promise<Indexed> {
    const before = this.#now;
    if (before !== undefined && before.index.total > QUICK_FILES) {
      const isFirst = this.#watch === undefined;
      if (!isFirst) await pause(before.at + SCAN_PAUSE - performance.now());
      // What happens from now on is reported.
      await this.#watchAgain();
    }
    const scan = await scanFolder(this.#folder);
    this.#onScan(scan);
    const index = indexed(scan);
    this.#now = { index, at: performance.now() };
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
