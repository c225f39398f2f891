/**
 * How cost grows: measures, and draws the plots of docs/performance/. Beside each SVG it
 * writes the numbers as JSON; `--redraw` draws from them without measuring. See
 * bench/README.md.
 *
 * @module
 */

import { measureFanOut } from "./fan_table.ts";
import { measureFileLimits, measureFiles } from "./growth_files.ts";
import { measureMembers, measureSockets } from "./growth_memory.ts";
import {
  FILE_LENGTHS,
  formatBytes,
  type Measured,
  MEMBERS,
  PAYLOADS,
  type PlotName,
  plotOf,
  PLOTS,
  RECEIVERS,
} from "./growth_plots.ts";
import { describeMachine } from "./machine.ts";
import { formatTable, grouped, note, print, readFlags } from "./report.ts";
import { drawPlot, type Point } from "./svg_plot.ts";

const FOLDER = new URL("../docs/performance/", import.meta.url);

/**
 * When each plot stops beginning new measurements, in seconds after its start. With the
 * last measurement of each, all four end within ten minutes.
 */
const BUDGETS = { members: 180, memory: 90, files: 80, texts: 130 };

/** The usual text and crowd while the other of the two varies. */
const USUAL = { receivers: 100, payload: 64 };

const MIB = 1024 * 1024;

/** How much is measured; a trial asks for less. */
const AMOUNTS = {
  seconds: 1,
  runs: 3,
  receivers: Math.max(...RECEIVERS),
  members: Math.max(...MEMBERS),
  idle: 40,
  mib: Math.max(...FILE_LENGTHS) / MIB,
  payload: Math.max(...PAYLOADS),
};

type Amounts = typeof AMOUNTS;
type Numbers = Pick<Measured, "series" | "limits" | "problems">;
type Measure = (amounts: Amounts, end: number) => Promise<Numbers>;

const MEASURES: Record<PlotName, Measure> = {
  members: (amounts, end) =>
    fanOut(
      RECEIVERS.filter((receivers) => receivers <= amounts.receivers)
        .map((receivers) => ({ ...USUAL, receivers, x: receivers })),
      { amounts, end, format: grouped },
    ),
  texts: (amounts, end) =>
    fanOut(
      PAYLOADS.filter((payload) => payload <= amounts.payload)
        .map((payload) => ({ ...USUAL, payload, x: payload })),
      { amounts, end, format: formatBytes },
    ),
  async memory({ members, idle }) {
    const numbers = MEMBERS.filter((count) => count <= members);
    const ours = await measureMembers(numbers, { idle });
    const bare = await measureSockets(numbers);
    return {
      series: [
        { name: "messenger", points: ours },
        { name: "limit: open socket", points: bare, isLimit: true },
      ],
      limits: [],
      problems: [],
    };
  },
  async files({ mib, runs }, end) {
    const lengths = FILE_LENGTHS.filter((length) => length <= mib * MIB);
    const limits = await measureFileLimits({ mib: Math.max(1, mib), runs });
    const points = await measureFiles(lengths, { runs, end });
    return { series: [{ name: "messenger", points }], limits, problems: [] };
  },
};

async function fanOut(
  loads: readonly { receivers: number; payload: number; x: number }[],
  { amounts, end, format }: {
    amounts: Amounts;
    end: number;
    format(x: number): string;
  },
): Promise<Numbers> {
  const problems: string[] = [];
  const lines = [
    { name: "messenger", points: [] as Point[] },
    { name: "nats-server", points: [] as Point[] },
    { name: "limit: bare relay", points: [] as Point[], isLimit: true },
  ];
  for (const { x, ...load } of loads) {
    if (performance.now() > end) {
      problems.push(`${format(x)}: not measured, the time was up`);
      continue;
    }
    note(format(x));
    const { results } = await measureFanOut(load, amounts);
    for (const [i, { name, rate, problem }] of results.entries()) {
      if (rate !== undefined) lines[i]!.points.push({ x, y: rate / 1e6 });
      else problems.push(`${format(x)}, ${name}: ${problem}`);
    }
  }
  return { series: lines, limits: [], problems };
}

async function main(args: string[]): Promise<number> {
  const { names, flags, isRedrawn } = readArguments(args);
  const { json, ...amounts } = readFlags(flags, AMOUNTS);
  await Deno.mkdir(FOLDER, { recursive: true });
  const all: Partial<Record<PlotName, Measured>> = {};
  for (const name of names) {
    const file = new URL(`${name}.json`, FOLDER);
    if (!isRedrawn) {
      note(`measures ${name}`);
      const end = performance.now() + BUDGETS[name] * 1000;
      const machine = await describeMachine();
      const numbers = await MEASURES[name](amounts, end);
      const command = ["deno task bench:growth", ...args].join(" ");
      const measured: Measured = { machine, command, ...numbers };
      await Deno.writeTextFile(file, JSON.stringify(measured, null, 2) + "\n");
    }
    const measured: Measured = JSON.parse(await Deno.readTextFile(file));
    const svg = drawPlot(plotOf(name, measured));
    await Deno.writeTextFile(new URL(`${name}.svg`, FOLDER), svg);
    all[name] = measured;
  }
  print(all, {
    json,
    lines: () => names.map((name) => tableOf(name, all[name]!)).join("\n\n"),
  });
  return Object.values(all).every(({ problems }) => problems.length === 0)
    ? 0
    : 1;
}

/** The names of plots come first, all if there are none; then flags. */
function readArguments(args: readonly string[]) {
  const isRedrawn = args.includes("--redraw");
  const rest = args.filter((argument) => argument !== "--redraw");
  const first = rest.findIndex((argument) => argument.startsWith("-"));
  const names = first === -1 ? rest : rest.slice(0, first);
  const known = Object.keys(PLOTS) as PlotName[];
  for (const name of names) {
    if (!known.some((one) => one === name)) {
      throw new TypeError(`Cannot draw ${name}: known are ${known.join(" ")}`);
    }
  }
  const isWanted = (name: string) => names.length === 0 || names.includes(name);
  return {
    names: known.filter(isWanted),
    flags: first === -1 ? [] : rest.slice(first),
    isRedrawn,
  };
}

function tableOf(name: PlotName, measured: Measured): string {
  const { title, x, y } = PLOTS[name];
  const { series, limits, problems } = measured;
  const numbers = new Set(
    series.flatMap(({ points }) => points.map((p) => p.x)),
  );
  const format = "format" in x ? x.format : grouped;
  const written = (value?: number) =>
    value === undefined ? "-" : value.toPrecision(3);
  const rows = [...numbers].sort((a, b) => a - b).map((at) => [
    format(at),
    ...series.map(({ points }) => written(points.find((p) => p.x === at)?.y)),
  ]);
  return [
    `${title}: ${y.label}`,
    "",
    formatTable([[x.label, ...series.map(({ name }) => name)], ...rows]),
    ...limits.map((limit) => `${limit.name}: ${grouped(limit.y)}`),
    ...problems,
  ].join("\n");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
