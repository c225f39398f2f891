import { type FileLook, isUnchanged, maybeSameFile } from "./same_file.ts";
import { HalfTouched } from "./own_writes.ts";
import { patiently, removeIfThere } from "./patiently.ts";

/** A complete file that is to get its name. */
export type Complete = {
  /** The current path of the file. */
  readonly path: string;
  /** Returns its `stat`, through the handle that wrote it. */
  look(): Promise<Deno.FileInfo>;
};

/**
 * Gives a complete file the first free path of `paths`, in one step that never replaces
 * anything; resolves to that path. Where the disk has hard links, the file also keeps
 * its present name. Throws {@linkcode HalfTouched} if the file at the new path is not
 * this file, unchanged.
 */
export async function giveName(
  file: Complete,
  paths: Iterable<string>,
): Promise<string> {
  for (const path of paths) {
    const before = await file.look();
    await checkIsAt(file.path, before);
    const how = await claim(file.path, path);
    if (how === "taken") continue;
    try {
      // On a disk without links, a moved file may get a new inode number.
      const marks = how === "moved" ? { dev: null, ino: null } : {};
      await checkIsAt(path, { ...before, ...marks });
      // Where the system gives no inode number, check through the handle, too.
      if (!before.ino || how === "moved") await checkSame(file, before);
      return path;
    } catch (error) {
      await removeOwn(path, before);
      throw error;
    }
  }
  throw new Error("All names like it are taken");
}

/** Removes the name `path` if it leads to the file that looks like `own`. */
export async function removeOwn(
  path: string,
  own: Deno.FileInfo,
): Promise<void> {
  try {
    const there = await Deno.lstat(path);
    if (!there.isFile || !maybeSameFile(there, own)) return;
  } catch {
    return; // Already removed.
  }
  await patiently(() => removeIfThere(path));
}

async function checkSame(file: Complete, before: FileLook): Promise<void> {
  const after = await file.look();
  const isSame = after.size === before.size &&
    after.mtime?.getTime() === before.mtime?.getTime();
  if (!isSame) {
    throw new HalfTouched("another program changed the unfinished file");
  }
}

async function checkIsAt(path: string, own: FileLook): Promise<void> {
  const there = await Deno.lstat(path).catch(() => undefined);
  if (there === undefined) {
    throw new HalfTouched("another program removed the unfinished file");
  }
  const isOwn = there.isFile && maybeSameFile(there, own) &&
    isUnchanged({ ...there, ctime: null }, { ...own, ctime: null });
  if (!isOwn) {
    throw new HalfTouched("another file replaced the unfinished file");
  }
}

/** How a file got a name: beside its old name, or instead of it. */
type Claim = "linked" | "moved" | "taken";

/** Gives `from` the name `to` if that name is free. */
async function claim(from: string, to: string): Promise<Claim> {
  try {
    await Deno.link(from, to);
    return "linked";
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return "taken";
    if (error instanceof Deno.errors.NotFound) {
      throw new HalfTouched("another program removed the unfinished file");
    }
  }
  return await claimWithoutLinks(from, to);
}

/**
 * Claims a name on a disk without hard links (FAT): creates an empty file, then
 * replaces it. Known limit: bytes that another program writes into the empty file
 * between the check and the replacement are lost.
 */
async function claimWithoutLinks(from: string, to: string): Promise<Claim> {
  try {
    (await Deno.open(to, { write: true, createNew: true })).close();
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return "taken";
    throw error;
  }
  const there = await Deno.lstat(to);
  if (!there.isFile || there.size > 0) return "taken";
  try {
    await patiently(() => Deno.rename(from, to));
  } catch (error) {
    await removeOwn(to, there).catch(() => {});
    throw error;
  }
  return "moved";
}
