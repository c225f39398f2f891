import { EventLog } from "./event_log.ts";
import { openLogFile } from "./log_file.ts";
import { tellNews } from "./log_news.ts";
import { pathIn } from "./own_paths.ts";

/** The file name of the log. */
export const LOG_NAME = "server.log";

/** How often the log checks whether counts of repeats are due, in milliseconds. */
const SWEEP_INTERVAL = 1_000;

export type OpenLogOptions = {
  /** The folder of the log if the usual folder is read-only; `undefined`: none. */
  readonly ownFolder: string | undefined;
  /** Whether the log keeps the text of private messages. */
  readonly keepsPrivate: boolean;
  /** Shows the operator news about the logs. */
  readonly print: (line: string) => void;
};

/** The event log with its files on the disk. */
export type OpenLog = AsyncDisposable & {
  readonly log: EventLog;
  /** The path of the log; the security log is beside it. */
  readonly path: string;
  /** Why the log is not where it was meant to be; `undefined` if it is there. */
  readonly why: string | undefined;
  /** Writes what is left, and closes the files. */
  close(): Promise<void>;
};

/**
 * Opens the log in `folder`. Rejects with `StartError` if it cannot be opened there or
 * in `ownFolder`.
 */
export async function openLog(
  folder: string | undefined,
  { ownFolder, keepsPrivate, print }: OpenLogOptions,
): Promise<OpenLog> {
  // Trouble with the files can occur before there is a log to note it in.
  const made: { log?: EventLog } = {};
  const file = await openLogFile(
    pathIn(folder, LOG_NAME),
    (news) => tellNews(news, { print, log: made.log }),
    { fallback: ownFolder && pathIn(ownFolder, LOG_NAME) },
  );
  const log = made.log = new EventLog(file.append, {
    keepsPrivate,
    security: file.appendSecurity,
  });
  const sweeping = setInterval(() => log.sweep(), SWEEP_INTERVAL);
  const close = async () => {
    clearInterval(sweeping);
    log.flush();
    await file.close();
  };
  const { path, why } = file;
  return { log, path, why, close, [Symbol.asyncDispose]: close };
}
