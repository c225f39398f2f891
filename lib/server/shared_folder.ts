import { join } from "node:path";
import { FileCatalog } from "../chat/file_catalog.ts";
import { isReadOnly } from "../profile_folder.ts";
import { messageOf } from "../program.ts";
import type { EventLog } from "./event_log.ts";

const FOLDER = "download";

/**
 * The shared folder: here or, if there is none and none can be made, in the user's
 * own. If there can be none, the chat works without.
 */
export async function openCatalog(
  ownFolder: string | undefined,
  { print, log }: {
    readonly print: (line: string) => void;
    readonly log: EventLog;
  },
): Promise<FileCatalog> {
  const onSkipped = (file: string, reason: string) =>
    log.write("file not offered", { file, reason });
  const prepared = (folder: string) =>
    prepare(new FileCatalog(folder, { onSkipped }));
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
    `Cannot create the folder "${FOLDER}": ${describe(here)}. ` +
      "The chat works, but there are no files to download",
  );
  return new FileCatalog(FOLDER, { onSkipped });
}

/** A catalog whose folder exists, or why it cannot be made. */
async function prepare(catalog: FileCatalog): Promise<unknown> {
  try {
    await catalog.prepare();
    return catalog;
  } catch (error) {
    return error;
  }
}

/** What is wrong with the folder, and what to do. */
function describe(error: unknown): string {
  return isNoFolder(error)
    ? "a file has that name. Rename or remove it, then start the server again"
    : messageOf(error);
}

function isNoFolder(error: unknown): boolean {
  return error instanceof Error &&
    (error.name === "AlreadyExists" || error.name === "NotADirectory");
}
