import { homedir } from "node:os";
import { join, sep } from "node:path";

/**
 * Where this system keeps the folders of its users. A permission is a fixed path
 * and cannot say "my own", so the compiled programs come with this one.
 */
const ALL_PROFILES = Deno.build.os === "windows"
  ? "C:/Users"
  : Deno.build.os === "darwin"
  ? "/Users"
  : "/home";

/** In the user's own folder, where people find it. */
const NAME = "Messenger";

/**
 * The folder to write to when that of the program is read-only: `Messenger` in the
 * user's own. It need not be there yet; `undefined` if it may not be used. From
 * here on the program can reach nothing else of any profile, unless it was started
 * there: call this before anything foreign is heard.
 */
export function claimProfileFolder(): string | undefined {
  const path = ownFolder();
  const may = (["read", "write"] as const).map((name) => {
    const mine = path !== undefined &&
      Deno.permissions.querySync({ name, path }).state === "granted";
    // What is asked for stays when the wider right is given back.
    if (mine) Deno.permissions.requestSync({ name, path });
    Deno.permissions.revokeSync({ name, path: ALL_PROFILES });
    return mine;
  });
  return may.every(Boolean) ? path : undefined;
}

function ownFolder(): string | undefined {
  try {
    // With slashes, as all paths that the programs show.
    return join(homedir(), NAME).replaceAll(sep, "/");
  } catch {
    return undefined; // Not without the right to ask for it.
  }
}

/** Whether a file could not be made because the folder is read-only, as on a share. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied ||
    error instanceof Error && "code" in error && error.code === "EROFS";
}
