/**
 * What a hostile client, server or neighbour can do to the others: one row for each
 * attack of issue 17, measured beside honest bystanders. See bench/README.md.
 *
 * @module
 */

import { ATTACKS } from "./attack/attacks.ts";
import { type Finding, megabytes } from "./attack/kind.ts";
import { note, print } from "./report.ts";

/** Longest time for an attack, in milliseconds; a longer one misses its goal. */
const MAX_TIME = 300_000;

type Row = Finding & { number: number; title: string };

const HEAD = [
  ...["#", "attack", "p50 ms", "p99 ms", "memory", "left over", "goal"],
  "what happened",
];

/** Columns of numbers. */
const NUMBERS = new Set([0, 2, 3, 4]);

async function main(args: string[]): Promise<number> {
  const json = args.includes("--json");
  const wanted = args.filter((word) => word !== "--json").map(Number);
  if (!wanted.every((number) => ATTACKS[number - 1] !== undefined)) {
    throw new RangeError(`Attacks have numbers from 1 to ${ATTACKS.length}`);
  }
  const numbers = wanted.length > 0 ? wanted : ATTACKS.map((_, i) => i + 1);
  const rows: Row[] = [];
  for (const number of numbers) {
    const { title } = ATTACKS[number - 1]!;
    note(`${number} ${title}`);
    const row = { number, title, ...await find(number) };
    note(`  ${row.told}`);
    for (const what of row.over) note(`  OVER: ${what}`);
    rows.push(row);
  }
  print({ rows }, { json, lines: () => table(rows) });
  return rows.every(({ over }) => over.length === 0) ? 0 : 1;
}

/** An attack that cannot be measured misses its goal, too. */
async function find(number: number): Promise<Finding> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no end after ${MAX_TIME / 1000} s`)),
    MAX_TIME,
  );
  try {
    return await Promise.race([
      ATTACKS[number - 1]!.measure(number),
      late.promise,
    ]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { told: "not measured", over: [reason.split("\n")[0]!] };
  } finally {
    clearTimeout(timer);
  }
}

function table(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) =>
    Math.max(...cells.map((row) => row[column]!.length))
  );
  return cells.map((row) =>
    row.map((cell, column) =>
      NUMBERS.has(column)
        ? cell.padStart(widths[column]!)
        : cell.padEnd(widths[column]!)
    ).join("  ").trimEnd()
  ).join("\n");
}

function cellsOf(row: Row): string[] {
  const { p50, p99, growth, left } = row;
  return [
    String(row.number),
    row.title,
    p50?.toFixed(1) ?? "-",
    p99?.toFixed(1) ?? "-",
    growth === undefined ? "-" : megabytes(growth),
    left === undefined ? "-" : left.length === 0 ? "nothing" : left.join(", "),
    row.over.length > 0
      ? "OVER"
      : row.told.startsWith("SKIPPED")
      ? "skipped"
      : "within",
    row.told,
  ];
}

if (import.meta.main) Deno.exit(await main(Deno.args));
