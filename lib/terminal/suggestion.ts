import type { CommandRow } from "./command.ts";
import { slipFor } from "./slips.ts";

/**
 * Returns the command that the unknown word `wanted` may stand for: the only one that
 * begins with it, or one that is a slip away. Returns `undefined` if none is near, or
 * if the nearest must not be suggested.
 */
export function suggestedWord(
  wanted: string,
  commands: readonly CommandRow[],
): string | undefined {
  const policies = new Map(
    commands.flatMap(({ name, aliases = [], suggested = "always" }) =>
      [name, ...aliases].map((word) => [word, suggested] as const)
    ),
  );
  const isNever = (word: string) => policies.get(word) === "never";
  const words = [...policies.keys()];
  const beginning = words.filter((word) => word.startsWith(wanted));
  const [only] = beginning;
  if (beginning.length === 1 && policies.get(only!) !== "for slips") {
    return isNever(only!) ? undefined : only;
  }
  if (beginning.some(isNever)) return undefined;
  // Of two equally near words the first wins, so sort words that must not be suggested
  // first: in doubt, suggest nothing.
  const cautious = words.toSorted((a, b) =>
    Number(isNever(b)) - Number(isNever(a))
  );
  const slip = slipFor(wanted, cautious);
  return slip !== undefined && isNever(slip) ? undefined : slip;
}
