import { firstWord } from "./command_line.ts";

/** What a typed line is: a command, or text to say. */
export type TypedLine =
  | { readonly command: string; readonly argument: string }
  | { readonly text: string };

/**
 * Letters that look like a slash, or that a keyboard for another language gives
 * for the slash key (`、` on Chinese and Japanese ones).
 */
const SLASHES = new Set("/／∕⁄⧸⟋╱、､");

/** Blanks and invisible letters: what nobody sees at the start of a line. */
const UNSEEN = "\\s\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\u2800";
const LEADING_UNSEEN = new RegExp(`^[${UNSEEN}]+`, "u");
const ANY_UNSEEN = new RegExp(`[${UNSEEN}]+`, "gu");

/**
 * Reads a typed line; `undefined` if nothing can be seen in it. Two slashes begin
 * a text that has one. The letter in the place of the slash does not matter, nor
 * do blanks and invisible letters before it: what looks like a command is one.
 */
export function readTypedLine(line: string): TypedLine | undefined {
  const seen = line.replace(LEADING_UNSEEN, "");
  if (seen === "") return undefined;
  if (seen.startsWith("//")) return { text: seen.slice(1).trimEnd() };
  if (!SLASHES.has(seen[0]!)) return { text: line.trimEnd() };
  const [word, argument] = firstWord(seen.slice(1));
  const command = word.normalize("NFKC").replace(ANY_UNSEEN, "").toLowerCase();
  return { command, argument };
}
