/**
 * Downloads the files that the user has asked for, and says what becomes of each file
 * and of all together.
 *
 * @module
 */

import { DownloadError, type Saved } from "../files/download_outcome.ts";
import type { FileEntry } from "../message_fields.ts";
import { nameKey } from "../names.ts";
import type { CommandContext } from "./command_context.ts";
import {
  againLine,
  alreadyLine,
  changedSinceLine,
  failedLine,
  inGroups,
  interruptedLine,
  resumedLine,
  savedLine,
  summaryLine,
} from "./file_lines.ts";
import { nearFiles, noSuchFile } from "./near_files.ts";
import type { Asked, Wanted } from "./wanted_files.ts";

/** With more files than this together, only failures get lines of their own. */
const MAX_TOLD = 100;

/** What became of one file; `already` says that its own request reports it. */
type Fate = Saved | "failed" | "postponed" | "already";

/** How the user asked for a file. */
type GetOptions = {
  /** Says nothing when the file is saved, because a summary follows. */
  readonly quiet?: boolean;
  /** Whether the user typed the name: then it may stand for other files. */
  readonly isTyped?: boolean;
};

/** The files that the server has now, in the order of `/files`. */
export async function filesNow(
  { client }: CommandContext,
): Promise<FileEntry[]> {
  return inGroups(await client.files());
}

/**
 * Begins to download one file. Resolves when the download has begun, or waits for
 * its turn.
 */
export async function getFile(
  context: CommandContext,
  file: Asked,
): Promise<void> {
  await begin(context, file, {}).launched;
}

/**
 * Begins to download several files, and sums up when all have ended. Resolves when
 * each download has begun, or waits for its turn.
 */
export async function getTogether(
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
  const sum = { saved: 0, size: 0, before: 0, failed: 0, interrupted: 0 };
  for (const fate of await Promise.all(fates)) {
    // The earlier request reports the file.
    if (fate === "already") continue;
    if (fate === "postponed") sum.interrupted++;
    else if (fate === "failed") sum.failed++;
    else if (fate.before) sum.before++;
    else {
      sum.saved++;
      sum.size += fate.size;
    }
  }
  const { saved, before, failed } = sum;
  // Each interrupted download has said so itself.
  if (saved + before + failed > 0) context.print(summaryLine(sum));
}

type Begun = {
  /** Resolves when the download has begun, or waits for its turn. */
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
  download.onResumed = () =>
    context.print(resumedLine(download.name, download.resumedAt));
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
        return await getNear(context, file);
      }
      return failed(context, file, error);
    },
  );
  const launched = (async () => {
    await Promise.race([started, download.launched]).catch(() => {});
    // A name that no file has may stand for other files: they begin now.
    if (download.isOver) await over;
  })();
  return { launched, over };
}

/** Downloads the files that an unknown name may mean, or says what would work. */
async function getNear(context: CommandContext, file: Asked): Promise<Fate> {
  const { name, again, number } = file;
  const fail = (text: string): Fate => {
    context.fail(text);
    return "failed";
  };
  if (number !== undefined) {
    return fail(
      `Not saved: "${name}" (number ${number}) is no longer on the server. ` +
        "Type /files for the list",
    );
  }
  let near: ReturnType<typeof nearFiles>;
  try {
    near = nearFiles(name, await filesNow(context));
  } catch {
    return fail(noSuchFile(name));
  }
  if ("hint" in near) return fail(near.hint);
  const files = near.files.map((file) => ({
    ...file,
    ...(again && { again }),
  }));
  await getTogether(context, files);
  // Each of them reports itself.
  return "already";
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

/** Whether the file is being downloaded under this name, or under another spelling of it. */
function isDownloading(
  context: CommandContext,
  { name, size }: Asked,
): boolean {
  const { client } = context;
  if (client.downloadOf(name) !== undefined) return true;
  if (size !== undefined) return false; // A name from a list is exact.
  const files = context.listing ?? context.shown;
  if (files === undefined || files.some((file) => file.name === name)) {
    return false;
  }
  const key = nameKey(name);
  return client.downloads.some((download) => nameKey(download.name) === key);
}

/** Whether the server sends another version than the one in the list. */
function isOther(file: Asked, message: Omit<Wanted, "name">): boolean {
  const { size, modified } = file;
  if (size === undefined) return false;
  return size !== message.size ||
    (modified !== undefined && message.modified !== undefined &&
      modified !== message.modified);
}
