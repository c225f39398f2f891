import { nameKey } from "../names.ts";
import { HalfFile } from "./half_file.ts";
import {
  HALF_FOLDER,
  halfStem,
  readVersion,
  type Version,
} from "./half_version.ts";

const ENDING = ".half";
const DESCRIPTION_ENDING = `${ENDING}.json`;

/** Halves of one version: of clients that do not know of each other. */
const MAX_NUMBER = 100;

/** Tries to begin a half where the folder keeps being removed. */
const MAX_TRIES = 10;

/** Descriptions that are read at most: more halves than anybody keeps. */
const MAX_READ = 1_000;

/** The halves of one user's downloads, in a folder of their own. */
export class HalfStore {
  readonly #path: string;
  /** The folder was there, and is one. */
  #isReady = false;

  /** `folder` is the user's. */
  constructor(folder: string) {
    this.#path = `${folder}/${HALF_FOLDER}`;
  }

  /** Begins a half. Throws the system's error, and `Error` if no folder can be made. */
  async create(version: Version): Promise<HalfFile> {
    for (let tries = 1;; tries++) {
      try {
        return await this.#create(version);
      } catch (error) {
        // Another download may have removed the empty folder just now.
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
      const half = await HalfFile.create(path, version);
      if (half !== undefined) return half;
    }
    throw new Error(`There are too many files ${stem}${ENDING}`);
  }

  /**
   * The half of a file called `wanted`, the one with exactly this name first, that
   * nobody is at work on; `undefined` if there is none.
   */
  async find(wanted: string): Promise<HalfFile | undefined> {
    const alike: { path: string; exact: boolean }[] = [];
    try {
      if (!(await Deno.lstat(this.#path)).isDirectory) return undefined;
      let left = MAX_READ;
      for await (const { name, isFile } of Deno.readDir(this.#path)) {
        if (!isFile || !name.endsWith(DESCRIPTION_ENDING)) continue;
        if (left-- === 0) break;
        const path = `${this.#path}/${name.slice(0, -".json".length)}`;
        const version = await readVersion(`${path}.json`);
        if (version === undefined) continue;
        if (nameKey(version.name) === nameKey(wanted)) {
          alike.push({ path, exact: version.name === wanted });
        }
      }
    } catch {
      // No such folder yet, or none that can be read.
    }
    alike.sort((a, b) => Number(b.exact) - Number(a.exact));
    for (const { path } of alike) {
      const half = await HalfFile.reopen(path);
      if (half !== undefined) return half;
    }
    return undefined;
  }
}
