import {
  fileNameProblem,
  MAX_FILE_NAME_LENGTH,
  nameKey,
  numberedFileName,
  safeFileName,
  shortened,
} from "../names.ts";
import { isReadOnly } from "../profile_folder.ts";
import { PartFile, readVersion, type Version } from "./part_file.ts";

/** More files of one name than anybody keeps. */
const MAX_NUMBER = 10_000;

/** Room in the name of a file that is still arriving for what comes behind it. */
const PART_ENDING_LENGTH = " (9999).part.json".length;

/** Folders in folders; deeper ones become part of the file's name. */
const MAX_DEPTH = 8;

/**
 * The folder that downloads are saved in, made with the first of them. Nothing
 * that is there already is changed. A file of a sub-folder of the server goes
 * into a sub-folder here; no foreign name leads out.
 */
export class DownloadFolder {
  #path: string;
  /** Taken instead when the other turns out to be read-only. */
  readonly #fallback: string | undefined;

  constructor(path: string, fallback?: string) {
    this.#path = path;
    this.#fallback = fallback;
  }

  /**
   * Begins a file for a foreign version, `NAME.part` until it is kept. Throws the
   * system's error if the disk does not allow it.
   */
  async create(version: Version): Promise<PartFile> {
    const fallback = this.#fallback;
    try {
      return await this.#create(version);
    } catch (error) {
      if (fallback === undefined || !isReadOnly(error)) throw error;
    }
    this.#path = fallback;
    return await this.#create(version);
  }

  async #create(version: Version): Promise<PartFile> {
    const { folder, name } = this.#place(version.name);
    await Deno.mkdir(folder, { recursive: true });
    for (const candidate of candidates(partStem(name))) {
      const part = await PartFile.create(
        `${folder}/${candidate}.part`,
        version,
      );
      if (part !== undefined) return part;
    }
    throw new Error(`There are too many files ${name}.part`);
  }

  /**
   * What an earlier download of this file has left and nobody is at work on, the
   * one with exactly this name first; `undefined` if there is none.
   */
  async find(wanted: string): Promise<PartFile | undefined> {
    const part = await this.#find(wanted);
    if (part !== undefined || this.#fallback === undefined) return part;
    return await new DownloadFolder(this.#fallback).find(wanted);
  }

  async #find(wanted: string): Promise<PartFile | undefined> {
    const { folder } = this.#place(wanted);
    const alike: { path: string; exact: boolean }[] = [];
    try {
      for await (const { name, isFile } of Deno.readDir(folder)) {
        if (!isFile || !name.endsWith(".part.json")) continue;
        const path = `${folder}/${name.slice(0, -".json".length)}`;
        const version = await readVersion(`${path}.json`);
        if (version === undefined) continue;
        if (nameKey(version.name) === nameKey(wanted)) {
          alike.push({ path, exact: version.name === wanted });
        }
      }
    } catch {
      // No such folder yet, or none that can be read.
    }
    alike.sort((a, b) =>
      Number(b.exact) - Number(a.exact) || a.path.localeCompare(b.path)
    );
    for (const { path } of alike) {
      const part = await PartFile.reopen(path);
      if (part !== undefined) return part;
    }
    return undefined;
  }

  /** Gives a complete file its name, or the next free one, where it is; resolves to its path. */
  async keep(part: PartFile, wanted: string): Promise<string> {
    const { name } = this.#place(wanted);
    return await part.keep(paths(part.folder, name));
  }

  /** Where a file with this foreign name is saved. */
  #place(wanted: string): { folder: string; name: string } {
    const parts = wanted.split("/");
    const tail = parts.splice(MAX_DEPTH).join("_");
    if (tail !== "") parts.push(tail);
    const [name, ...folders] = parts.map(safe).reverse();
    return {
      folder: [this.#path, ...folders.reverse()].join("/"),
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

/** `name`, or so much of it that it can still be told what it is. */
function partStem(name: string): string {
  return shortened(name, MAX_FILE_NAME_LENGTH - PART_ENDING_LENGTH);
}

function* paths(folder: string, name: string): Generator<string> {
  for (const candidate of candidates(name)) yield `${folder}/${candidate}`;
}

/** `report.pdf`, `report (1).pdf`, `report (2).pdf`, … */
function* candidates(name: string): Generator<string> {
  yield name;
  for (let number = 1; number < MAX_NUMBER; number++) {
    yield numberedFileName(name, number);
  }
}
