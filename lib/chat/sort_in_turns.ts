/** Items that are sorted at a time: well under a millisecond each. */
const RUN_LENGTH = 128;

/** Comparisons between two breaks: a few milliseconds. */
const TURN_LENGTH = 2_000;

/**
 * Sorts `items` into a new list, stable, and lets others have a turn now and then:
 * ten thousand names take 70 ms, and nobody's chat should wait that long.
 */
export async function sortInTurns<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
): Promise<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN_LENGTH) {
    runs.push(items.slice(at, at + RUN_LENGTH).sort(compare));
    if (at > 0 && at % (RUN_LENGTH * 4) === 0) await turn();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const [a, b = []] = [runs[i]!, runs[i + 1]];
      merged.push(await merge(a, b, compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (a: T, b: T) => number,
): Promise<T[]> {
  const merged: T[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    merged.push(compare(a[i]!, b[j]!) <= 0 ? a[i++]! : b[j++]!);
    if (merged.length % TURN_LENGTH === 0) await turn();
  }
  while (i < a.length) merged.push(a[i++]!);
  while (j < b.length) merged.push(b[j++]!);
  return merged;
}

/** Others have a turn: what has arrived is dealt with first. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
