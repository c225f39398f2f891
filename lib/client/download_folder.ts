import { fileNameProblem, numberedFileName, safeFileName } from "../names.ts";
import { isReadOnly } from "../profile_folder.ts";
import { EarlierHalves } from "./earlier_halves.ts";
import type { HalfFile } from "./half_file.ts";
import { HalfStore } from "./half_store.ts";
import { HALF_FOLDER, type Version } from "./half_version.ts";
import { ownCopies } from "./own_copies.ts";

/** More files of one name than anybody keeps. */
const MAX_NUMBER = 10_000;

/** Folders beside the user's that are looked at for halves. */
const MAX_SIBLINGS = 100;

/** Folders in folders; deeper ones become part of the file's name. */
const MAX_DEPTH = 8;

/**
 * The folder that downloads are saved in, made with the first of them. Nothing
 * that is there already is changed. A file of a sub-folder of the server goes
 * into a sub-folder here; no foreign name leads out.
 */
export class DownloadFolder {
  #path: string;
  #store: HalfStore;
  /** Taken instead when the other turns out to be read-only. */
  readonly #fallback: string | undefined;
  readonly #earlier = new EarlierHalves();
  /** Folders that were there when something was saved in them. */
  readonly #made = new Set<string>();
  /** Other folders with halves: those of the same person under other names. */
  #others: Promise<readonly string[]> | undefined;

  constructor(path: string, fallback?: string) {
    this.#path = path;
    this.#fallback = fallback;
    this.#store = new HalfStore(path);
  }

  /** Begins a half for a foreign version. Throws the system's error. */
  async create(version: Version): Promise<HalfFile> {
    const fallback = this.#fallback;
    try {
      return await this.#store.create(version);
    } catch (error) {
      if (fallback === undefined || !isReadOnly(error)) throw error;
    }
    this.#path = fallback;
    this.#store = new HalfStore(fallback);
    return await this.#store.create(version);
  }

  /**
   * What an earlier download of this file has left and nobody is at work on;
   * `undefined` if there is none. What version 0.1.0 has left is copied.
   */
  async find(wanted: string): Promise<HalfFile | undefined> {
    const own = [this.#path, this.#fallback].filter((path) =>
      path !== undefined
    );
    for (const path of own) {
      const half = await new HalfStore(path).find(wanted) ??
        await this.#copyEarlier(path, wanted);
      if (half !== undefined) return half;
    }
    this.#others ??= foldersWithHalves(this.#path);
    for (const path of await this.#others) {
      const half = await new HalfStore(path).find(wanted);
      if (half !== undefined) return half;
    }
    return undefined;
  }

  /** The files that the user has already under this name or one like it, by SHA-256. */
  async copies(
    wanted: string,
    options?: { readonly size?: number | undefined; signal?: AbortSignal },
  ): Promise<ReadonlyMap<string, string>> {
    return await ownCopies(this.#paths(wanted), options);
  }

  /**
   * Gives a complete file, whose bytes have this SHA-256, its name, or the next
   * free one; resolves to its path. Throws `HalfTouched` if it is not what was
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
      this.#made.delete(folder); // It may have been removed.
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
      half = await new HalfStore(path).create(earlier.version);
      for await (const piece of earlier.content) await half.write(piece);
      await half.leave();
      return await new HalfStore(path).find(earlier.version.name);
    } catch {
      // Not to be read, or no room for it: then it is fetched whole.
      await half?.discard().catch(() => {});
      return undefined;
    }
  }

  /** The names that a file can be saved under, the best first. */
  *#paths(wanted: string): Generator<string> {
    const { folder, name } = this.#place(wanted);
    for (const candidate of candidates(name)) yield `${folder}/${candidate}`;
  }

  /** Where a file with this foreign name is saved. */
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
 * Why a file of the server cannot have its own name here, as the end of a
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

/** The folders beside `path`, other than it, in which a client has left halves. */
async function foldersWithHalves(path: string): Promise<readonly string[]> {
  const slash = path.lastIndexOf("/");
  const outer = slash < 0 ? "." : path.slice(0, slash);
  const found: string[] = [];
  let left = MAX_SIBLINGS;
  try {
    for await (const { name, isDirectory } of Deno.readDir(outer)) {
      if (!isDirectory || name === path.slice(slash + 1)) continue;
      if (left-- === 0) break;
      const sibling = `${outer}/${name}`;
      const info = await Deno.lstat(`${sibling}/${HALF_FOLDER}`)
        .catch(() => undefined);
      if (info?.isDirectory) found.push(sibling);
    }
  } catch {
    // Not to be read: then there are none.
  }
  return found;
}

/** `report.pdf`, `report (1).pdf`, `report (2).pdf`, … */
function* candidates(name: string): Generator<string> {
  yield name;
  for (let number = 1; number < MAX_NUMBER; number++) {
    yield numberedFileName(name, number);
  }
}
