// deno-lint-ignore-file no-console -- a benchmark speaks to the terminal
/**
 * What the benchmarks share: reading flags and printing numbers.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";

/**
 * Reads flags: whole numbers by name, with their defaults; `switches`, which are given
 * or not; and `--json`, a switch of every benchmark.
 */
export function readFlags<Name extends string, Switch extends string = never>(
  args: string[],
  defaults: Readonly<Record<Name, number>>,
  switches: readonly Switch[] = [],
): Record<Name, number> & Record<Switch | "json", boolean> {
  const names = Object.keys(defaults) as Name[];
  const boolean = [...switches, "json" as const];
  const parsed = parseArgs(args, {
    boolean,
    string: names,
    unknown(argument) {
      const known = [...names, ...boolean].map((name) => `--${name}`).join(" ");
      throw new TypeError(`Cannot use ${argument}: known are ${known}`);
    },
  }) as Record<string, unknown>;
  const values = names.map((name) => {
    const value = Number(parsed[name] ?? defaults[name]);
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`--${name} must be a number of 0 or more`);
    }
    return [name, value];
  });
  const given = boolean.map((name) => [name, parsed[name] === true]);
  return Object.fromEntries([...values, ...given]);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Aligns columns; the first is text, the others are numbers. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const width = (column: number) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(width(0)) : cell.padStart(width(column))
    ).join("  ").trimEnd()
  ).join("\n");
}

/** Returns `5 123 000`. */
export function grouped(value: number): string {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, " ");
}

/** Prints one JSON object for a program, or lines for a person. */
export function print(
  result: object,
  { json, lines }: { json: boolean; lines: () => string },
): void {
  console.log(json ? JSON.stringify(result, null, 2) : lines());
}

/** Prints progress where it does not disturb the result. */
export function note(text: string): void {
  console.error(text);
}
