// deno-lint-ignore-file no-console -- speaks for the entry files

/**
 * What `deno task compile` and `deno task release` share: flags, targets, and the
 * message after a failure.
 *
 * @module
 */

import {
  ExitCode,
  type Flags,
  parseFlags,
  UsageError,
} from "../lib/program.ts";
import { BundleError } from "./bundle.ts";
import { type Target, TARGETS } from "./programs.ts";

/** The programs could not be built; the message says why, and what to do. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

export type Command = {
  readonly usage: string;
  /** Flags with a value, besides `--target` and `--output`. */
  readonly string?: readonly string[];
  /** Flags without a value, besides `--all` and `--help`. */
  readonly boolean?: readonly string[];
  /** Throws {@linkcode CompileError} if the programs cannot be built. */
  run(targets: readonly Target[], flags: Flags): Promise<void>;
};

/** Reads the flags and runs the command; resolves to the exit code. */
export async function runCommand(
  args: string[],
  { usage, string = [], boolean = [], run }: Command,
): Promise<number> {
  try {
    const flags = parseFlags(args, {
      boolean: ["all", "help", ...boolean],
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
    const isExpected = error instanceof CompileError ||
      error instanceof BundleError;
    if (!isExpected) throw error;
    console.error(error.message);
    return ExitCode.failed;
  }
}

/** Returns the targets that the flags name. Throws `UsageError` for an unknown one. */
function chooseTargets(
  all: boolean,
  names: string | undefined,
): readonly Target[] {
  if (all) return TARGETS;
  if (names === undefined) return [TARGETS[0]];
  return names.split(",").map((name) => {
    const target = TARGETS.find((target) => target.name === name.trim());
    if (target === undefined) {
      throw new UsageError(`There is no target "${name}"`);
    }
    return target;
  });
}
