import { assert } from "@std/assert";

/** Most rounds in which a busy computer may hide that the time is in proportion. */
const MAX_ROUNDS = 100;

/** Rounds before the first comparison: the first ones compile the code. */
const MIN_ROUNDS = 3;

/** Milliseconds below which a run is mostly noise. */
const NOISE = 0.1;

/**
 * How many times as long a text of eight times the length may take. In proportion is 8
 * times, with the square of the length is 64 times.
 */
const MAX_RATIO = 24;

/**
 * Asserts that `run` takes time in proportion to the length of its text: `part`,
 * repeated to at most `length` bytes. Compares the shortest runs with the whole text and
 * with an eighth of it, and tries again as long as the ratio is too large: other
 * programs make a run longer, never shorter.
 */
export function assertInProportion(
  part: string,
  length: number,
  { run }: { readonly run: (text: string) => void },
): void {
  const size = new TextEncoder().encode(part).length;
  const whole = part.repeat(Math.floor(length / size));
  const eighth = whole.slice(0, Math.floor(whole.length / 8));
  const least = { whole: Infinity, eighth: Infinity };
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    least.eighth = Math.min(least.eighth, timeOf(() => run(eighth)));
    least.whole = Math.min(least.whole, timeOf(() => run(whole)));
    const bound = MAX_RATIO * Math.max(least.eighth, NOISE);
    if (round >= MIN_ROUNDS && least.whole < bound) return;
  }
  const times = `${least.eighth} ms, ${least.whole} ms`;
  assert(false, `not in proportion: ${JSON.stringify(part)}: ${times}`);
}

function timeOf(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
