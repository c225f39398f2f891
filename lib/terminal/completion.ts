/** What can follow what is typed: whole lines that begin with it. */
export type Completer = (line: string) => readonly string[];

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
