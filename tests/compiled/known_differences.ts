/**
 * Tests that fail on executables because of the Deno that they are packed with, which
 * is older than the one of releases. An entry counts only for bases below its version,
 * so it goes away by itself with a newer base.
 *
 * @module
 */

import { isBefore } from "../../packaging/deno_differences.ts";
import type { Results } from "./junit.ts";

export type KnownDifference = {
  /** The name of the test. */
  readonly test: string;
  /** The first version of Deno on which the test passes, as far as it is known. */
  readonly until: string;
  readonly reason: string;
};

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    test: "terminal: Ctrl+Z stops the client, and fg restores it unchanged",
    until: "2.9.0",
    reason: "a program needs --allow-run to send itself a signal",
  },
  {
    test: "Windows client sends typed letters of any script",
    until: "2.9.0",
    reason: "a Windows console is read in its code page (deno #18240)",
  },
];

/** The results of a round after a look at the list. */
export type Judged = {
  /** Failed, and on no list. */
  readonly failed: readonly string[];
  /** Failed as the list says. */
  readonly known: readonly KnownDifference[];
  /** On the list, but passed. */
  readonly passesNow: readonly KnownDifference[];
};

/** Compares results with the list; `version` is the lowest Deno of the programs. */
export function judge(
  { passed, failed }: Pick<Results, "passed" | "failed">,
  version: string,
  list: readonly KnownDifference[] = KNOWN_DIFFERENCES,
): Judged {
  const current = list.filter(({ until }) => isBefore(version, until));
  const known = current.filter(({ test }) => failed.includes(test));
  return {
    failed: failed.filter((name) => !known.some(({ test }) => test === name)),
    known,
    passesNow: current.filter(({ test }) => passed.includes(test)),
  };
}
