import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { getRotatingFileSink } from "@logtape/file";
import { configure, getLogger, type LogRecord, reset } from "@logtape/logtape";
import { messageOf, StartError } from "../program.ts";

/** A log of this length is put aside (`server.log.1`) and a new one begun, in bytes. */
const MAX_LOG_LENGTH = 16 * 1024 * 1024;

/** How many old logs are kept; the oldest is removed. */
const MAX_OLD_LOGS = 4;

/** Longest wait of a line before it is on the disk, in milliseconds. */
const FLUSH_INTERVAL = 500;

/** When this many characters wait, they are written at once. */
const BUFFER_LENGTH = 64 * 1024;

const LINE_FEED = Uint8Array.of(0x0a);

const CATEGORY = "messenger";

/** The log on the disk. Only one can be open in a process: LogTape's settings are global. */
export type LogFile = {
  /** Where it is. */
  readonly path: string;
  /** Takes whole lines, each with its newline; never throws, never waits. */
  append(lines: string): void;
  /** Writes what is left and closes. */
  close(): Promise<void>;
};

/**
 * Opens `path` for appending, or `fallback` if that is not possible. Throws
 * {@linkcode StartError} if neither can be opened, and never waits for a pipe. If
 * a later write fails, `onFailure` hears the cause once, and nothing else happens.
 */
export async function openLogFile(
  path: string,
  onFailure: (cause: unknown) => void,
  { fallback }: { readonly fallback?: string | undefined } = {},
): Promise<LogFile> {
  let failed = false;
  const fail = (cause: unknown) => {
    if (failed) return;
    failed = true;
    onFailure(cause);
  };
  checkKind(path);
  let sink: ReturnType<typeof openSink> | undefined;
  try {
    sink = openSink(path);
  } catch (cause) {
    sink = openSinkElsewhere(fallback);
    if (sink === undefined) {
      throw new StartError(
        `Cannot open the log ${path}: ${
          messageOf(cause)
        }. Start the server in ` +
          `a folder that you may write to, or allow writing to ${path}`,
        { cause },
      );
    }
    path = fallback!;
  }
  await configure({
    sinks: { file: sink, failure: (record) => fail(causeOf(record)) },
    loggers: [
      { category: CATEGORY, sinks: ["file"], lowestLevel: "info" },
      // LogTape's own voice: it speaks here when the file cannot be written.
      {
        category: ["logtape", "meta"],
        sinks: ["failure"],
        lowestLevel: "warning",
      },
    ],
  });
  const logger = getLogger(CATEGORY);
  return {
    path,
    append: (lines) => logger.info("{lines}", { lines }),
    close: () => reset(),
  };
}

/** Throws {@linkcode StartError} for what is no file: opening a pipe can wait without end. */
function checkKind(path: string): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch {
    return; // Not there yet, or the opening says what is wrong.
  }
  const kind = info.isDirectory
    ? "a folder"
    : info.isFifo
    ? "a pipe"
    : info.isSocket
    ? "a socket"
    : info.isBlockDevice
    ? "a disk"
    : undefined;
  if (kind === undefined) return;
  throw new StartError(
    `Cannot open the log ${path}: it is ${kind}, not a file. ` +
      "Rename or remove it, then start the server again",
  );
}

function openSink(path: string) {
  endHalfLine(path);
  return getRotatingFileSink(path, {
    maxSize: MAX_LOG_LENGTH,
    maxFiles: MAX_OLD_LOGS,
    bufferSize: BUFFER_LENGTH,
    flushInterval: FLUSH_INTERVAL,
    nonBlocking: true,
    formatter: (record) => String(record.properties["lines"]),
  });
}

/** A server that was killed may have left half a line: the next begins its own. */
function endHalfLine(path: string): void {
  const options = { read: true, append: true, create: true, mode: 0o600 };
  using file = Deno.openSync(path, options);
  keepToOwner(path);
  const { size } = file.statSync();
  if (size === 0) return;
  const last = new Uint8Array(1);
  file.seekSync(size - 1, Deno.SeekMode.Start);
  file.readSync(last);
  if (last[0] !== LINE_FEED[0]) file.writeSync(LINE_FEED);
}

/** Private messages are in the log: one that others may read is narrowed. */
function keepToOwner(path: string): void {
  try {
    Deno.chmodSync(path, 0o600);
  } catch {
    // A system or disk without modes, or somebody else's file.
  }
}

/** From now on, files that the program makes (the logs that follow) are its owner's only. */
export function keepNewFilesToOwner(): void {
  try {
    Deno.umask(0o077);
  } catch {
    // Windows has no such thing: there the folder decides.
  }
}

/** The sink at another path; `undefined` if there is none, or it cannot be opened. */
function openSinkElsewhere(path: string | undefined) {
  if (path === undefined) return undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSink(path);
  } catch {
    return undefined;
  }
}

function causeOf(record: LogRecord): unknown {
  return record.properties["error"] ?? record.rawMessage;
}
