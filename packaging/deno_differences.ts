/**
 * What an older Deno lacks when it packs the programs. Releases are packed by the Deno
 * of the day; only a base that tests fetch is older (`bases.ts`). Each difference ends
 * with the version that it names, so a newer base needs no change here.
 *
 * @module
 */

export type DenoDifference = {
  /** The first version of Deno without the difference. */
  readonly until: string;
  readonly reason: string;
  /** Returns the arguments of `deno compile` without what older versions refuse. */
  readonly without: (args: readonly string[]) => readonly string[];
};

export const DENO_DIFFERENCES: readonly DenoDifference[] = [
  {
    until: "2.9.0",
    reason: "--allow-sys knows no umask: reading it needs no permission",
    without: (args) =>
      args.map((word) =>
        word.startsWith("--allow-sys=") ? word.replace(/,umask\b/, "") : word
      ),
  },
];

/** Returns the arguments that the Deno of this version understands. */
export function argumentsFor(
  version: string,
  args: readonly string[],
): readonly string[] {
  return DENO_DIFFERENCES
    .filter(({ until }) => isBefore(version, until))
    .reduce((rest, { without }) => without(rest), args);
}

/** Returns whether a version is lower; both are three numbers with dots. */
export function isBefore(version: string, other: string): boolean {
  const numbers = (text: string) => text.split(".").map(Number);
  const [a, b] = [numbers(version), numbers(other)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at >= 0 && a[at]! < b[at]!;
}
