/**
 * Foreign text made harmless: nothing that came over the network may act on a
 * screen or forge a line of a log.
 *
 * @module
 */

/**
 * What is made visible: control characters (C0, DEL, C1), line separators,
 * bidirectional controls, zero-width and other invisible characters, half
 * surrogate pairs. A joiner inside an emoji and a variation selector stay.
 */
const ACTING = new RegExp(
  [
    "[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]",
    "(?<!\\p{Extended_Pictographic}[\\ufe0f\\p{EMod}]?)\\u200d",
    "\\u200d(?!\\p{Extended_Pictographic})",
    "(?![\\u200d\\ufe00-\\ufe0f\\u{e0020}-\\u{e007f}])[\\p{Cf}\\p{Default_Ignorable_Code_Point}]",
    // Tag characters belong to flags: black flag, at most six tags, end tag.
    "(?<!\\u{1f3f4}[\\u{e0020}-\\u{e007e}]{0,6})[\\u{e0020}-\\u{e007f}]",
  ].join("|"),
  "gu",
);

const PLAIN = /^[\x20-\x7e]*$/;

/** Plain, and without what must be escaped in quotation marks. */
const PLAIN_IN_QUOTES = /^[\x20!\x23-\x5b\x5d-\x7e]*$/;

/** `text` with everything that could act on a screen written as `\x1b` or `\u{202e}`. */
export function display(text: string): string {
  return PLAIN.test(text) ? text : text.replace(ACTING, escaped);
}

/** The lines of `text`, each made harmless by {@linkcode display}. */
export function displayLines(text: string): string[] {
  return text.split(/\r\n|\n/).map(display);
}

/** `text` in quotation marks, on one line, so that it cannot be mistaken for anything else. */
export function quote(text: string): string {
  if (PLAIN_IN_QUOTES.test(text)) return `"${text}"`;
  return `"${display(text.replace(/["\\]/g, "\\$&"))}"`;
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
  const code = character.codePointAt(0)!;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u{${code.toString(16)}}`;
}
