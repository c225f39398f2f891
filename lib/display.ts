/**
 * Makes foreign text harmless: text from the network must neither act on a screen nor
 * forge a line of a log.
 *
 * @module
 */

import { joins, selects, separates } from "./invisible.ts";

/**
 * Most marks on one letter: Tibetan needs 9; more than 16 would cover the rows around.
 */
const MAX_MARKS = 16;

/**
 * Characters that may have to be made visible: control characters (C0, DEL, C1), line
 * separators, lone surrogates, and invisible characters. Matches a flag written in tag
 * characters as a whole, and also a long run of marks on one letter.
 */
const SUSPICIOUS = new RegExp(
  [
    // Black flag, at most six tags, end tag.
    "\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{1,6}\\u{e007f}",
    `\\p{M}{${MAX_MARKS + 1},}`,
    "[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Cf}\\p{Default_Ignorable_Code_Point}]",
  ].join("|"),
  "gu",
);

const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** Visible format characters: they frame the digits of Arabic, Syriac and Kaithi. */
const SEEN_FORMAT =
  /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;

const BLACK_FLAG = "\u{1f3f4}";
const MARK = /\p{M}/u;
const PLAIN = /^[\x20-\x7e]*$/;

/** Printable ASCII without the characters that need escaping inside quotation marks. */
const PLAIN_IN_QUOTES = /^[\x20!\x23-\x5b\x5d-\x7e]*$/;

/**
 * Returns `text` with everything that could act on a screen written as `\x1b` or
 * `\u{202e}`. Joiners, variation selectors and word separators stay where a script or
 * an emoji uses them. Linear in the length of `text`.
 */
export function display(text: string): string {
  return PLAIN.test(text) ? text : text.replace(SUSPICIOUS, shown);
}

/** Returns the lines of `text`, each made harmless by {@linkcode display}. */
export function displayLines(text: string): string[] {
  return text.split(/\r\n|\n/).map(display);
}

/**
 * Returns `text` in quotation marks, on one line, so that a reader sees where it ends.
 */
export function quote(text: string): string {
  if (PLAIN_IN_QUOTES.test(text)) return `"${text}"`;
  return `"${display(text.replace(/["\\]/g, "\\$&"))}"`;
}

/** Returns what to show for `found`, which is in `text` at `offset`. */
function shown(found: string, offset: number, text: string): string {
  if (found.startsWith(BLACK_FLAG)) return found;
  let result = "";
  let marks = 0;
  let at = offset;
  for (const character of found) {
    const heaped = MARK.test(character) && ++marks > MAX_MARKS;
    result += !heaped && isKept(text, at, character)
      ? character
      : escaped(character);
    at += character.length;
  }
  return result;
}

function isKept(text: string, at: number, character: string): boolean {
  // A visible mark here is part of a long run; any other visible character here is a
  // control character.
  if (!INVISIBLE.test(character)) return MARK.test(character);
  return joins(text, at) || selects(text, at) || separates(text, at) ||
    SEEN_FORMAT.test(character);
}

function escaped(character: string): string {
  switch (character) {
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
  }
  const digits = character.codePointAt(0)!.toString(16).padStart(2, "0");
  return digits.length === 2 ? `\\x${digits}` : `\\u{${digits}}`;
}
