import { createHash } from "node:crypto";
import { safeFileName, shortened } from "../names.ts";

/** The program's own folder inside the user's. */
export const HALF_FOLDER = ".messenger";

/** Longer than any description of a version: more is not one. */
const MAX_DESCRIPTION_LENGTH = 16 * 1024;

/** Bytes of the file's own name in that of its half: enough to recognize it. */
const READABLE_LENGTH = 40;

/** Which version of which file of the server is arriving. */
export type Version = {
  /** The server's name for it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The server's mark for this version; without one nothing can be resumed. */
  readonly tag?: string | undefined;
};

/**
 * How the half of a version is called, without an ending: the beginning of its
 * name, and a hash that no other version has, however alike the names are.
 */
export function halfStem({ name, size, tag }: Version): string {
  const parts = JSON.stringify([name, size, tag ?? crypto.randomUUID()]);
  const hash = createHash("sha256").update(parts).digest("hex").slice(0, 32);
  const last = safeFileName(name.slice(name.lastIndexOf("/") + 1));
  return `${shortened(last, READABLE_LENGTH)}-${hash}`;
}

/** A version as it is written beside its half. */
export function describeVersion({ name, size, tag }: Version): string {
  return JSON.stringify({ name, size, tag });
}

/** The version that the file at `path` describes; `undefined` if it describes none. */
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
