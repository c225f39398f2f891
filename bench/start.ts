/**
 * How long the programs take to start: from their sources, as one bundle, and compiled
 * from both. See bench/README.md.
 *
 *     deno task bench:start [--runs 20] [--cold 5] [--json]
 *
 * Programs are compiled by the Deno that `MESSENGER_DENO` names (by default this one),
 * around its empty program, which `DENORT_BIN` names if Deno cannot download it.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROGRAMS } from "../packaging/programs.ts";
import { Stage } from "../packaging/stage.ts";
import { cpuTimes, start, workFolder } from "./programs.ts";
import { formatTable, median, note, print, readFlags } from "./report.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** The first starts of a program fill the caches of Deno and of the system. */
const WARM_UPS = 2;

/** The part of the starts that is faster than the figure in the table. */
const SLOW_SHARE = 0.95;

/** A way to start one program. */
type Way = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
};

type Row = {
  readonly name: string;
  /** Milliseconds until `--version` has ended. */
  readonly version: number[];
  /** Milliseconds until the server listens, or the client has joined. */
  readonly ready: number[];
  /** Processor milliseconds of each `--version`; hardly depends on other programs. */
  readonly cpu: number[];
};

async function main(args: string[]): Promise<number> {
  const { json, runs, cold } = readFlags(args, { runs: 20, cold: 5 });
  using stage = await Stage.make();
  await using folder = await workFolder();
  const ways = await allWays(stage, folder.path);
  const warm = await measure(ways, { rounds: runs, folder: folder.path });
  const canDrop = cold > 0 && await dropCaches();
  if (cold > 0 && !canDrop) {
    note("Cold starts are left out: only root on Linux can empty the caches");
  }
  const colder = canDrop
    ? await measure(ways, { rounds: cold, folder: folder.path, cold: true })
    : [];
  print({ runs, cold, warm, colder }, {
    json,
    lines: () =>
      [table("warm", warm), ...(canDrop ? [table("cold", colder)] : [])]
        .join("\n\n"),
  });
  return 0;
}

async function allWays(stage: Stage, folder: string): Promise<Way[]> {
  const ways: Way[] = [];
  for (const program of PROGRAMS) {
    const sources = join(ROOT, `${program}.ts`);
    const bundled = join(stage.path, `${program}.js`);
    const run = ["run", "--no-prompt", "-A"];
    ways.push(
      { name: `${program}, sources`, command: "deno", args: [...run, sources] },
      { name: `${program}, bundle`, command: "deno", args: [...run, bundled] },
    );
    const kinds = [
      ["compiled sources", join(stage.sources, `${program}.ts`)],
      ["compiled bundle", bundled],
    ] as const;
    for (const [kind, entry] of kinds) {
      const command = join(folder, `${program}-${kind.split(" ")[1]}`);
      if (!await compile(entry, command)) continue;
      ways.push({ name: `${program}, ${kind}`, command, args: [] });
    }
  }
  return ways;
}

/** Returns whether it could be compiled; if not, says why. */
async function compile(entry: string, output: string): Promise<boolean> {
  const deno = Deno.env.get("MESSENGER_DENO") ?? "deno";
  const { success, stderr } = await new Deno.Command(deno, {
    args: [
      ...["compile", "--no-check", "--no-lock", "--no-code-cache", "-A"],
      ...["--output", output, entry],
    ],
    cwd: join(entry, ".."),
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) {
    const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
    note(`${entry} is left out, it cannot be compiled here: ${said}`);
  }
  return success;
}

/** Starts every program in turn, so that a busy moment does not affect only one. */
async function measure(
  ways: readonly Way[],
  { rounds, folder, cold = false }: {
    readonly rounds: number;
    readonly folder: string;
    readonly cold?: boolean;
  },
): Promise<Row[]> {
  const rows = ways.map((
    { name },
  ): Row => ({ name, version: [], ready: [], cpu: [] }));
  const server = start("deno", [
    ...["run", "--no-prompt", "-A", join(ROOT, "server.ts"), "0"],
    ...["--host", "127.0.0.1", "--no-discovery"],
  ], { cwd: folder });
  await using _server = server;
  const port = await lineWith(server.lines, /port (\d+)/);
  const warmUps = cold ? 0 : WARM_UPS;
  for (let round = -warmUps; round < rounds; round++) {
    for (const [index, way] of ways.entries()) {
      if (cold) await dropCaches();
      const { children: before } = await cpuTimes(Deno.pid);
      const version = await timed(() => untilVersion(way));
      const { children: after } = await cpuTimes(Deno.pid);
      if (cold) await dropCaches();
      const ready = await timed((begin) =>
        untilReady(way, { port: port!, folder, begin })
      );
      if (round < 0) continue;
      rows[index]!.version.push(version);
      rows[index]!.ready.push(ready);
      rows[index]!.cpu.push((after - before) * 1_000);
    }
  }
  return rows;
}

/** The measured function may return its own end; otherwise it is when it resolves. */
async function timed(
  run: (begin: number) => Promise<number | void>,
): Promise<number> {
  const begin = performance.now();
  return await run(begin) ?? performance.now() - begin;
}

async function untilVersion({ command, args }: Way): Promise<void> {
  const { success } = await new Deno.Command(command, {
    args: [...args, "--version"],
  }).output();
  if (!success) throw new Error(`${command} --version failed`);
}

/** Resolves to the milliseconds; the program has ended when it does. */
async function untilReady(
  { name, command, args }: Way,
  { port, folder, begin }: {
    readonly port: string;
    readonly folder: string;
    readonly begin: number;
  },
): Promise<number> {
  const isServer = name.startsWith("server");
  const own = isServer
    ? ["0", "--host", "127.0.0.1", "--no-discovery"]
    : ["Ann", "127.0.0.1", port];
  await using program = start(command, [...args, ...own], { cwd: folder });
  await lineWith(program.lines, isServer ? /port (\d+)/ : /Welcome()/);
  return performance.now() - begin;
}

/** Returns the first group of the pattern in the first line that has it. */
async function lineWith(
  lines: ReadableStreamDefaultReader<string>,
  pattern: RegExp,
): Promise<string | undefined> {
  for (;;) {
    const { value, done } = await lines.read();
    if (done) throw new Error(`A program ended before it wrote ${pattern}`);
    const match = pattern.exec(value);
    if (match !== null) return match[1];
  }
}

/** Returns whether the system's caches of files are now empty. */
async function dropCaches(): Promise<boolean> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", "sync && echo 3 > /proc/sys/vm/drop_caches"],
    stderr: "null",
  }).output().catch(() => ({ success: false }));
  return success;
}

function table(name: string, rows: readonly Row[]): string {
  return formatTable([
    [name, "--version ms", "p95", "ready ms", "p95", "CPU ms"],
    ...rows.map(({ name, version, ready, cpu }) => [
      name,
      ...[version, ready].flatMap((times) => [
        median(times).toFixed(0),
        slow(times).toFixed(0),
      ]),
      (cpu.reduce((sum, time) => sum + time, 0) / cpu.length).toFixed(0),
    ]),
  ]);
}

function slow(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * SLOW_SHARE) - 1]!;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
