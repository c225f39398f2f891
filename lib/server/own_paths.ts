import { statSync } from "node:fs";
import { join } from "node:path";
import { keepPaths } from "../permissions.ts";
import { logPaths } from "./log_file.ts";
import { IDENTITY_FOLDER } from "./own_identity.ts";
import { SHARED_FOLDER } from "./shared_folder.ts";

export type OwnPaths = {
  /** The path of the log if the current folder is writable. */
  readonly usualLog: string;
  /** The actual path of the log. */
  readonly log: string;
  /** This program's folder in the user's profile, if there is one. */
  readonly ownFolder: string | undefined;
};

/** Returns the path of `name` in a folder; `undefined`: the current folder. */
export function pathIn(folder: string | undefined, name: string): string {
  return join(folder ?? "", name);
}

/**
 * Restricts the server's permissions to its logs and the shared folder, wherever they
 * are, and to nothing else in the user's profile. The certificate is in memory by now.
 */
export function keepOwnPaths({ usualLog, log, ownFolder }: OwnPaths): void {
  keepPaths([], [IDENTITY_FOLDER]);
  if (ownFolder === undefined) return;
  const isElsewhere = log !== usualLog;
  keepPaths([
    ...(isElsewhere ? logPaths(log) : []),
    ...(isFolder(SHARED_FOLDER) ? [] : [join(ownFolder, SHARED_FOLDER)]),
  ], [ownFolder, ...(isElsewhere ? logPaths(usualLog) : [])]);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
