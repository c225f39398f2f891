import { FileMemory } from "./file_memory.ts";
import { Turnstile } from "./turnstile.ts";

/**
 * Most shared files open at a time, for all users together: enough for a class with
 * several downloads each. Far below the 1,024 open files that many systems allow a
 * process, because each connection needs one, too.
 */
export const MAX_OPEN_FILES = 128;

/**
 * Most downloads that wait for an open file, for all users together; beyond it, each
 * user may have one. Each costs a few hundred bytes; a longer queue would only make
 * users wait in vain.
 */
export const MAX_WAITING_FILES = 2_000;

/**
 * Most concurrent reads, over all files: enough to keep the disk and the network busy,
 * few enough that the chat does not wait behind a hundred downloads.
 */
const MAX_READS = 2;

/**
 * The limits that all downloads of a server share, in turns that are fair between
 * users.
 */
export class FileLimits {
  /** Open files. */
  readonly files = new Turnstile(MAX_OPEN_FILES);
  /** Concurrent reads. */
  readonly reads = new Turnstile(MAX_READS);
  /** Memory for file bytes that wait to be sent. */
  readonly memory = new FileMemory();
}
