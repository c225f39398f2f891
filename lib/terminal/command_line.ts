import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** The first word of a line and the rest, which keeps its inner spaces. */
export function firstWord(text: string): [word: string, rest: string] {
  const match = /^(\S*)\s*([\s\S]*)$/.exec(text.trim())!;
  return [match[1]!, match[2]!];
}

/** What is said to a command that is none of `names`. */
export function unknownCommand(
  wanted: string,
  names: readonly string[],
): string {
  if (wanted === "") {
    return "A command has a name after the slash: /help shows them all";
  }
  const nearest = names.find((name) => name.startsWith(wanted)) ??
    closestString(wanted, names);
  return `There is no command /${wanted}. Did you mean /${nearest}? ` +
    "/help shows them all";
}

/**
 * The one of `names` that `wanted` may be a slip for: it begins so, has the same
 * letters in another order, or at most a third of them are others. Upper and lower
 * case are one.
 */
export function nearest(
  wanted: string,
  names: readonly string[],
): string | undefined {
  const typed = wanted.toLowerCase();
  let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
  let best: string | undefined;
  for (const name of names) {
    const distance = distanceOf(typed, name.toLowerCase());
    if (distance >= least) continue;
    least = distance;
    best = name;
  }
  return best;
}

function distanceOf(typed: string, name: string): number {
  if (name.startsWith(typed)) return 0;
  const letters = (word: string) => [...word].sort().join("");
  if (letters(typed) === letters(name)) return 1;
  return levenshteinDistance(typed, name);
}
