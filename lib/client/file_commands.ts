/**
 * What `/files`, `/get`, `/cancel` and `/downloads` do.
 *
 * @module
 */

import type { FileEntry } from "../message_fields.ts";
import type { CommandContext } from "./command_context.ts";
import { fileLines, inGroups, newestFirst } from "./file_lines.ts";
import { downloadLines } from "./progress.ts";
import { filesNow, getTogether } from "./requested_files.ts";
import { answer } from "./view.ts";
import { chooseFiles, globMatches, meaning } from "./wanted_files.ts";

/** Shows the server's files, or those that match a pattern; with `--new`, the newest first. */
export async function showFiles(
  context: CommandContext,
  argument: string,
): Promise<void> {
  const flat = /(?:^|\s)--new(?=\s|$)/i.test(argument);
  const pattern = argument.replace(/(?:^|\s)--new(?=\s|$)/i, " ").trim();
  const listed = await context.client.files();
  const files = flat ? newestFirst(listed) : inGroups(listed);
  context.listing = context.shown = files;
  const total = context.client.fileTotal;
  const options = { flat, ...(total !== undefined && { total }) };
  // A plain word matches any part of a name: `pdf` means `*pdf*`.
  const glob = /[*?]/.test(pattern) ? pattern : `*${pattern}*`;
  const lines = pattern === "" ? fileLines(files, options) : fileLines(files, {
    ...options,
    pattern,
    wanted: ({ name }) => globMatches(glob, name),
  });
  lines.forEach(context.print);
}

/** Begins to download the files that `argument` names; resolves to whether it names any. */
export async function getFiles(
  context: CommandContext,
  argument: string,
): Promise<boolean> {
  const again = /(?:^|\s)--again(?=\s|$)/i.test(argument);
  const typed = argument.replace(/(?:^|\s)--again(?=\s|$)/i, " ").trim();
  const { files, problems } = await chooseFiles(typed, {
    seen: async () =>
      context.shown ?? (context.listing ??= await filesNow(context)),
    now: () => filesNow(context),
  });
  const wanted = files.filter(({ name }) => name !== "");
  problems.forEach((problem) => context.fail(problem));
  const asked = wanted.map((file) => ({ ...file, ...(again && { again }) }));
  await getTogether(context, asked, { isTyped: true });
  return wanted.length > 0 || problems.length > 0;
}

/** Stops the downloads that `argument` names; without argument, all. */
export async function cancelFiles(
  context: CommandContext,
  argument: string,
): Promise<void> {
  if (argument === "") {
    const count = await context.client.cancel();
    if (count === 0) context.print(answer("No downloads in progress"));
    return;
  }
  const seen: readonly FileEntry[] = context.shown ?? context.listing ?? [];
  const count = await context.client.cancel(meaning(argument, seen));
  if (count === 0) context.fail(`No download of ${argument} in progress`);
}

/** Shows the downloads that run or wait. */
export function showDownloads(context: CommandContext): void {
  downloadLines(context.client.downloads)
    .forEach((line) => context.print(answer(line)));
}
