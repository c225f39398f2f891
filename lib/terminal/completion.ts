/** Returns what Tab offers for the typed text: whole lines. */
export type Completer = (line: string) => readonly string[];

/** Most candidates shown, a few rows of a window; the others are counted. */
const MAX_OFFERED = 60;

/** Returns the longest prefix that all words share; empty for none. */
export function commonPrefix(words: readonly string[]): string {
  const [first = "", ...others] = words;
  const characters = [...first];
  let length = characters.length;
  for (const word of others) {
    const same = [...word];
    let index = 0;
    while (index < length && same[index] === characters[index]) index++;
    length = index;
  }
  return characters.slice(0, length).join("");
}

/**
 * Returns the whole lines that complete `typed`, which follows `head`, with one of
 * `words`.
 */
export function completions(
  head: string,
  words: readonly string[],
  typed: string,
): string[] {
  const start = typed.toLowerCase();
  return words.filter((word) => word.toLowerCase().startsWith(start))
    .map((word) => head + word);
}

/** Returns `lines` as Tab shows them: only the last word of each. */
export function offered(lines: readonly string[]): string {
  const words = lines.slice(0, MAX_OFFERED).map(lastWord);
  const more = lines.length - words.length;
  if (more > 0) words.push(`... ${more} more`);
  return words.join("   ");
}

function lastWord(line: string): string {
  return /("[^"]*"|\S+)\s*$/.exec(line)?.[1] ?? line;
}
