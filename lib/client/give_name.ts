import { type FileLook, isUnchanged, maybeSameFile } from "../same_file.ts";
import { HalfTouched } from "./own_writes.ts";
import { patiently, removeIfThere } from "./patiently.ts";

/** What is to get a name. */
export type Complete = {
  /** The path that it has now. */
  readonly path: string;
  /** How it looks now, through the handle that has written it. */
  look(): Promise<Deno.FileInfo>;
};

/**
 * Gives a complete file the first of `paths` that is free, in one step that never
 * replaces anything; resolves to that path. The file keeps its present name, too,
 * where the disk has hard links. Throws {@linkcode HalfTouched} if what has the
 * new name in the end is not the file, unchanged.
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
      const after = await file.look();
      const isSame = after.size === before.size &&
        after.mtime?.getTime() === before.mtime?.getTime();
      if (!isSame) throw new HalfTouched("it was changed");
      // On a disk without links, a file that is moved may become another one.
      const marks = how === "moved" ? { dev: null, ino: null } : {};
      await checkIsAt(path, { ...after, ...marks });
      return path;
    } catch (error) {
      await removeOwn(path, before);
      throw error;
    }
  }
  throw new Error("All names like it are taken");
}

/** Removes the name `path` if it is one of the file that looks like `own`. */
export async function removeOwn(
  path: string,
  own: Deno.FileInfo,
): Promise<void> {
  try {
    const there = await Deno.lstat(path);
    if (!there.isFile || !maybeSameFile(there, own)) return;
  } catch {
    return; // It is gone.
  }
  await patiently(() => removeIfThere(path));
}

async function checkIsAt(path: string, own: FileLook): Promise<void> {
  const there = await Deno.lstat(path).catch(() => undefined);
  if (there === undefined) throw new HalfTouched("it was removed");
  const isOwn = there.isFile && maybeSameFile(there, own) &&
    isUnchanged({ ...there, ctime: null }, { ...own, ctime: null });
  if (!isOwn) throw new HalfTouched("another file has taken its place");
}

/** How a file has got a name: beside the one that it had, or instead. */
type Claim = "linked" | "moved" | "taken";

/** Gives `from` the name `to` if nothing has it. */
async function claim(from: string, to: string): Promise<Claim> {
  try {
    await Deno.link(from, to);
    return "linked";
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return "taken";
    if (error instanceof Deno.errors.NotFound) {
      throw new HalfTouched("it was removed");
    }
  }
  return await claimWithoutLinks(from, to);
}

/**
 * On a disk without hard links (FAT): an empty file of our own takes the name, and
 * is replaced. Known limit: what somebody writes into that file in the moment
 * between looking and replacing is lost.
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
