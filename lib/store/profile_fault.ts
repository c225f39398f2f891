import { DamagedError, isCode } from "./whole_file.ts";

/** Another window keeps the lock of the profile for too long. */
export class BusyError extends Error {
  override readonly name = "BusyError";
}

/** Another version of the program has replaced the profile during this run. */
export class NewerError extends Error {
  override readonly name = "NewerError";
}

/** The sentence about a profile that was set aside; `moved` is its new path. */
export function setAsideText(why: "damaged" | "newer", moved: string): string {
  const what = why === "damaged"
    ? "What this program remembered for you is damaged"
    : "What this program remembered for you is from a newer version";
  return `${what}. It is now ${moved}, and the client starts without it`;
}

/** The sentence about a profile that can be neither read nor set aside. */
export function unreadableText(path: string, error: unknown): string {
  return `Cannot read what this program remembered for you (${path}): ` +
    `${reasonOf(error)}. The client goes on without it`;
}

/** The sentence about a profile that cannot be written. */
export function unwritableText(path: string, error: unknown): string {
  return `Cannot keep your name and typed lines for the next time (${path}): ` +
    reasonOf(error);
}

/**
 * Whether a person wants to know why nothing is kept. Where the home folder is
 * read-only or missing, nothing was ever kept; the person knows, or cannot change it.
 */
export function mattersAtFirst(error: unknown): boolean {
  return isFull(error);
}

function isFull(error: unknown): boolean {
  return isCode(error, "ENOSPC") || isCode(error, "EDQUOT") ||
    error instanceof Error && /\(os error (?:28|122|112)\)/.test(error.message);
}

/** Why a file can be neither read nor written, as words after a colon. */
export function reasonOf(error: unknown): string {
  if (isFull(error)) return "the disk is full";
  if (error instanceof DamagedError) return "it is no file of this program";
  if (error instanceof BusyError) return "another window is writing";
  if (
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable || isCode(error, "EACCES") ||
    isCode(error, "EROFS") || isCode(error, "EPERM")
  ) return "there is no permission";
  return error instanceof Error ? error.message : String(error);
}
