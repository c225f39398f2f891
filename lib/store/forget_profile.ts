import { messageOf, StartError } from "../program.ts";
import { PROFILE_FILE, PROFILE_LOCK } from "./profile_file.ts";
import { SEATS_FOLDER } from "./seat_slots.ts";

/**
 * Deletes everything that the programs remember of the user in `folder`, and the folder
 * if nothing else is in it. Resolves to a sentence that says so. Throws
 * {@linkcode StartError} if something cannot be deleted.
 */
export async function forgetProfile(
  folder: string | undefined,
): Promise<string> {
  if (folder === undefined) {
    return "Nothing was kept: there is no home folder to keep it in";
  }
  const isAllowed = (["read", "write"] as const).every((name) =>
    Deno.permissions.querySync({ name, path: folder }).state === "granted"
  );
  if (!isAllowed) {
    return `Nothing was kept: the client may not use ${folder}`;
  }
  const seats = `${folder}/${SEATS_FOLDER}`;
  try {
    const removed = [
      ...await removeAll(seats, (name) => /^\d{1,2}\.(?:lock|json)/.test(name)),
      ...await removeAll(folder, (name) => name.startsWith(PROFILE_FILE)),
    ];
    await removeAll(folder, (name) => name === PROFILE_LOCK);
    for (const empty of [seats, folder]) {
      // A file of another program may be there.
      await Deno.remove(empty).catch(() => {});
    }
    return removed.length === 0
      ? `Nothing was kept in ${folder}`
      : `Deleted what was kept in ${folder}: your name, typed lines and servers`;
  } catch (cause) {
    throw new StartError(
      `Cannot delete what was kept in ${folder}: ${messageOf(cause)}. Close ` +
        "other clients, or delete the folder yourself",
      { cause },
    );
  }
}

async function removeAll(
  folder: string,
  isOurs: (name: string) => boolean,
): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    const ours = entries.map(({ name }) => name).filter(isOurs);
    for (const name of ours) {
      await Deno.remove(`${folder}/${name}`, { recursive: true });
    }
    return ours;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
