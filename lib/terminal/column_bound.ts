import { eastAsianWidth, eastAsianWidthType } from "get-east-asian-width";

/**
 * The classic console of Windows draws each mark and joiner in a column of its
 * own, and each character beyond U+FFFF in two.
 */
const HAS_CLASSIC_CONSOLE = Deno.build.os === "windows";

/** Fonts for Chinese, Japanese and Korean draw Greek letters and `“` in two columns. */
const AMBIGUOUS_COLUMNS = /^(?:ja|ko|zh)\b/.test(navigator.language) ? 2 : 1;

const MARK_COLUMNS = HAS_CLASSIC_CONSOLE ? 1 : 0;
const ASTRAL_COLUMNS = HAS_CLASSIC_CONSOLE ? 2 : 1;

const KEYCAP = 0x20e3;
const PICTURE_SELECTOR = 0xfe0f;

/** Take no column of their own where the terminal knows them. */
const NO_COLUMN =
  /[[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]--[\u115f\u1160\u3164\uffa0]]/v;

/** In one terminal a letter, in the next a picture; or known to newer terminals only. */
const DISPUTED =
  /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Cn}\p{Co}\u2e3a\u2e3b]/u;

/**
 * The most columns, 0 to 2, that a usual terminal gives to a character (a code
 * point). Terminals disagree on emoji, flags, private and new characters; a row
 * that fits with this bound fits in each of them.
 */
export function columnBound(code: number): number {
  if (code < 0xa0) return 1;
  if (isEverydayLetter(code)) return AMBIGUOUS_COLUMNS;
  if (eastAsianWidth(code) === 2) return 2;
  // It makes the character before it a picture.
  if (code === PICTURE_SELECTOR || code === KEYCAP) return 1;
  const character = String.fromCodePoint(code);
  const astral = code > 0xffff;
  if (NO_COLUMN.test(character)) {
    return astral ? 2 * MARK_COLUMNS : MARK_COLUMNS;
  }
  if (DISPUTED.test(character)) return 2;
  if (astral) return ASTRAL_COLUMNS;
  return eastAsianWidthType(code) === "ambiguous" ? AMBIGUOUS_COLUMNS : 1;
}

/** {@linkcode columnBound} of all characters of `text` together. */
export function textBound(text: string): number {
  let columns = 0;
  for (const character of text) {
    columns += columnBound(character.codePointAt(0)!);
  }
  return columns;
}

/** Latin, Greek and Cyrillic, for speed: some of them are ambiguous. */
function isEverydayLetter(code: number): boolean {
  return code >= 0xc0 && code <= 0x2af || code >= 0x391 && code <= 0x481;
}
