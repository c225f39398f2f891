import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where systems keep the folders of their users. A permission is a fixed path and
 * cannot say "my own", so the programs come with these.
 */
const ALL_PROFILES = ["C:/Users", "/home", "/Users"];

/** In the user's own folder, where people find it. */
const NAME = "Messenger";

/**
 * The folder to write to when that of the program is read-only: `Messenger` in the
 * user's own. It need not be there yet; `undefined` if it may not be used. From
 * here on the program can reach no other folder of any profile: call this before
 * anything foreign is heard.
 */
export function claimProfileFolder(): string | undefined {
  let folder: string | undefined;
  try {
    folder = join(homedir(), NAME);
  } catch {
    // Without the right to ask there is no such folder.
  }
  let may = folder !== undefined;
  for (const name of ["read", "write"] as const) {
    // A right that is asked for is kept when the wider one is given back.
    if (folder !== undefined) {
      const { state } = Deno.permissions.requestSync({ name, path: folder });
      may &&= state === "granted";
    }
    for (const path of ALL_PROFILES) {
      Deno.permissions.revokeSync({ name, path });
    }
  }
  return may ? folder : undefined;
}

/** Whether a file could not be made because the folder is read-only, as on a share. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied ||
    error instanceof Error && "code" in error && error.code === "EROFS";
}
