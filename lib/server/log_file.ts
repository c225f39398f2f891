import { mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { configure, getLogger, reset, type Sink } from "@logtape/logtape";
import { whyElsewhere } from "../profile_folder.ts";
import { StartError } from "../program.ts";
import { type LogNews, LogWriter } from "./log_writer.ts";
import { diskFault, NotAFileError, PlainLog, putAside } from "./plain_log.ts";

/** How many old logs are kept; the oldest is deleted. */
const MAX_OLD_LOGS = 4;

/**
 * The security log, beside the log and with its own limit: a flood in the log does not
 * push out its lines.
 */
const SECURITY_LOG = "security.log";

const CATEGORY = ["messenger"];
const SECURITY_CATEGORY = ["messenger", "security"];

/**
 * The logs on the disk. Only one pair can be open in a process, because LogTape's
 * settings are global.
 */
export type LogFile = {
  /** The path of the log; the security log is beside it. */
  readonly path: string;
  /** Why the log is not where it was meant to be; `undefined` if it is there. */
  readonly why: string | undefined;
  /** Takes whole lines, each with its newline; never throws, never waits. */
  append(lines: string): void;
  /** Takes lines for the security log, in the same way. */
  appendSecurity(lines: string): void;
  /** Writes what is left and closes the files. */
  close(): Promise<void>;
};

/** News about one of the logs. */
export type FileNews = LogNews & { readonly file: string };

/**
 * Opens `path` for appending, and the security log beside it, or both at `fallback` if
 * that fails. Throws {@linkcode StartError} if neither can be opened, and never waits
 * for a pipe. `onNews` receives later trouble with the files; none of it stops the
 * server.
 */
export async function openLogFile(
  path: string,
  onNews: (news: FileNews) => void,
  { fallback }: { readonly fallback?: string | undefined } = {},
): Promise<LogFile> {
  onNews = tellOnce(onNews);
  let sinks: { log: Sink; security: Sink };
  let why: string | undefined;
  try {
    sinks = openSinks(path, onNews);
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    if (fallback === undefined) throw startError(path, cause);
    try {
      mkdirSync(dirname(fallback), { recursive: true });
      sinks = openSinks(fallback, onNews);
    } catch {
      throw startError(path, cause);
    }
    path = fallback;
    why = whyElsewhere(cause) ?? `Cannot write here: ${diskFault(cause)}`;
  }
  await configure({
    sinks,
    loggers: [
      { category: CATEGORY, sinks: ["log"], lowestLevel: "info" },
      {
        category: SECURITY_CATEGORY,
        sinks: ["security"],
        // The log already has these lines, in order with the others.
        parentSinks: "override",
        lowestLevel: "info",
      },
      { category: ["logtape", "meta"], sinks: [], lowestLevel: "warning" },
    ],
  });
  const log = getLogger(CATEGORY);
  const security = getLogger(SECURITY_CATEGORY);
  return {
    ...{ path, why },
    append: (lines) => log.info("{lines}", { lines }),
    appendSecurity: (lines) => security.info("{lines}", { lines }),
    close: () => reset(),
  };
}

/**
 * Returns a filter for `onNews` that drops the news of the second log that fails for
 * the same reason: a full disk is reported once, and so is its end, unless lines are
 * missing.
 */
export function tellOnce(
  onNews: (news: FileNews) => void,
): (news: FileNews) => void {
  const causes = new Map<string, string>();
  const untold = new Set<string>();
  return (news) => {
    const { file } = news;
    if (news.kind === "failed") {
      const cause = diskFault(news.cause);
      const isTold = [...causes.values()].includes(cause);
      causes.set(file, cause);
      if (isTold) return void untold.add(file);
    }
    if (news.kind === "resumed") {
      causes.delete(file);
      if (untold.delete(file) && news.lost === 0) return;
    }
    onNews(news);
  };
}

/**
 * Makes new files of the program (the logs that follow) readable by their owner only.
 */
export function keepNewFilesToOwner(): void {
  try {
    Deno.umask(0o077);
  } catch {
    // Windows has no umask: there, the folder decides.
  }
}

/** Returns all paths that the logs use when the log is at `path`, old logs included. */
export function logPaths(path: string): string[] {
  return [path, securityPath(path)].flatMap((log) => [
    log,
    ...Array.from({ length: MAX_OLD_LOGS }, (_, at) => `${log}.${at + 1}`),
  ]);
}

function securityPath(path: string): string {
  return join(dirname(path), SECURITY_LOG);
}

/**
 * Opens both logs. Throws {@linkcode StartError} if one is not a file, and the system's
 * error otherwise.
 */
function openSinks(path: string, onNews: (news: FileNews) => void) {
  const log = openWriter(path, onNews);
  try {
    const security = openWriter(securityPath(path), onNews);
    return { log: sinkOf(log), security: sinkOf(security) };
  } catch (error) {
    void log.close();
    throw error;
  }
}

function openWriter(
  path: string,
  onNews: (news: FileNews) => void,
): LogWriter {
  const file = basename(path);
  try {
    return new LogWriter({
      open: () => PlainLog.open(path),
      putAside: () => putAside(path, MAX_OLD_LOGS),
      onNews: (news) => onNews({ file, ...news }),
    });
  } catch (cause) {
    if (!(cause instanceof NotAFileError)) throw cause;
    throw new StartError(
      `Cannot open the log ${path}: ${cause.message}. ` +
        "Rename or remove it, then start the server again",
      { cause },
    );
  }
}

/**
 * Returns a LogTape sink for a writer. LogTape's own file sinks lose what the disk
 * refuses, buffer without a limit, and stop for good when their file is gone.
 */
function sinkOf(writer: LogWriter): Sink & AsyncDisposable {
  const sink: Sink = (record) =>
    writer.append(String(record.properties["lines"]));
  return Object.assign(sink, {
    [Symbol.asyncDispose]: () => writer.close(),
  });
}

function startError(path: string, cause: unknown): StartError {
  return new StartError(
    `Cannot open the log ${path}: ${diskFault(cause)}. Start the server in ` +
      `a folder that you may write to, or allow writing to ${path}`,
    { cause },
  );
}
