import process from "node:process";
import { ExitCode, messageOf, onStopSignal } from "../program.ts";
import { wrap } from "./text_layout.ts";

/** Milliseconds before the next attempt to write to a full pipe or terminal. */
const RETRY_PAUSE = 10;

/** Milliseconds without progress after which writing fails. */
const WRITE_PATIENCE = 5_000;

/** Width in columns where the window does not tell its width: the classic terminal. */
const DEFAULT_COLUMNS = 80;

/** Enter, and Ctrl+C, Ctrl+D and Ctrl+Z as keys. */
// deno-lint-ignore no-control-regex -- the keys of a terminal
const CLOSING_KEY = /[\r\n\x03\x04\x1a]/;

/** A stream for text; `Deno.stdout` and `Deno.stderr` fit. */
export type TextStream = {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
};

/**
 * Writes all of `text`, unchanged. Throws the system's error if the stream takes no
 * more.
 */
export function writeText(
  text: string,
  stream: TextStream = Deno.stdout,
): void {
  const bytes = new TextEncoder().encode(text);
  let waited = 0;
  for (let at = 0; at < bytes.length;) {
    try {
      const written = stream.writeSync(bytes.subarray(at));
      if (written === 0) throw new Error("Nothing more can be written");
      at += written;
      waited = 0;
    } catch (error) {
      // A slow reader of a non-blocking pipe takes the rest later.
      const isFull = error instanceof Deno.errors.WouldBlock;
      if (!isFull || (waited += RETRY_PAUSE) > WRITE_PATIENCE) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_PAUSE);
    }
  }
}

/** Shows text that the user asked for, such as the help. Returns the exit code. */
export function show(text: string, stream: TextStream = Deno.stdout): number {
  try {
    writeText(`${text}\n`, stream);
    return ExitCode.inOrder;
  } catch (cause) {
    complain(describeOutputFault(cause));
    return ExitCode.failed;
  }
}

/**
 * Shows a program's last message on standard error; on a terminal it breaks each line
 * of `text` between words. Never throws: the exit code still reports the failure.
 */
export function complain(text: string, stream: TextStream = Deno.stderr): void {
  const lines = text.split("\n");
  const rows = stream.isTerminal()
    ? lines.flatMap((line) => wrap(line, windowColumns() - 1))
    : lines;
  try {
    writeText(rows.map((row) => `${row}\n`).join(""), stream);
  } catch {
    // Standard error is closed or full: there is no way left to report it.
  }
}

/** The keys of the window; `process.stdin` fits. */
export type KeyInput =
  & Pick<NodeJS.ReadStream, "on" | "off" | "resume" | "pause">
  & { setRawMode?: (raw: boolean) => unknown };

/**
 * Keeps a window open that a double-click opened, so that the user can read the last
 * message. Resolves at Enter, at the end of input, or when the program is asked to end.
 */
export async function waitForEnter(
  // The same stream as the editor's: another reader would miss the first key.
  input: KeyInput = process.stdin,
): Promise<void> {
  complain("Press Enter to close this window");
  const { promise, resolve } = Promise.withResolvers<void>();
  using _stopping = onStopSignal(() => resolve());
  setRaw(input, true);
  const onData = (chunk: Uint8Array | string) => {
    if (CLOSING_KEY.test(String(chunk))) resolve();
  };
  input.on("data", onData);
  input.on("end", resolve);
  input.on("error", resolve);
  input.resume();
  await promise;
  input.off("data", onData);
  input.off("end", resolve);
  input.off("error", resolve);
  input.pause();
  setRaw(input, false);
}

/**
 * Switches to single keys or back, where that is possible. After an editor, a Windows
 * console may still wait for a single key, and would not take a line.
 */
function setRaw(input: KeyInput, raw: boolean): void {
  try {
    input.setRawMode?.(raw);
  } catch {
    // The terminal passes on whole lines.
  }
}

/** Returns what happened to the output and what to do, from the error of a write. */
export function describeOutputFault(cause: unknown): string {
  const [what, remedy] = explain(cause);
  return `Cannot write to standard output: ${what}. ${remedy}`;
}

function explain(cause: unknown): [what: string, remedy: string] {
  const code = cause instanceof Error && "code" in cause ? cause.code : "";
  const text = messageOf(cause);
  if (cause instanceof Deno.errors.BrokenPipe || code === "EPIPE") {
    return [
      "the program that reads it has ended",
      "Keep that program running, or send the output to a file",
    ];
  }
  // The error numbers of Linux, macOS and Windows for a full disk and a quota.
  if (code === "ENOSPC" || /os error (?:28|112|39)\b/.test(text)) {
    return [
      "the disk is full",
      "Free some space, or send the output to another disk",
    ];
  }
  if (code === "EDQUOT" || /os error (?:122|69|1295)\b/.test(text)) {
    return [
      "the disk quota is used up",
      "Free some space, or send the output to another disk",
    ];
  }
  return [text, "Send the output somewhere else"];
}

function windowColumns(): number {
  try {
    return Deno.consoleSize().columns || DEFAULT_COLUMNS;
  } catch {
    return DEFAULT_COLUMNS;
  }
}
