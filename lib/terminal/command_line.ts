/**
 * Splits a line into its first word and the rest, inner spaces kept. Both may be empty.
 */
export function firstWord(text: string): [word: string, rest: string] {
  const match = /^(\S*)\s*([\s\S]*)$/.exec(text.trim())!;
  return [match[1]!, match[2]!];
}
