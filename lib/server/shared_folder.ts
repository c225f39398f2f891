import { join } from "node:path";
import { FileCatalog } from "../files/file_catalog.ts";
import { whyElsewhere } from "../profile_folder.ts";
import { messageOf } from "../program.ts";
import type { EventLog } from "./event_log.ts";

/** The name of the folder with the files that people can download, beside the logs. */
export const SHARED_FOLDER = "download";

/**
 * Opens the shared folder: `folder` or, if it is missing and cannot be created, the one
 * in the user's profile. The chat also works without a folder.
 */
export async function openCatalog(
  folder: string,
  { ownFolder, print, log }: {
    /** This program's folder in the user's profile, if it may write there. */
    readonly ownFolder: string | undefined;
    readonly print: (line: string) => void;
    readonly log: EventLog;
  },
): Promise<FileCatalog> {
  const onSkipped = (file: string, reason: string) =>
    log.write("file not offered", { file, reason });
  const prepared = (folder: string) =>
    prepare(new FileCatalog(folder, { onSkipped }));
  const here = await prepared(folder);
  if (here instanceof FileCatalog) return here;
  const why = whyElsewhere(here);
  if (ownFolder !== undefined && why !== undefined) {
    const path = join(ownFolder, SHARED_FOLDER);
    const elsewhere = await prepared(path);
    if (elsewhere instanceof FileCatalog) {
      print(`${why}: the files to download are in ${path}`);
      return elsewhere;
    }
  }
  print(
    `Cannot create the folder "${SHARED_FOLDER}": ${describe(here)}. ` +
      "The chat works, but there are no files to download",
  );
  return new FileCatalog(folder, { onSkipped });
}

/**
 * Resolves to the catalog if its folder exists, or to the reason why it cannot be
 * created.
 */
async function prepare(catalog: FileCatalog): Promise<unknown> {
  try {
    await catalog.prepare();
    return catalog;
  } catch (error) {
    return error;
  }
}

/** Returns what is wrong with the folder, and what to do. */
function describe(error: unknown): string {
  return isNoFolder(error)
    ? "a file has that name. Rename or remove it, then start the server again"
    : messageOf(error);
}

function isNoFolder(error: unknown): boolean {
  return error instanceof Error &&
    (error.name === "AlreadyExists" || error.name === "NotADirectory");
}
