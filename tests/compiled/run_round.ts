import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJunit, type Results } from "./junit.ts";
import { inOwnNetwork } from "./own_network.ts";
import type { Round } from "./rounds.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Milliseconds after which a round is ended: the longest needs 8 min, and 12 on a busy
 * machine.
 */
const ROUND_TIME = 20 * 60_000;

/** What came of a round. */
export type Ran = {
  readonly round: Round;
  readonly results: Results;
  /** Everything that it printed. */
  readonly output: string;
  readonly seconds: number;
};

export type RoundOptions = {
  /** The variables that name the programs. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether it has a network of its own. */
  readonly isAlone: boolean;
  /** Selects tests by their names, as `deno test --filter`. */
  readonly filter?: string;
};

/**
 * Runs the tests of a round. A round that does not come to an end has failed, as one
 * test of its title.
 */
export async function runRound(
  round: Round,
  { env, isAlone, filter }: RoundOptions,
): Promise<Ran> {
  const begin = performance.now();
  const folder = await Deno.makeTempDir({ prefix: "messenger-round-" });
  try {
    const report = join(folder, "report.xml");
    const log = join(folder, "output.txt");
    const args = argumentsOf(round, report);
    if (filter !== undefined && round.tests.length > 0) {
      args.push(`--filter=${filter}`);
    }
    const deno = [Deno.execPath(), ...args];
    const command = isAlone ? inOwnNetwork(deno) : deno;
    const success = await run(command, { env, log });
    const output = await Deno.readTextFile(log);
    const results = round.tests.length === 0
      ? smokeResults(round, success)
      : await testResults(round, report, success);
    const seconds = Math.round((performance.now() - begin) / 1_000);
    return { round, results, output, seconds };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Runs a command, with all that it prints in the file `log`, where a person can look
 * while it runs. Resolves to whether it succeeded.
 */
async function run(
  words: readonly string[],
  { env, log }: { env: Readonly<Record<string, string>>; log: string },
): Promise<boolean> {
  const command = new Deno.Command("sh", {
    args: ["-c", 'exec "$@" >"$0" 2>&1', log, ...words],
    cwd: ROOT,
    env: { ...env },
    stdin: "null",
    signal: AbortSignal.timeout(ROUND_TIME),
  });
  return (await command.output()).success;
}

function argumentsOf({ tests }: Round, report: string): string[] {
  const flags = ["--no-prompt", "--no-check"];
  return tests.length === 0
    ? ["run", ...flags, "--allow-all", "tools/smoke.ts"]
    : [
      ...["test", ...flags, "--allow-all", `--junit-path=${report}`],
      ...tests,
    ];
}

function smokeResults({ title }: Round, success: boolean): Results {
  const none = { passed: [], failed: [], ignored: [] };
  return success ? { ...none, passed: [title] } : { ...none, failed: [title] };
}

async function testResults(
  { title }: Round,
  report: string,
  success: boolean,
): Promise<Results> {
  const xml = await Deno.readTextFile(report).catch(() => "");
  const results = readJunit(xml);
  // Whatever is not a failed test: a module that does not load, a crash, a leak.
  return success || results.failed.length > 0
    ? results
    : { ...results, failed: [`${title}: did not come to its end`] };
}
