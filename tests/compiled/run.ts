// deno-lint-ignore-file no-console -- says what it does, and counts

/**
 * The programs that people get are the programs that are tested: makes both for Linux
 * and for Windows as a release does, and runs the smoke test, tests/e2e and the tests
 * of permissions on them: on Linux, on Windows with Wine, and with Windows on one side
 * and Linux on the other.
 *
 *     deno task test:compiled              all of it
 *     deno task test:compiled --short      a few of each kind
 *     deno task test:compiled --prepare    only fetches what the tests need
 *
 * The bases come from `packaging/bases.ts`. Where they cannot be fetched, it says so in
 * one line, and the release workflow remains, which tries the programs on real systems.
 * The last line counts the tests.
 *
 * @module
 */

import { join } from "node:path";
import { type Base, basesFolder, fetchBases } from "../../packaging/bases.ts";
import { isBefore } from "../../packaging/deno_differences.ts";
import { NoBaseError } from "../../packaging/no_base_error.ts";
import { fileName, PROGRAMS } from "../../packaging/programs.ts";
import { COMMANDS } from "../e2e/programs.ts";
import { setUpWine } from "../windows/set_up_wine.ts";
import { judge, type Judged } from "./known_differences.ts";
import { makePrograms, PROBE, startCommand } from "./make_programs.ts";
import { hasOwnNetworks } from "./own_network.ts";
import { type Round, rounds, type System } from "./rounds.ts";
import { type Ran, runRound } from "./run_round.ts";
import { secondTry } from "./second_try.ts";
import { stageFor } from "./stage_for.ts";
import { WorkFolder } from "./work_folder.ts";

/** Rounds side by side, each in its network: they mostly wait, and CI has two cores. */
const SIDE_BY_SIDE = 2;

/** Where the programs are, and the Wine that starts those for Windows. */
type Workshop = {
  readonly folder: string;
  readonly bases: Readonly<Record<System, Base>>;
  readonly wine: string | undefined;
};

/** Resolves to the bases by system; to `undefined` after a line that says why not. */
async function prepareBases(): Promise<Workshop["bases"] | undefined> {
  try {
    const bases = await fetchBases(basesFolder());
    const of = (name: string) =>
      bases.find(({ target }) => target.name === name)!;
    return { linux: of("linux-x64"), windows: of("windows-x64") };
  } catch (error) {
    if (!(error instanceof NoBaseError)) throw error;
    console.log(
      `The executables are not tested here: ${error.message}. The release ` +
        "workflow tries them",
    );
    return undefined;
  }
}

async function makeAll({ folder, bases, wine }: Workshop): Promise<void> {
  using stage = await stageFor(Object.values(bases));
  stage.copy(PROBE);
  for (const [system, base] of Object.entries(bases)) {
    if (system === "windows" && wine === undefined) continue;
    const begin = performance.now();
    await makePrograms(stage, base, join(folder, system));
    const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
    const { target: { name }, version } = base;
    console.log(`Made for ${name} with Deno ${version}, in ${seconds} s`);
  }
}

/** Returns the variables that name the programs of a round to its tests. */
function variables(
  { systems }: Round,
  { folder, bases, wine }: Workshop,
): Record<string, string> {
  const env: Record<string, string> = {
    MESSENGER_COMPILED: join(folder, systems.server),
  };
  for (const name of PROGRAMS) {
    const base = bases[systems[name]];
    const path = join(folder, systems[name], fileName(name, base.target));
    env[COMMANDS[name]] = startCommand(path, base, wine);
  }
  if (wine !== undefined) env["MESSENGER_WINDENO"] = `${wine}/windeno`;
  return env;
}

/** Runs the rounds, some at a time; `done` is told each one as it ends. */
async function runAll(
  list: readonly Round[],
  workshop: Workshop,
  done: (ran: Ran) => void,
): Promise<void> {
  const queue = [...list];
  const isAlone = await hasOwnNetworks();
  const workers = isAlone ? SIDE_BY_SIDE : 1;
  const work = async () => {
    for (let round = queue.shift(); round; round = queue.shift()) {
      const options = { env: variables(round, workshop), isAlone };
      const first = await runRound(round, options);
      const { failed } = judge(
        first.results,
        versionOf(round, workshop.bases),
      );
      done(await secondTry(first, failed, options));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

/** The lowest Deno of the programs of a round. */
function versionOf({ systems }: Round, bases: Workshop["bases"]): string {
  const [a, b] = PROGRAMS.map((name) => bases[systems[name]].version);
  return isBefore(a!, b!) ? a! : b!;
}

/** Prints the outcome of all rounds; resolves to whether all is as it should be. */
function summarize(ran: readonly (Ran & { judged: Judged })[]): boolean {
  const total = { passed: 0, failed: 0, known: 0, ignored: 0 };
  console.log("The executables, by systems:");
  for (const { round, results, judged, seconds } of ran) {
    const { failed, known } = judged;
    const { passed, ignored } = results;
    console.log(
      `  ${round.title.padEnd(54)} ${passed.length} passed, ${failed.length} ` +
        `failed, ${known.length} known, ${ignored.length} skipped, ${seconds} s`,
    );
    total.passed += passed.length;
    total.failed += failed.length;
    total.known += known.length;
    total.ignored += ignored.length;
  }
  for (const { output } of ran) {
    for (const [line] of output.matchAll(/^Passed at the second try: .*$/gm)) {
      console.log(line);
    }
  }
  for (const { round, judged } of ran) {
    for (const name of judged.failed) {
      console.log(`FAILED: ${round.title}: ${name}`);
    }
  }
  const known = new Set(ran.flatMap(({ judged }) => judged.known));
  for (const { test, until, reason } of known) {
    console.log(`Known until Deno ${until}: ${test}: ${reason}`);
  }
  const passing = ran.flatMap(({ judged }) => judged.passesNow);
  for (const entry of new Set(passing)) {
    if (known.has(entry)) continue;
    console.log(`Passes now, take it off the list: ${entry.test}`);
  }
  console.log(
    `${total.passed} passed, ${total.failed} failed, ` +
      `${total.ignored + total.known} skipped`,
  );
  return total.failed === 0;
}

async function main(): Promise<boolean> {
  const [bases, wine] = await Promise.all([prepareBases(), setUpWine()]);
  if (Deno.args.includes("--prepare")) return true;
  if (bases === undefined) {
    console.log("0 passed, 0 failed, 0 skipped");
    return true;
  }
  using work = new WorkFolder();
  const workshop = { folder: work.path, bases, wine };
  await makeAll(workshop);
  const systems: System[] = ["linux"];
  if (wine !== undefined) systems.push("windows");
  const short = Deno.args.includes("--short");
  const ran: (Ran & { judged: Judged })[] = [];
  await runAll(rounds(systems, { short }), workshop, (one) => {
    const { round, output, results, seconds } = one;
    const judged = judge(results, versionOf(round, bases));
    ran.push({ ...one, judged });
    console.log(`\n== ${round.title} (${seconds} s)\n${output}`);
  });
  return summarize(ran);
}

Deno.exit(await main() ? 0 : 1);
