/**
 * What `/files`, `/get`, `/cancel` and `/downloads` do.
 *
 * @module
 */

import type { FileEntry } from "../messages.ts";
import { nameKey } from "../names.ts";
import type { CommandContext } from "./command_context.ts";
import { DownloadError, type Saved } from "./download.ts";
import {
  againLine,
  alreadyLine,
  changedSinceLine,
  failedLine,
  fileLines,
  inGroups,
  interruptedLine,
  newestFirst,
  resumedLine,
  savedLine,
  summaryLine,
} from "./file_lines.ts";
import { nearFiles, noSuchFile } from "./near_files.ts";
import { downloadLines } from "./progress.ts";
import { answer } from "./view.ts";
import {
  type Asked,
  chooseFiles,
  globMatches,
  meaning,
  type Wanted,
} from "./wanted_files.ts";

/** Of more files that are asked for together, only what is not saved is told one by one. */
const MAX_TOLD = 100;

/** What became of one. */
type Fate = Saved | "failed" | "postponed" | "already";

/** How a file is asked for. */
type GetOptions = {
  /** Says nothing when it is saved: somebody else sums up. */
  readonly quiet?: boolean;
  /** Whether a name that no file has may stand for others. */
  readonly isTyped?: boolean;
};

/** Shows what the server has: what of it is like a pattern, or, with `--new`, the newest first. */
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
  // `pdf` finds what `*pdf*` does: nobody lists a file whose name is known.
  const glob = /[*?]/.test(pattern) ? pattern : `*${pattern}*`;
  const lines = pattern === "" ? fileLines(files, options) : fileLines(files, {
    ...options,
    pattern,
    wanted: ({ name }) => globMatches(glob, name),
  });
  lines.forEach(context.print);
}

/** Begins to download the files in `argument`; resolves to whether it named any. */
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
  const seen: readonly FileEntry[] = context.shown ?? context.listing ?? [];
  const count = await context.client.cancel(meaning(argument, seen));
  if (count === 0) context.fail(`No download of ${argument} in progress`);
}

/** Shows the downloads that are not over. */
export function showDownloads(context: CommandContext): void {
  downloadLines(context.client.downloads)
    .forEach((line) => context.print(answer(line)));
}

/** Begins to download one file. Resolves when it is on its way, or will take a while to start. */
export async function getFile(
  context: CommandContext,
  file: Asked,
): Promise<void> {
  await begin(context, file, {}).launched;
}

async function filesNow({ client }: CommandContext): Promise<FileEntry[]> {
  return inGroups(await client.files());
}

/** Begins to fetch several, and sums up when they are over. */
async function getTogether(
  context: CommandContext,
  files: readonly Asked[],
  { isTyped = false }: GetOptions = {},
): Promise<void> {
  const quiet = files.length > MAX_TOLD;
  const begun = files.map((file) => begin(context, file, { quiet, isTyped }));
  if (files.length > 1) void sumUp(context, begun.map(({ over }) => over));
  await Promise.all(begun.map(({ launched }) => launched));
}

async function sumUp(
  context: CommandContext,
  fates: readonly Promise<Fate>[],
): Promise<void> {
  const sum = { saved: 0, size: 0, before: 0, failed: 0 };
  for (const fate of await Promise.all(fates)) {
    // What is postponed or asked for elsewhere is told of there.
    if (fate === "postponed" || fate === "already") continue;
    if (fate === "failed") sum.failed++;
    else if (fate.before) sum.before++;
    else {
      sum.saved++;
      sum.size += fate.size;
    }
  }
  if (sum.saved + sum.before + sum.failed > 0) context.print(summaryLine(sum));
}

type Begun = {
  /** Resolves when it is on its way, or nobody should wait for that. */
  readonly launched: Promise<void>;
  readonly over: Promise<Fate>;
};

function begin(
  context: CommandContext,
  file: Asked,
  options: GetOptions,
): Begun {
  if (isDownloading(context, file)) {
    context.print(alreadyLine(file.name));
    const over = Promise.resolve("already" as const);
    return { launched: Promise.resolve(), over };
  }
  const { name, size, again } = file;
  const download = context.client.get(name, {
    ...(size !== undefined && { size }),
    ...(again !== undefined && { again }),
  });
  download.onAgain = (reason) => context.print(againLine(name, reason));
  const started = download.started.then((message) => {
    const { resumedAt, startedAgain } = download;
    if (resumedAt > 0) context.print(resumedLine(download.name, resumedAt));
    if (startedAgain) context.print(againLine(download.name));
    if (isOther(file, message)) context.print(changedSinceLine(download.name));
  });
  const over = download.saved.then(
    (saved): Fate => {
      if (options.quiet !== true) context.print(savedLine(saved));
      return saved;
    },
    async (error: Error): Promise<Fate> => {
      const isMissing = error instanceof DownloadError &&
        error.code === "no-such-file";
      if (isMissing && options.isTyped) {
        await getNear(context, file);
        return "failed";
      }
      return failed(context, file, error);
    },
  );
  const launched = (async () => {
    await Promise.race([started, download.launched]).catch(() => {});
    // A name that no file has may stand for others: their turn is now.
    if (download.isOver) await over;
  })();
  return { launched, over };
}

/** No file is called so: fetches what was meant, or says what would work. */
async function getNear(context: CommandContext, file: Asked): Promise<void> {
  const { name, again, number } = file;
  if (number !== undefined) {
    return context.fail(
      `Not saved: "${name}" (number ${number}) is no longer on the server. ` +
        "Type /files for the list",
    );
  }
  let near: ReturnType<typeof nearFiles>;
  try {
    near = nearFiles(name, await filesNow(context));
  } catch {
    return context.fail(noSuchFile(name));
  }
  if ("hint" in near) return context.fail(near.hint);
  const files = near.files.map((file) => ({
    ...file,
    ...(again && { again }),
  }));
  await getTogether(context, files);
}

function failed(context: CommandContext, file: Asked, error: Error): Fate {
  const { name } = file;
  const { kept = 0, code = undefined } = error instanceof DownloadError
    ? error
    : {};
  if (context.postpone(file)) {
    context.print(interruptedLine(name, kept));
    return "postponed";
  }
  context.fail(
    code === "no-such-file"
      ? noSuchFile(name)
      : failedLine(name, error.message, kept),
  );
  return "failed";
}

/** Whether it is not over yet, by this name, or by one that no other file has. */
function isDownloading(
  context: CommandContext,
  { name, size }: Asked,
): boolean {
  const { client } = context;
  if (client.downloadOf(name) !== undefined) return true;
  if (size !== undefined) return false; // From a list: the name is exact.
  const files = context.listing ?? context.shown;
  if (files === undefined || files.some((file) => file.name === name)) {
    return false;
  }
  const key = nameKey(name);
  return client.downloads.some((download) => nameKey(download.name) === key);
}

/** Whether what comes is not the version that was in the list. */
function isOther(file: Asked, message: Omit<Wanted, "name">): boolean {
  const { size, modified } = file;
  if (size === undefined) return false;
  return size !== message.size ||
    (modified !== undefined && message.modified !== undefined &&
      modified !== message.modified);
}
