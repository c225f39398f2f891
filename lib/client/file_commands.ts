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

/** Shows what the server has, or what of it is like `pattern`. */
export async function showFiles(
  context: CommandContext,
  pattern: string,
): Promise<void> {
  const files = await context.client.files();
  context.listing = files;
  if (pattern === "") return fileLines(files).forEach(context.print);
  // `pdf` finds what `*pdf*` does: nobody lists a file whose name is known.
  const glob = /[*?]/.test(pattern) ? pattern : `*${pattern}*`;
  const lines = fileLines(files, ({ name }) => globMatches(glob, name));
  lines.forEach(context.print);
}

/** Begins to fetch what `argument` names; resolves to whether it named anything. */
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

/** Stops what `argument` names, or everything. */
export async function cancelFiles(
  context: CommandContext,
  argument: string,
): Promise<void> {
  if (argument === "") {
    const count = await context.client.cancel();
    if (count === 0) context.print(answer("No download is under way"));
    return;
  }
  const seen: readonly FileEntry[] = context.listing ?? [];
  const count = await context.client.cancel(meaning(argument, seen));
  if (count === 0) context.fail(`No download of ${argument} is under way`);
}

/** Begins to fetch one file. Resolves when it is on its way, or nobody should wait for that. */
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
