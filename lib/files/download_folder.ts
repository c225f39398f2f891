import { fileNameProblem, numberedFileName, safeFileName } from "../names.ts";
import { whyElsewhere } from "../profile_folder.ts";
import { EarlierHalves } from "./earlier_halves.ts";
import type { HalfFile } from "./half_file.ts";
import { foldersWithHalves } from "./half_folders.ts";
import { HalfStore } from "./half_store.ts";
import type { Version } from "./half_version.ts";
import { ownCopies } from "./own_copies.ts";

/** Highest number in `report (1).pdf`: more files of one name than any user keeps. */
const MAX_NUMBER = 10_000;

/** Deepest nesting of sub-folders; deeper ones become part of the file's name. */
const MAX_DEPTH = 8;

export type DownloadFolderOptions = {
  /** Used when the first folder turns out to be read-only. */
  readonly fallback?: string | undefined;
  /** Returns other folders with halves: those of the same user under other names. */
  readonly others?: (() => readonly string[] | undefined) | undefined;
};

/**
 * The folder for downloads, created by the first of them. Never changes a file that is
 * already in it. A file from a sub-folder of the server goes into a sub-folder here; no
 * file name from the server leads outside.
 */
export class DownloadFolder {
  #path: string;
  readonly #stores = new Map<string, HalfStore>();
  /** Used when the first folder turns out to be read-only. */
  readonly #fallback: string | undefined;
  readonly #earlier = new EarlierHalves();
  /** Folders that existed at the last save into them. */
  readonly #made = new Set<string>();
  /** Returns other folders with halves: those of the same user under other names. */
  readonly #others: () => readonly string[] | undefined;
  #found: readonly string[] | undefined;

  /**
   * `others` names further folders with halves; default: the neighbours found at first
   * use.
   */
  constructor(
    path: string,
    { fallback, others = () => undefined }: DownloadFolderOptions = {},
  ) {
    this.#path = path;
    this.#fallback = fallback;
    this.#others = others;
  }

  /** Returns the store of the halves in the folder `path`. */
  #storeOf(path: string): HalfStore {
    let store = this.#stores.get(path);
    if (store === undefined) {
      store = new HalfStore(path);
      this.#stores.set(path, store);
    }
    return store;
  }

  /** Creates a half for a version of a server file. Throws the system's error. */
  async create(version: Version): Promise<HalfFile> {
    const fallback = this.#fallback;
    try {
      return await this.#storeOf(this.#path).create(version);
    } catch (error) {
      const isOneFile = whyElsewhere(error) === undefined;
      if (fallback === undefined || isOneFile) throw error;
    }
    this.#path = fallback;
    return await this.#storeOf(fallback).create(version);
  }

  /**
   * Returns the half that an earlier download of this file left and no download has
   * locked, or `undefined`. Copies a half of version 0.1.0 instead of opening it.
   */
  async find(wanted: string): Promise<HalfFile | undefined> {
    const own = [this.#path, this.#fallback].filter((path) =>
      path !== undefined
    );
    for (const path of own) {
      const half = await this.#storeOf(path).find(wanted) ??
        await this.#copyEarlier(path, wanted);
      if (half !== undefined) return half;
    }
    this.#found ??= this.#others() ?? foldersWithHalves(this.#path);
    for (const path of this.#found) {
      const half = await this.#storeOf(path).find(wanted);
      if (half !== undefined) return half;
    }
    return undefined;
  }

  /**
   * Returns the user's files with this name or a numbered variant of it, by SHA-256.
   */
  async copies(
    wanted: string,
    options?: { readonly size?: number | undefined; signal?: AbortSignal },
  ): Promise<ReadonlyMap<string, string>> {
    return await ownCopies(this.#paths(wanted), options);
  }

  /**
   * Gives a complete file with the given SHA-256 its name, or the next free variant of
   * it; resolves to its path. Throws `HalfTouched` if the file differs from what was
   * written.
   */
  async keep(
    half: HalfFile,
    { name, sha256 }: { readonly name: string; readonly sha256: string },
  ): Promise<string> {
    const { folder } = this.#place(name);
    if (!this.#made.has(folder)) {
      await Deno.mkdir(folder, { recursive: true });
      this.#made.add(folder);
    }
    try {
      return await half.keep(this.#paths(name), sha256);
    } catch (error) {
      this.#made.delete(folder); // The folder may have been removed.
      throw error;
    }
  }

  async #copyEarlier(
    path: string,
    wanted: string,
  ): Promise<HalfFile | undefined> {
    const { folder } = this.#place(wanted, path);
    const earlier = await this.#earlier.find(folder, wanted);
    if (earlier === undefined) return undefined;
    let half: HalfFile | undefined;
    try {
      half = await this.#storeOf(path).create(earlier.version);
      for await (const piece of earlier.content) await half.write(piece);
      await half.leave();
      return await this.#storeOf(path).find(earlier.version.name);
    } catch {
      // The half cannot be read, or there is no space: the client downloads the whole
      // file.
      await half?.discard().catch(() => {});
      return undefined;
    }
  }

  /** Yields the paths that the file can be saved under, best first. */
  *#paths(wanted: string): Generator<string> {
    const { folder, name } = this.#place(wanted);
    for (const candidate of candidates(name)) yield `${folder}/${candidate}`;
  }

  /** Returns the folder and the name under which a file of the server is saved. */
  #place(
    wanted: string,
    path = this.#path,
  ): { folder: string; name: string } {
    const parts = wanted.split("/");
    const tail = parts.splice(MAX_DEPTH).join("_");
    if (tail !== "") parts.push(tail);
    const [name, ...folders] = parts.map(safe).reverse();
    return {
      folder: [path, ...folders.reverse()].join("/"),
      name: name!,
    };
  }
}

/**
 * Returns why a file of the server cannot keep its own name here, as the end of a
 * sentence, or `undefined` if it can.
 */
export function pathProblem(name: string): string | undefined {
  const parts = name.split("/");
  if (parts.length > MAX_DEPTH) return "has too many folders";
  return parts.map(fileNameProblem).find((problem) => problem !== undefined);
}

function safe(name: string): string {
  return fileNameProblem(name) === undefined ? name : safeFileName(name);
}

/** Yields `report.pdf`, `report (1).pdf`, `report (2).pdf`, … */
function* candidates(name: string): Generator<string> {
  yield name;
  for (let number = 1; number < MAX_NUMBER; number++) {
    yield numberedFileName(name, number);
  }
}
