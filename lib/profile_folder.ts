import { homedir } from "node:os";
import { join, sep } from "node:path";
import { keepPaths } from "./permissions.ts";

/**
 * The folder in which this system keeps all user profiles. A permission is a fixed path
 * and cannot mean "my own profile", so the compiled programs get this one.
 */
const ALL_PROFILES: readonly string[] = Deno.build.os === "windows"
  // Deno 2.6 tells these two apart, and Windows takes one for the other.
  ? ["C:/Users", "C:/users"]
  : Deno.build.os === "darwin"
  ? ["/Users"]
  : ["/home"];

/** The folder's name in the user's own profile. */
const NAME = "Messenger";

/**
 * Returns the folder to write to when the program's own is read-only: `Messenger` in
 * the user's profile, which may not exist yet; `undefined` if it may not be used.
 * Afterwards the program can reach nothing else in any profile but `others`, unless it
 * was started there. Call it before the program handles any data from others.
 */
export function claimProfileFolder(
  others: readonly string[] = [],
): string | undefined {
  const path = ownFolder();
  const kept = [...(path === undefined ? [] : [path]), ...others];
  keepPaths(kept.flatMap(spellings), ALL_PROFILES);
  return path !== undefined && isAllowed(path) ? path : undefined;
}

function isAllowed(path: string): boolean {
  return (["read", "write"] as const).every((name) =>
    Deno.permissions.querySync({ name, path }).state === "granted"
  );
}

function ownFolder(): string | undefined {
  try {
    // With slashes, as in all paths that the programs show.
    return asAllowed(join(homedir(), NAME).replaceAll(sep, "/"));
  } catch {
    return undefined; // There is no permission to ask for the home folder.
  }
}

/**
 * Returns a path with slashes in the spelling of the permission: Windows takes
 * `c:/users` for `C:/Users`, and Deno 2.6 does not.
 */
export function asAllowed(path: string): string {
  return path.replace(/^c:\/users(?=\/)/i, "C:/Users");
}

/** Returns the path in every spelling that the programs may have a permission for. */
export function spellings(path: string): readonly string[] {
  const other = path.replace(/^C:\/Users(?=\/)/, "C:/users");
  return other === path ? [path] : [path, other];
}

/**
 * Returns why the program cannot write in its own folder, as the beginning of a
 * sentence; `undefined` for an error that concerns a single file. To Windows programs,
 * Deno denies network drives (by letter, too) unless they have all permissions.
 */
export function whyElsewhere(
  error: unknown,
  system: typeof Deno.build.os = Deno.build.os,
): string | undefined {
  if (system === "windows" && isNotCapable(error)) {
    return "This program cannot use folders on a network drive";
  }
  const isReadOnly = error instanceof Deno.errors.PermissionDenied ||
    error instanceof Error && "code" in error &&
      /^(?:EROFS|EACCES|EPERM)$/.test(String(error.code));
  return isReadOnly ? "This folder is read-only" : undefined;
}

/** Returns whether Deno, and not the system, denies a file. */
export function isNotCapable(error: unknown): error is Error {
  // The calls of node:fs give only the message in Deno 2.6.
  return error instanceof Error &&
    (error.name === "NotCapable" || needsAllAccess(error));
}

/** Returns whether Deno denies a file that needs all permissions, such as a device. */
export function needsAllAccess({ message }: Error): boolean {
  return /^Requires all access/.test(message);
}
