import { join } from "node:path";
import { FileCatalog } from "../chat/file_catalog.ts";
import { isReadOnly } from "../profile_folder.ts";
import { messageOf, StartError } from "../program.ts";

const FOLDER = "download";

/**
 * The shared folder: here or, if there is none and none can be made, in the user's
 * own. Throws {@linkcode StartError} if something else has its name.
 */
export async function openCatalog(
  ownFolder: string | undefined,
  print: (line: string) => void,
): Promise<FileCatalog> {
  const here = await prepared(FOLDER);
  if (here instanceof FileCatalog) return here;
  if (ownFolder !== undefined && isReadOnly(here)) {
    const folder = join(ownFolder, FOLDER);
    const elsewhere = await prepared(folder);
    if (elsewhere instanceof FileCatalog) {
      print(`This folder is read-only: the files to download are in ${folder}`);
      return elsewhere;
    }
  }
  print(
    `Cannot create the folder "${FOLDER}": ${messageOf(here)}. ` +
      "There are no files to download until it exists",
  );
  return new FileCatalog(FOLDER);
}

/** A catalog whose folder exists, or why it cannot be made. */
async function prepared(folder: string): Promise<unknown> {
  const catalog = new FileCatalog(folder);
  try {
    await catalog.prepare();
    return catalog;
  } catch (error) {
    if (!isNoFolder(error)) return error;
    throw new StartError(
      `"${folder}" is a file, not a folder: rename or remove it, then start the ` +
        "server again",
      { cause: error },
    );
  }
}

function isNoFolder(error: unknown): boolean {
  return error instanceof Error &&
    (error.name === "AlreadyExists" || error.name === "NotADirectory");
}
