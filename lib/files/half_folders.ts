import { HALF_FOLDER } from "./half_version.ts";

/** Most neighbouring folders that are searched for halves. */
const MAX_SIBLINGS = 100;

/**
 * Returns the folders beside `path`, without `path`, in which a client has left halves.
 */
export function foldersWithHalves(path: string): readonly string[] {
  const slash = path.lastIndexOf("/");
  const outer = slash < 0 ? "." : path.slice(0, slash);
  const found: string[] = [];
  let left = MAX_SIBLINGS;
  try {
    for (const { name, isDirectory } of Deno.readDirSync(outer)) {
      if (!isDirectory || name === path.slice(slash + 1)) continue;
      if (left-- === 0) break;
      const sibling = `${outer}/${name}`;
      if (isFolder(`${sibling}/${HALF_FOLDER}`)) found.push(sibling);
    }
  } catch {
    // The parent folder cannot be read: no halves.
  }
  return found;
}

function isFolder(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}
