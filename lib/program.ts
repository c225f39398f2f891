/**
 * What the two entry files share: flags, usage errors, signals.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import config from "../deno.json" with { type: "json" };
import { COMMIT } from "./build.ts";

/** Version of both programs. */
export const VERSION = config.version;

/** Returns `server 0.2.0 (commit 1a2b3c4d5e6f, Deno 2.9.5)`. */
export function versionLine(program: string): string {
  const from = COMMIT === undefined ? "from source" : `commit ${COMMIT}`;
  return `${program} ${VERSION} (${from}, Deno ${Deno.version.deno})`;
}

/**
 * Returns how a user types a program's name on this system: `client.exe` on Windows,
 * `./client` elsewhere, where a shell does not search the current folder.
 */
export function programCommand(program: "client" | "server"): string {
  return isWindows ? `${program}.exe` : `./${program}`;
}

/** Whether this system is Windows. */
export const isWindows = Deno.build.os === "windows";

/** The default port: the one that courses have always used. */
export const DEFAULT_PORT = 12000;

/** Exit codes of both programs. */
export const ExitCode = { inOrder: 0, failed: 1, usage: 2 } as const;

/** The command line is wrong; the message is one sentence that says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The program cannot start; the message says what happened, then what to do. */
export class StartError extends Error {
  override readonly name: string = "StartError";
}

/** Returns the text of an error, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export type FlagNames = {
  /** Flags without a value. */
  readonly boolean: readonly string[];
  /** Flags with a value. */
  readonly string: readonly string[];
  /** Most arguments that are not flags. */
  readonly maxArguments: number;
};

export type Flags = {
  readonly arguments: readonly string[];
  has(flag: string): boolean;
  /** Returns the value of a flag; `undefined` if the flag is missing. */
  value(flag: string): string | undefined;
};

/**
 * Reads a command line. Throws {@linkcode UsageError} for an unknown flag or too many
 * arguments.
 */
export function parseFlags(args: string[], names: FlagNames): Flags {
  const parsed = parseArgs(args, {
    boolean: names.boolean,
    string: [...names.string, "_"],
    unknown(argument, key) {
      if (key === undefined) return true;
      throw new UsageError(`There is no option ${argument}`);
    },
  });
  const words = parsed._.map(String);
  if (words.length > names.maxArguments) {
    throw new UsageError(
      tooMany(words.length, names.maxArguments),
    );
  }
  return {
    arguments: words,
    has: (flag) => parsed[flag] === true,
    value(flag) {
      const value = parsed[flag];
      if (value === undefined) return undefined;
      if (typeof value !== "string" || value === "") {
        throw new UsageError(`The option --${flag} needs one value`);
      }
      return value;
    },
  };
}

/** Returns the message for a command line with too many arguments. */
export function tooMany(count: number, max: number): string {
  return `There are ${count} arguments, at most ${max} are expected`;
}

/**
 * Returns a port from text. Throws {@linkcode UsageError} unless it is a whole number
 * from `min` to 65535.
 */
export function parsePort(text: string, min: 0 | 1): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port >= min && port <= 65535)) {
    throw new UsageError(
      `"${text}" is not a port: a port is a whole number from ${min} to 65535`,
    );
  }
  return port;
}

/**
 * Returns the number of an option. Throws {@linkcode UsageError} unless it is whole,
 * from `min` to `max`.
 */
export function parseNumber(
  text: string,
  { flag, min, max }: { flag: string; min: number; max: number },
): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(number >= min && number <= max)) {
    throw new UsageError(
      `The option --${flag} needs a whole number from ${min} to ${max}, not "${text}"`,
    );
  }
  return number;
}

/** Signals that ask a program to end; not every system knows all of them. */
const STOP_SIGNALS: readonly Deno.Signal[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGBREAK",
];

/**
 * Calls `stop` when the system asks the program to end: Ctrl+C, `kill`, a closed
 * terminal. `interrupted` is true for Ctrl+C: a person may press it again to end at
 * once. Dispose of the result to stop listening.
 */
export function onStopSignal(stop: (interrupted: boolean) => void): Disposable {
  const listening = new DisposableStack();
  for (const signal of STOP_SIGNALS) {
    const listener = () => stop(signal === "SIGINT");
    try {
      Deno.addSignalListener(signal, listener);
      listening.defer(() => Deno.removeSignalListener(signal, listener));
    } catch {
      // This system does not know the signal.
    }
  }
  return listening;
}

/**
 * One press of Ctrl+C can arrive twice, this many milliseconds apart at most: as a
 * signal from the terminal and from the task runner, or as a signal and a key. On a
 * busy machine the second takes a few tenths of a second. A person who has read that a
 * second press ends at once needs longer.
 */
export const SAME_PRESS_TIME = 500;

/** Tells a second press of Ctrl+C from the first one arriving twice. */
export class Presses {
  readonly #now: () => number;
  #last = -Infinity;

  /** `now` returns milliseconds from a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Returns whether the press that arrives now is a new one: at least {@linkcode
   * SAME_PRESS_TIME} later than the last that counted.
   */
  isNew(): boolean {
    const now = this.#now();
    if (now - this.#last < SAME_PRESS_TIME) return false;
    this.#last = now;
    return true;
  }
}

/**
 * Reports uncaught errors: thrown in a timer, a rejected promise, an `error` event
 * without a listener. The program continues. Dispose of the result to stop reporting.
 */
export function onUncaught(report: (error: unknown) => void): Disposable {
  const listening = new AbortController();
  const { signal } = listening;
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    report(event.error ?? event.message);
  }, { signal });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    report(event.reason);
  }, { signal });
  return { [Symbol.dispose]: () => listening.abort() };
}
