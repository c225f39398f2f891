import { createHash } from "node:crypto";
import { MAX_HASHES } from "../message_fields.ts";
import { readPlainFile } from "./read_plain_file.ts";

/**
 * Returns the user's files at `paths`, up to the first free path, by their SHA-256; with
 * `size`, only those of that many bytes.
 */
export async function ownCopies(
  paths: Iterable<string>,
  { size, signal }: {
    readonly size?: number | undefined;
    /** Stops reading when aborted. */
    readonly signal?: AbortSignal;
  } = {},
): Promise<Map<string, string>> {
  const copies = new Map<string, string>();
  for (const path of paths) {
    const there = await Deno.lstat(path).catch(() => undefined);
    if (there === undefined || copies.size === MAX_HASHES) break;
    if (!there.isFile || (size !== undefined && there.size !== size)) continue;
    const sha256 = await sha256Of(path, signal);
    if (sha256 !== undefined) copies.set(sha256, path);
  }
  return copies;
}

/** Returns `undefined` if the file cannot be read or the search is aborted. */
async function sha256Of(
  path: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const piece of readPlainFile(path)) {
      if (signal?.aborted) return undefined;
      hash.update(piece);
    }
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}
