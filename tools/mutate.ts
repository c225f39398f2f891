// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

/**
 * Tests the tests: makes one deliberate fault at a time in a copy of the project, and
 * reports the faults that no test notices. Works in the current folder.
 *
 * @module
 */

import { join, relative, resolve, sep } from "node:path";
import {
  ExitCode,
  type Flags,
  parseFlags,
  parseNumber,
  UsageError,
} from "../lib/program.ts";
import { Random } from "../tests/testing.ts";
import { type Fault, findFaults, withFault } from "./mutate/faults.ts";
import { ImportGraph } from "./mutate/near_tests.ts";
import { BaselineError, Trial, type Verdict } from "./mutate/trial.ts";

const USAGE = `Usage: deno task mutate FILE ...
       deno task mutate --random NUMBER [--seed NUMBER]

Makes one deliberate fault at a time in a copy of the project and runs the unit
tests nearest to it. A boundary (MAX_..., MIN_..., DEFAULT_..., small numbers)
is moved by one, so that a test must know it. A value that is only a choice,
such as a duration or the size of a buffer, changes tenfold.

  --random NUMBER   try NUMBER faults, chosen at random in lib/
  --seed NUMBER     choose the same faults as the run that printed this number
  --jobs NUMBER     how many faults to try at a time (default 1)
  --limit SECONDS   how long the tests of one fault may take (default 180)
  --list            only show the faults`;

/** Seconds for the tests of one fault: enough for twelve test files under load. */
const DEFAULT_LIMIT = 180;

/** Modules that hold data or types, or that packaging writes. */
const NOT_MUTATED = /(\.d|\/build|_data)\.ts$/;

type Place = { readonly module: string; readonly fault: Fault };

/**
 * Tries faults until `wanted` of them count, `jobs` at a time, and shows them in order.
 * Resolves to whether the tests notice all of them.
 */
async function tryAll(
  places: readonly Place[],
  { root, wanted, timeout, jobs }: {
    readonly root: string;
    readonly wanted: number;
    readonly timeout: number;
    readonly jobs: number;
  },
): Promise<boolean> {
  await using trials = new AsyncDisposableStack();
  const options = {
    graph: await ImportGraph.read(root),
    passed: new Set<string>(),
  };
  const verdicts = places.map(() => Promise.withResolvers<Verdict>());
  let next = 0;
  let isOver = false;
  const work = async (trial: Trial) => {
    while (!isOver && next < places.length) {
      const at = next++;
      const { module, fault } = places[at]!;
      const { promise, resolve } = verdicts[at]!;
      resolve(trial.try(module, fault, { timeout }));
      await promise.catch(() => isOver = true);
    }
  };
  for (let job = 0; job < jobs; job++) {
    const trial = trials.use(await Trial.start(root, options));
    const working = work(trial);
    // Nothing is removed before the last fault is taken out again.
    trials.defer(() => working);
  }
  let killed = 0;
  let counted = 0;
  try {
    for (const [at, place] of places.entries()) {
      if (counted === wanted) break;
      const verdict = await verdicts[at]!.promise;
      if (verdict === "no code") continue;
      counted++;
      if (verdict !== "survived") killed++;
      const source = await Deno.readTextFile(join(root, place.module));
      show(verdict, place, source);
    }
  } finally {
    isOver = true;
  }
  const percent = counted === 0 ? 100 : Math.round(100 * killed / counted);
  console.log(`${killed} of ${counted} killed (${percent} %)`);
  return killed === counted;
}

/** Prints one line for a fault; for an unnoticed one, also its diff. */
function show(
  verdict: Verdict | "fault",
  { module, fault }: Place,
  source: string,
): void {
  const before = source.slice(0, fault.start).split("\n");
  const line = before.length;
  console.log(`${verdict.padEnd(9)} ${module}:${line} ${fault.kind}`);
  if (verdict === "killed" || verdict === "timed out") return;
  const rows = source.slice(fault.start, fault.end).split("\n").length;
  const after = withFault(source, fault).split("\n");
  const changed = fault.replacement.split("\n").length;
  for (const row of source.split("\n").slice(line - 1, line - 1 + rows)) {
    console.log(`  - ${row}`);
  }
  for (const row of after.slice(line - 1, line - 1 + changed)) {
    console.log(`  + ${row}`);
  }
}

/** Yields the modules of lib/ in which a fault can be made. */
async function* modulesOf(root: string): AsyncGenerator<string> {
  const folders = ["lib"];
  for (const folder of folders) {
    for await (
      const { name, isDirectory } of Deno.readDir(join(root, folder))
    ) {
      const path = `${folder}/${name}`;
      if (isDirectory) folders.push(path);
      else if (name.endsWith(".ts") && !NOT_MUTATED.test(path)) yield path;
    }
  }
}

async function faultsIn(root: string, modules: Iterable<string>) {
  const places: Place[] = [];
  for (const module of modules) {
    const source = await Deno.readTextFile(join(root, module));
    for (const fault of findFaults(source)) places.push({ module, fault });
  }
  return places;
}

/** Returns the same places in an order that depends only on the seed. */
function shuffled(places: readonly Place[], seed: number): Place[] {
  const random = new Random(seed);
  const rest = [...places];
  return places.map(() => {
    const at = random.below(rest.length);
    const place = rest[at]!;
    rest[at] = rest.at(-1)!;
    rest.pop();
    return place;
  });
}

async function choose(flags: Flags, root: string) {
  const count = flags.value("random");
  if (count === undefined) {
    if (flags.arguments.length === 0) throw new UsageError("Name a file");
    const modules = flags.arguments.map((path) =>
      relative(root, resolve(path)).replaceAll(sep, "/")
    );
    return { places: await faultsIn(root, modules), wanted: Infinity };
  }
  const wanted = parseNumber(count, { flag: "random", min: 1, max: 99_999 });
  const seed = parseNumber(
    flags.value("seed") ?? String(Math.floor(Math.random() * 1e9)),
    { flag: "seed", min: 0, max: 999_999_999 },
  );
  console.log(`seed ${seed}`);
  const modules = (await Array.fromAsync(modulesOf(root))).sort();
  return { places: shuffled(await faultsIn(root, modules), seed), wanted };
}

async function main(args: string[]): Promise<number> {
  try {
    const flags = parseFlags(args, {
      boolean: ["help", "list"],
      string: ["random", "seed", "jobs", "limit"],
      maxArguments: Infinity,
    });
    if (flags.has("help")) {
      console.log(USAGE);
      return ExitCode.inOrder;
    }
    const root = Deno.cwd();
    const { places, wanted } = await choose(flags, root);
    if (flags.has("list")) {
      for (const place of places.slice(0, wanted)) {
        const source = await Deno.readTextFile(join(root, place.module));
        show("fault", place, source);
      }
      return ExitCode.inOrder;
    }
    const limit = parseNumber(flags.value("limit") ?? String(DEFAULT_LIMIT), {
      flag: "limit",
      min: 1,
      max: 3_600,
    });
    const jobs = parseNumber(flags.value("jobs") ?? "1", {
      flag: "jobs",
      min: 1,
      max: 64,
    });
    const all = await tryAll(places, {
      ...{ root, wanted, jobs },
      timeout: limit * 1_000,
    });
    return all ? ExitCode.inOrder : ExitCode.failed;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${USAGE}`);
      return ExitCode.usage;
    }
    if (!(error instanceof BaselineError)) throw error;
    console.error(error.message);
    return ExitCode.failed;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
