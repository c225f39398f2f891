import { close, constants, open } from "node:fs";
import { promisify } from "node:util";

/**
 * Opening must neither wait for a pipe nor follow a link in the place of a file. Windows
 * has neither flag.
 */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) |
  (constants.O_NOFOLLOW ?? 0);

const openHandle = promisify(open);

/**
 * Opens a file for reading, and no link; resolves to its handle. Throws the system's
 * error.
 */
export async function openPlain(path: string): Promise<number> {
  return await openHandle(path, OPEN_FLAGS);
}

/** Closes a handle. Throws the system's error. */
export const closeHandle: (handle: number) => Promise<void> = promisify(close);

/** Returns whether the program may read the file; asks for no permission but to read. */
export async function isReadable(path: string): Promise<boolean> {
  try {
    await closeHandle(await openPlain(path));
    return true;
  } catch {
    return false;
  }
}
