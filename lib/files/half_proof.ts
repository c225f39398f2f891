import { createHash } from "node:crypto";
import { HalfTouched, type OwnWrites } from "./own_writes.ts";

/**
 * A file of at most this many bytes is read again before it gets its name. That takes
 * some milliseconds and finds changes that even the times of a disk can hide, such as a
 * change within one second whose time was set back.
 */
export const RECHECK_LENGTH = 8 * 1024 * 1024;

/** How often a file is read again while another program keeps touching it. */
const MAX_REREADS = 3;

/** A complete file of `size` bytes that is to be verified. */
export type Provable = {
  readonly size: number;
  /** Reads the whole file. */
  content(): AsyncIterable<Uint8Array>;
};

/**
 * Verifies that a complete file has the hash `sha256`. Reads the file again if it is
 * short, or if `own` says that another program touched it. Throws {@linkcode
 * HalfTouched} if the hash differs.
 */
export async function proveHalf(
  file: Provable,
  { own, sha256 }: { readonly own: OwnWrites; readonly sha256: string },
): Promise<void> {
  let mustRead = own.takeDoubt() || file.size <= RECHECK_LENGTH;
  for (let tries = 0; tries < MAX_REREADS; tries++) {
    if (mustRead) await reread(file, sha256);
    await own.check();
    mustRead = own.takeDoubt();
    if (!mustRead) return;
  }
  throw new HalfTouched("another program keeps changing the unfinished file");
}

async function reread(file: Provable, sha256: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const piece of file.content()) hash.update(piece);
  if (hash.digest("hex") !== sha256) {
    throw new HalfTouched("another program changed the unfinished file");
  }
}
