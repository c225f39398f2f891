/**
 * What `/files`, `/get` and `/cancel` do.
 *
 * @module
 */

import type { FileEntry } from "../messages.ts";
import type { CommandContext } from "./command_context.ts";
import { DownloadError } from "./download.ts";
import {
  afreshLine,
  answer,
  brokenOffLine,
  failedLine,
  fileLines,
  resumedLine,
  savedLine,
} from "./view.ts";
import { chooseFiles, globMatches, meaning } from "./wanted_files.ts";

/** Shows the files on the server that match `pattern`; an empty one matches all. */
export async function showFiles(
  context: CommandContext,
  pattern: string,
): Promise<void> {
  const files = await context.client.files();
  context.listing = files;
  if (pattern === "") return fileLines(files).forEach(context.print);
  // `pdf` finds what `*pdf*` does: people list a file to find its whole name.
  const glob = /[*?]/.test(pattern) ? pattern : `*${pattern}*`;
  const matches = ({ name }: FileEntry) => globMatches(glob, name);
  fileLines(files, { pattern, matches }).forEach(context.print);
}

/** Begins to download the files in `argument`; resolves to whether it named any. */
export async function getFiles(
  context: CommandContext,
  argument: string,
): Promise<boolean> {
  const { names, problems } = await chooseFiles(argument, {
    seen: async () => context.listing ??= await context.client.files(),
    now: () => context.client.files(),
  });
  const wanted = names.filter((name) => name !== "");
  problems.forEach((problem) => context.fail(problem));
  await Promise.all(wanted.map((name) => getFile(context, name)));
  return wanted.length > 0 || problems.length > 0;
}

/** Stops the downloads that `argument` names, or all. */
export async function cancelFiles(
  context: CommandContext,
  argument: string,
): Promise<void> {
  if (argument === "") {
    const count = await context.client.cancel();
    if (count === 0) context.print(answer("No downloads in progress"));
    return;
  }
  const seen: readonly FileEntry[] = context.listing ?? [];
  const count = await context.client.cancel(meaning(argument, seen));
  if (count === 0) context.fail(`No download of ${argument} in progress`);
}

/** Begins to download one file. Resolves when it is on its way, or will take a while to start. */
export async function getFile(
  context: CommandContext,
  name: string,
): Promise<void> {
  const download = context.client.get(name);
  const started = download.started.then(() => {
    const { resumedAt, startedAfresh } = download;
    if (resumedAt > 0) context.print(resumedLine(download.name, resumedAt));
    if (startedAfresh) context.print(afreshLine(download.name));
  });
  download.saved.then(
    (saved) => context.print(savedLine(saved)),
    (error: Error) => {
      const kept = error instanceof DownloadError ? error.kept : 0;
      if (context.postpone(name)) context.print(brokenOffLine(name, kept));
      else context.fail(failedLine(name, error.message, kept));
    },
  );
  await Promise.race([started, download.launched]).catch(() => {});
}
