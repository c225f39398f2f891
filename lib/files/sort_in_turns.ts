/** Items sorted at a time: well under a millisecond each time. */
const RUN_LENGTH = 128;

/** Comparisons between two breaks: a few milliseconds. */
const TURN_LENGTH = 2_000;

/**
 * Returns `items` sorted (stable), and lets other tasks run in between: ten thousand
 * names take 70 ms, too long to block the chat.
 */
export async function sortInTurns<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
): Promise<T[]> {
  const breaks = new Breaks();
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN_LENGTH) {
    const run = items.slice(at, at + RUN_LENGTH).sort(compare);
    runs.push(run);
    // An item of a run is compared about six times.
    if (breaks.count(6 * run.length)) await turn();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const [a, b = []] = [runs[i]!, runs[i + 1]];
      merged.push(await merge([a, b], { compare, breaks }));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

/** Decides when to take a break. */
class Breaks {
  #work = 0;

  /** Counts comparisons; returns whether a break is due. */
  count(work: number): boolean {
    this.#work += work;
    if (this.#work < TURN_LENGTH) return false;
    this.#work = 0;
    return true;
  }
}

type MergeOptions<T> = {
  readonly compare: (a: T, b: T) => number;
  readonly breaks: Breaks;
};

async function merge<T>(
  [a, b]: readonly [readonly T[], readonly T[]],
  { compare, breaks }: MergeOptions<T>,
): Promise<T[]> {
  const merged: T[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    merged.push(compare(a[i]!, b[j]!) <= 0 ? a[i++]! : b[j++]!);
    if (breaks.count(1)) await turn();
  }
  while (i < a.length) merged.push(a[i++]!);
  while (j < b.length) merged.push(b[j++]!);
  return merged;
}

/** Lets other tasks run: whatever has arrived is handled first. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
