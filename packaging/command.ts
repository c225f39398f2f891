// deno-lint-ignore-file no-console -- speaks for the entry files

/**
 * What `deno task compile` and `deno task release` share: flags, targets, and how
 * it is said that something cannot be done.
 *
 * @module
 */

import {
  ExitCode,
  type Flags,
  parseFlags,
  UsageError,
} from "../lib/program.ts";
import { type Target, TARGETS } from "./programs.ts";

/** The programs could not be made; the message says why, and what to do. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

export type Command = {
  readonly usage: string;
  /** Flags with a value, besides `--target` and `--output`. */
  readonly string?: readonly string[];
  /** Throws {@linkcode CompileError} if it cannot be done. */
  run(targets: readonly Target[], flags: Flags): Promise<void>;
};

/** Reads the flags and carries it out; resolves to the exit code. */
export async function runCommand(
  args: string[],
  { usage, string = [], run }: Command,
): Promise<number> {
  try {
    const flags = parseFlags(args, {
      boolean: ["all", "help"],
      string: ["target", "output", ...string],
      maxArguments: 0,
    });
    if (flags.has("help")) {
      console.log(usage);
      return ExitCode.inOrder;
    }
    await run(chooseTargets(flags.has("all"), flags.value("target")), flags);
    return ExitCode.inOrder;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return ExitCode.usage;
    }
    if (!(error instanceof CompileError)) throw error;
    console.error(error.message);
    return ExitCode.failed;
  }
}

/** The targets that the flags mean. Throws `UsageError` for one that there is not. */
function chooseTargets(
  all: boolean,
  name: string | undefined,
): readonly Target[] {
  if (all) return TARGETS;
  if (name === undefined) return [TARGETS[0]];
  const target = TARGETS.find((target) => target.name === name);
  if (target === undefined) {
    throw new UsageError(`There is no target "${name}"`);
  }
  return [target];
}
