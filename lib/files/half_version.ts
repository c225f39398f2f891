import { createHash } from "node:crypto";
import { safeFileName, shortened } from "../names.ts";
import { removeIfThere } from "./patiently.ts";

/** The program's own folder inside the user's. */
export const HALF_FOLDER = ".messenger";

/** Longest description of a version, in bytes; a longer file is not one. */
const MAX_DESCRIPTION_LENGTH = 16 * 1024;

/**
 * Bytes of a file's name in the name of its half: enough for a user to recognize it.
 */
const READABLE_LENGTH = 40;

/** A version of a file on the server. */
export type Version = {
  /** The server's name for the file. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The server's mark for this version; a version without a tag cannot be resumed. */
  readonly tag?: string | undefined;
};

/**
 * Returns the name of the half of a version, without extension: the beginning of the
 * file's name, and a hash that is unique to the version, however similar the names are.
 */
export function halfStem({ name, size, tag }: Version): string {
  const parts = JSON.stringify([name, size, tag ?? crypto.randomUUID()]);
  const hash = createHash("sha256").update(parts).digest("hex").slice(0, 32);
  const last = safeFileName(name.slice(name.lastIndexOf("/") + 1));
  return `${shortened(last, READABLE_LENGTH)}-${hash}`;
}

/** The file beside a half that holds its version. */
export class HalfDescription {
  readonly #path: string;
  #isThere: boolean;

  /** `half` is the path of the half; `isThere` says whether its description exists. */
  constructor(half: string, isThere: boolean) {
    this.#path = descriptionPath(half);
    this.#isThere = isThere;
  }

  /**
   * Writes the description if it is missing. Resolves to `false` if another download
   * has written one. Throws the system's error.
   */
  async write({ name, size, tag }: Version): Promise<boolean> {
    if (this.#isThere) return true;
    try {
      const text = JSON.stringify({ name, size, tag });
      await Deno.writeTextFile(this.#path, text, { createNew: true });
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    }
    this.#isThere = true;
    return true;
  }

  /** Removes the description if this download wrote or found it. */
  async remove(): Promise<void> {
    if (this.#isThere) await removeIfThere(this.#path);
    this.#isThere = false;
  }
}

/** Returns the path of the description of the half at `half`. */
export function descriptionPath(half: string): string {
  return `${half}.json`;
}

/**
 * Returns the version that the file at `path` describes; `undefined` if it is no
 * description.
 */
export async function readVersion(path: string): Promise<Version | undefined> {
  try {
    const { size: length, isFile } = await Deno.lstat(path);
    if (!isFile || length > MAX_DESCRIPTION_LENGTH) return undefined;
    const value: unknown = JSON.parse(await Deno.readTextFile(path));
    const { name, size, tag } = value as Record<string, unknown>;
    return typeof name === "string" && typeof tag === "string" &&
        Number.isSafeInteger(size) && (size as number) >= 0
      ? { name, size: size as number, tag }
      : undefined;
  } catch {
    return undefined;
  }
}
