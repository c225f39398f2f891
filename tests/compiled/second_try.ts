import { type Ran, type RoundOptions, runRound } from "./run_round.ts";

/**
 * Most tests that get a second try. Of some thousand starts under Wine, one never
 * begins; more failures than this have another cause.
 */
const MAX_TESTS = 3;

/**
 * Runs failed tests of Windows programs once more, by themselves: now and then Wine
 * does not start a program. Resolves to the results of both tries together; its output
 * names what passed only at the second. `failed` are the tests that count as failed.
 */
export async function secondTry(
  first: Ran,
  failed: readonly string[],
  options: RoundOptions,
): Promise<Ran> {
  const { round, results } = first;
  const usesWine = Object.values(round.systems).includes("windows");
  if (!usesWine || failed.length === 0 || failed.length > MAX_TESTS) {
    return first;
  }
  const second = await runRound(round, {
    ...options,
    filter: exactly(failed),
  });
  const saved = failed.filter((name) => second.results.passed.includes(name));
  const lines = saved.map((name) => `Passed at the second try: ${name}\n`);
  return {
    round,
    results: {
      ...results,
      passed: [...results.passed, ...saved],
      failed: results.failed.filter((name) => !saved.includes(name)),
    },
    output: `${first.output}\n${second.output}\n${lines.join("")}`,
    seconds: first.seconds + second.seconds,
  };
}

/** Returns a filter for tests of exactly these names. */
export function exactly(names: readonly string[]): string {
  const escaped = names.map((name) =>
    name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
  );
  return `/^(?:${escaped.join("|")})$/`;
}
