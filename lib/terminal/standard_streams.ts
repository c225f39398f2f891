import { ExitCode, messageOf, onStopSignal } from "../program.ts";
import { wrap } from "./text_layout.ts";

/** What a full pipe or terminal is asked again after, in milliseconds. */
const RETRY_PAUSE = 10;

/** A reader that takes nothing for this long gets nothing more, in milliseconds. */
const WRITE_PATIENCE = 5_000;

/** Width where the window does not say it, in columns: the classic terminal. */
const DEFAULT_COLUMNS = 80;

/** `Deno.stdout` and `Deno.stderr` fit. */
export type TextStream = {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
};

/** Writes `text` as it is, all of it. Throws what the system says if it takes no more. */
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
      // A pipe that does not block has a slow reader: it takes the rest later.
      const isFull = error instanceof Deno.errors.WouldBlock;
      if (!isFull || (waited += RETRY_PAUSE) > WRITE_PATIENCE) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_PAUSE);
    }
  }
}

/** Shows what was asked for, such as the help. Returns the exit code. */
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
 * Shows the last words of a program on standard error, each line of `text` broken
 * between words where it is a terminal. Never throws: the exit code says the rest.
 */
export function complain(text: string, stream: TextStream = Deno.stderr): void {
  const lines = text.split("\n");
  const rows = stream.isTerminal()
    ? lines.flatMap((line) => wrap(line, windowColumns() - 1))
    : lines;
  try {
    writeText(rows.map((row) => `${row}\n`).join(""), stream);
  } catch {
    // Standard error is closed or full: nobody can be told.
  }
}

/**
 * Keeps a window open that a double-click opened, so that its last words can be
 * read: resolves at Enter, the end of input, or when the program is asked to end.
 */
export async function waitForEnter(): Promise<void> {
  complain("Press Enter to close this window");
  const { promise, resolve } = Promise.withResolvers<void>();
  using _stopping = onStopSignal(() => resolve());
  void Deno.stdin.read(new Uint8Array(1)).then(
    () => resolve(),
    () => resolve(),
  );
  await promise;
}

/** What happened to the output and what to do, from what writing to it has thrown. */
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
  // The numbers are those of Linux, macOS and Windows for a full disk and a quota.
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
