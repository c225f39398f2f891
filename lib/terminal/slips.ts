/**
 * Typing errors (slips): which existing word the user meant.
 *
 * @module
 */

/**
 * Letters from which a word may have two slips; two in a shorter word make another
 * word.
 */
const TWO_SLIPS_LENGTH = 6;

/**
 * Letters below which slips are not considered: such a word is one slip from nearly any
 * other.
 */
const MIN_SLIP_LENGTH = 2;

/**
 * Returns the first of `names` that begins with `wanted`, or else the nearest one that
 * it may be a slip for. Ignores case.
 */
export function nearest(
  wanted: string,
  names: readonly string[],
): string | undefined {
  const typed = wanted.toLowerCase();
  return names.find((name) => name.toLowerCase().startsWith(typed)) ??
    slipFor(typed, names);
}

/**
 * Returns the nearest of `names` that `typed`, in lower case, may be a slip for; of
 * equally near ones, the first.
 */
export function slipFor(
  typed: string,
  names: readonly string[],
): string | undefined {
  if (typed.length < MIN_SLIP_LENGTH) return undefined;
  let least = slipsAllowed(typed) + 1;
  let best: string | undefined;
  for (const name of names) {
    if (name.length < MIN_SLIP_LENGTH) continue;
    const slips = slipsBetween(typed, name.toLowerCase(), least - 1);
    if (slips >= least) continue;
    least = slips;
    best = name;
  }
  return best;
}

/** Most slips in a word of any length: more make another word. */
export const MAX_SLIPS = 2;

/** Returns the most slips, 1 or 2, between `typed` and the intended word. */
export function slipsAllowed(typed: string): number {
  return typed.length < TWO_SLIPS_LENGTH ? 1 : MAX_SLIPS;
}

/**
 * Returns how many slips turn `name` into `typed`: a letter inserted, missing or wrong,
 * or two letters swapped. Counts up to `most`; a larger result means more.
 */
export function slipsBetween(
  typed: string,
  name: string,
  most: number,
): number {
  const [from, to] = [[...typed], [...name]];
  if (Math.abs(from.length - to.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      next[column] = Math.min(
        last[column]! + 1,
        next[column - 1]! + 1,
        last[column - 1]! + (same ? 0 : 1),
      );
      const isSwap = row > 1 && column > 1 &&
        from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwap) {
        next[column] = Math.min(next[column]!, before[column - 2]! + 1);
      }
    }
    [before, last] = [last, next];
  }
  return last[to.length]!;
}
