/**
 * The rehearsal of a release: packs with the empty programs of the tests, which an older
 * Deno fills, where Deno's own cannot be fetched. What it makes is not to be published.
 *
 * @module
 */

import { type Base, basesFolder, fetchBases } from "./bases.ts";
import { CompileError } from "./command.ts";
import type { Packer } from "./compile.ts";
import { NoBaseError } from "./no_base_error.ts";
import type { Target } from "./programs.ts";

export type Rehearsal = {
  /** The targets that can be packed here. */
  readonly targets: readonly Target[];
  /** The names of the others. */
  readonly leftOut: readonly string[];
  /** Throws `TypeError` for a target that cannot be packed here. */
  readonly packerFor: (target: Target) => Packer;
};

/**
 * Returns which of the targets can be packed here, and with what. Throws
 * {@linkcode CompileError} if none can be.
 */
export async function rehearse(
  wanted: readonly Target[],
  fetch: () => Promise<readonly Base[]> = () => fetchBases(basesFolder()),
): Promise<Rehearsal> {
  const bases = await fetch().catch((error) => {
    if (!(error instanceof NoBaseError)) throw error;
    throw new CompileError(`Nothing can be rehearsed: ${error.message}`);
  });
  const baseOf = (target: Target) =>
    bases.find(({ target: { name } }) => name === target.name);
  const targets = wanted.filter((target) => baseOf(target) !== undefined);
  const leftOut = wanted.filter((target) => baseOf(target) === undefined)
    .map(({ name }) => name);
  if (targets.length === 0) {
    throw new CompileError(
      `Nothing can be rehearsed: no empty program for ${leftOut.join(", ")}`,
    );
  }
  return {
    targets,
    leftOut,
    packerFor(target) {
      const base = baseOf(target);
      if (base === undefined) throw new TypeError(`No base for ${target.name}`);
      const { deno, denort, version } = base;
      return { deno, denort, version };
    },
  };
}
