import { fileNameProblem, numberedFileName, safeFileName } from "../names.ts";

/** On Windows a virus scanner holds a new file open for a moment: so many tries, ... */
const RENAME_TRIES = 10;

/** ... so many milliseconds apart. */
const RENAME_PAUSE = 100;

/** More files of one name than anybody keeps. */
const MAX_NUMBER = 10_000;

/** A file that is still arriving: `NAME.part` until all of it is there and right. */
export type PartFile = {
  /** Appends all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Gives the file its name, or the next free one; resolves to `FOLDER/NAME`. */
  keep(): Promise<string>;
  /** Removes what has arrived. */
  discard(): Promise<void>;
};

/**
 * The folder that downloads are saved in, made with the first of them. Nothing
 * that is there already is changed.
 */
export class DownloadFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Begins a file for the foreign name `name`, or a name like it if files cannot
   * have that one. Throws the system's error if the disk does not allow it.
   */
  async create(name: string): Promise<PartFile> {
    const wanted = fileNameProblem(name) === undefined
      ? name
      : safeFileName(name);
    await Deno.mkdir(this.#path, { recursive: true });
    const partName = safeFileName(`${wanted}.part`);
    for (const candidate of candidates(partName)) {
      const path = `${this.#path}/${candidate}`;
      try {
        const file = await Deno.open(path, { write: true, createNew: true });
        return partFile(file, path, () => this.#rename(path, wanted));
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
    throw new Error(`There are too many files ${partName}`);
  }

  async #rename(partPath: string, wanted: string): Promise<string> {
    for (const name of candidates(wanted)) {
      const path = `${this.#path}/${name}`;
      if (await exists(path)) continue;
      await rename(partPath, path);
      return path;
    }
    throw new Error(`There are too many files ${wanted}`);
  }
}

/** `report.pdf`, `report (1).pdf`, `report (2).pdf`, … */
function* candidates(name: string): Generator<string> {
  yield name;
  for (let number = 1; number < MAX_NUMBER; number++) {
    yield numberedFileName(name, number);
  }
}

function partFile(
  file: Deno.FsFile,
  path: string,
  rename: () => Promise<string>,
): PartFile {
  return {
    async write(bytes) {
      let at = 0;
      while (at < bytes.length) at += await file.write(bytes.subarray(at));
    },
    async keep() {
      await file.sync();
      file.close();
      return await rename();
    },
    async discard() {
      try {
        file.close();
      } catch {
        // Closed already, before a rename that failed.
      }
      await Deno.remove(path);
    },
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function rename(from: string, to: string): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      const busy = error instanceof Deno.errors.PermissionDenied ||
        error instanceof Deno.errors.Busy;
      if (!busy || tries === RENAME_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, RENAME_PAUSE));
    }
  }
}
