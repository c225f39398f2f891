import { eastAsianWidth, eastAsianWidthType } from "get-east-asian-width";

/** The kind of terminal, as far as it decides how wide characters are. */
export type TerminalKind = {
  /**
   * The classic Windows console draws each mark and joiner in a column of its own, and
   * each character beyond U+FFFF in two.
   */
  readonly isClassicConsole: boolean;
  /**
   * Fonts for Chinese, Japanese and Korean draw Greek letters and `“` two columns wide.
   */
  readonly isEastAsian: boolean;
};

const KEYCAP = 0x20e3;
const PICTURE_SELECTOR = 0xfe0f;

/** Characters without a column of their own, in terminals that know them. */
const NO_COLUMN =
  /[[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}]--[\u115f\u1160\u3164\uffa0]]/v;

/**
 * Characters that some terminals draw as letters and others as pictures, or that are
 * too new for some.
 */
const DISPUTED =
  /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Cn}\p{Co}\u2e3a\u2e3b]/u;

/**
 * Returns the most columns, 0 to 2, that a common terminal gives to a character (a code
 * point). Terminals disagree on emoji, flags, private and new characters; a row that
 * fits with this bound fits in all of them.
 */
export const columnBound = columnBoundOf({
  isClassicConsole: Deno.build.os === "windows",
  isEastAsian: /^(?:ja|ko|zh)\b/.test(navigator.language),
});

/** Returns the function {@linkcode columnBound} of another kind of terminal. */
export function columnBoundOf(
  { isClassicConsole, isEastAsian }: TerminalKind,
): (code: number) => number {
  const ambiguousColumns = isEastAsian ? 2 : 1;
  return (code) => {
    if (code < 0xa0) return 1;
    if (isEverydayLetter(code)) return ambiguousColumns;
    if (eastAsianWidth(code) === 2) return 2;
    // Both turn the character before them into a picture.
    if (code === PICTURE_SELECTOR || code === KEYCAP) return 1;
    const character = String.fromCodePoint(code);
    const unitColumns = isClassicConsole ? character.length : 0;
    if (NO_COLUMN.test(character)) return unitColumns;
    if (DISPUTED.test(character)) return 2;
    const isAmbiguous = eastAsianWidthType(code) === "ambiguous";
    return Math.max(isAmbiguous ? ambiguousColumns : 1, unitColumns);
  };
}

/** Returns the sum of {@linkcode columnBound} over all characters of `text`. */
export function textBound(text: string): number {
  let columns = 0;
  for (const character of text) {
    columns += columnBound(character.codePointAt(0)!);
  }
  return columns;
}

/**
 * Returns whether `code` is a Latin, Greek or Cyrillic letter: tested first for speed,
 * and counted as ambiguous, which some of them are.
 */
function isEverydayLetter(code: number): boolean {
  return code >= 0xc0 && code <= 0x2af || code >= 0x391 && code <= 0x481;
}
