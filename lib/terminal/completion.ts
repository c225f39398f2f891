/** What can follow what is typed: whole lines that begin with it. */
export type Completer = (line: string) => readonly string[];

/** Candidates that are shown; of more, their number. */
const MAX_OFFERED = 60;

/** The longest beginning that all words have in common; empty for none. */
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

/** `lines` as they are offered: the last word of each, without what stands before it. */
export function offered(lines: readonly string[]): string {
  const words = lines.slice(0, MAX_OFFERED).map(lastWord);
  const more = lines.length - words.length;
  if (more > 0) words.push(`... ${more} more`);
  return words.join("   ");
}

function lastWord(line: string): string {
  return /("[^"]*"|\S+)\s*$/.exec(line)?.[1] ?? line;
}
