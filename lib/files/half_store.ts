import { nameKey } from "../names.ts";
import { HalfFile, type HalfFileOptions } from "./half_file.ts";
import {
  HALF_FOLDER,
  halfStem,
  readVersion,
  type Version,
} from "./half_version.ts";

const ENDING = ".half";
const DESCRIPTION_ENDING = `${ENDING}.json`;

/** Most halves of one version: of clients that do not know of each other. */
const MAX_NUMBER = 100;

/** Most attempts to create a half while another program keeps removing the folder. */
const MAX_TRIES = 10;

/** Most descriptions read: more halves than any user keeps. */
const MAX_READ = 1_000;

/**
 * How long a listing of the folder stays valid, in milliseconds: during a run of
 * downloads only other programs add to the folder, and their halves can wait a moment.
 */
const LOOK_AGE = 2_000;

/** A half that has a description. */
type Left = { readonly path: string; readonly name: string };

/** The halves of one user's downloads, in a folder of their own. */
export class HalfStore {
  readonly #path: string;
  /** Whether the folder exists and is a folder. */
  #isReady = false;
  /** Halves that this store has opened and that are not closed yet. */
  #open = 0;
  #look: { readonly at: number; readonly left: Promise<Left[]> } | undefined;

  /** `folder` is the user's folder. */
  constructor(folder: string) {
    this.#path = `${folder}/${HALF_FOLDER}`;
  }

  /**
   * Creates a half. Throws the system's error, and `Error` if the folder cannot be
   * created.
   */
  async create(version: Version): Promise<HalfFile> {
    for (let tries = 1;; tries++) {
      try {
        return await this.#create(version);
      } catch (error) {
        // Another download may have just removed the empty folder.
        const isGone = error instanceof Deno.errors.NotFound;
        this.#isReady = false;
        if (!isGone || tries === MAX_TRIES) throw error;
      }
    }
  }

  async #prepare(): Promise<void> {
    await Deno.mkdir(this.#path, { recursive: true });
    if (!(await Deno.lstat(this.#path)).isDirectory) {
      throw new Error(`${this.#path} is not a folder`);
    }
    this.#isReady = true;
  }

  async #create(version: Version): Promise<HalfFile> {
    if (!this.#isReady) await this.#prepare();
    const stem = halfStem(version);
    for (let number = 0; number < MAX_NUMBER; number++) {
      const name = number === 0 ? stem : `${stem}-${number}`;
      const path = `${this.#path}/${name}${ENDING}`;
      const half = await this.#opened((options) =>
        HalfFile.create(path, version, options)
      );
      if (half !== undefined) return half;
    }
    throw new Error(`There are too many files ${stem}${ENDING}`);
  }

  /**
   * Returns a half of the file `wanted` that no download has locked, preferring one
   * with exactly this name; `undefined` if there is none.
   */
  async find(wanted: string): Promise<HalfFile | undefined> {
    const key = nameKey(wanted);
    const alike = (await this.#left()).filter(({ name }) =>
      nameKey(name) === key
    );
    const isOther = ({ name }: Left) => Number(name !== wanted);
    alike.sort((a, b) => isOther(a) - isOther(b));
    for (const { path } of alike) {
      const half = await this.#opened((options) =>
        HalfFile.reopen(path, options)
      );
      if (half !== undefined) return half;
    }
    return undefined;
  }

  /** Returns a recent listing of the folder. */
  #left(): Promise<Left[]> {
    const now = performance.now();
    if (this.#look === undefined || now - this.#look.at > LOOK_AGE) {
      this.#look = { at: now, left: this.#lookThrough() };
    }
    return this.#look.left;
  }

  async #lookThrough(): Promise<Left[]> {
    const found: Left[] = [];
    try {
      if (!(await Deno.lstat(this.#path)).isDirectory) return found;
      let left = MAX_READ;
      for await (const { name, isFile } of Deno.readDir(this.#path)) {
        if (!isFile || !name.endsWith(DESCRIPTION_ENDING)) continue;
        if (left-- === 0) break;
        const path = `${this.#path}/${name.slice(0, -".json".length)}`;
        const version = await readVersion(`${path}.json`);
        if (version !== undefined) found.push({ path, name: version.name });
      }
    } catch {
      // The folder does not exist yet or cannot be read.
    }
    return found;
  }

  /** Counts a half as open until it is closed. */
  async #opened(
    open: (options: HalfFileOptions) => Promise<HalfFile | undefined>,
  ): Promise<HalfFile | undefined> {
    this.#open++;
    let isOpen = true;
    const onClosed = async (isLeft: boolean) => {
      if (!isOpen) return;
      isOpen = false;
      if (isLeft) this.#look = undefined;
      await this.#close();
    };
    try {
      const half = await open({ onClosed });
      if (half === undefined) await onClosed(false);
      return half;
    } catch (error) {
      await onClosed(false);
      throw error;
    }
  }

  /** Removes the folder when the last open half is closed, if the folder is empty. */
  async #close(): Promise<void> {
    this.#open--;
    if (this.#open > 0) return;
    this.#isReady = false;
    await Deno.remove(this.#path).catch(() => {});
  }
}
