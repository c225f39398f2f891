/**
 * Tells where a script or an emoji needs an invisible character. Anywhere else such a
 * character only hides something.
 *
 * @module
 */

import { once } from "./once.ts";

const ZERO_WIDTH_SPACE = "\u200b";
const ZWNJ = "\u200c";
const ZWJ = "\u200d";

/** Letters and marks of the scripts whose letters join, where a joiner shapes them. */
const joiningLetter = wordOf([
  "Adlam",
  "Arabic",
  "Chorasmian",
  "Hanifi_Rohingya",
  "Mandaic",
  "Manichaean",
  "Mongolian",
  "Nko",
  "Old_Uyghur",
  "Phags_Pa",
  "Psalter_Pahlavi",
  "Sogdian",
  "Syriac",
]);

/** Letters and marks of the scripts that write consonant clusters. */
const clusterLetter = wordOf([
  "Balinese",
  "Bengali",
  "Devanagari",
  "Grantha",
  "Gujarati",
  "Gurmukhi",
  "Javanese",
  "Kannada",
  "Khmer",
  "Malayalam",
  "Myanmar",
  "Oriya",
  "Sinhala",
  "Tamil",
  "Telugu",
  "Tirhuta",
]);

/** Letters and marks of the scripts that write no spaces between words. */
const unspacedLetter = wordOf([
  "Balinese",
  "Javanese",
  "Khmer",
  "Lao",
  "Myanmar",
  "New_Tai_Lue",
  "Tai_Le",
  "Tai_Tham",
  "Thai",
]);

/**
 * Signs that remove a consonant's vowel: halant, hasanta, virama, al-lakuna, asat,
 * coeng.
 */
const VIRAMA =
  /[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1039\u103a\u17d2\u1b44\ua9c0\u{1134d}\u{114c2}]/u;

/** Khmer signs that a preceding ZWJ or ZWNJ moves above or below the letter. */
const KHMER_SHIFTER = /[\u17c9\u17ca]/u;

const LETTER = /\p{L}/u;
const MARK = /\p{M}/u;

const PICTURE = /\p{Extended_Pictographic}/u;
const PICTURE_END = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u;
const PICTURE_TAIL = /[\p{Emoji_Modifier}\ufe0f]/u;

/** Characters with a text form and an emoji form: U+FE0E and U+FE0F choose. */
const TWO_FACED = /(?![\p{Regional_Indicator}\p{Emoji_Modifier}])\p{Emoji}/u;

/** Characters with variants listed in the Unicode standard: U+FE00 to U+FE06. */
const HAS_VARIANTS =
  /[0\p{Sm}\p{Script=Han}\p{Script=Myanmar}\p{Script=Phags_Pa}\p{Script=Manichaean}\p{Script=Egyptian_Hieroglyphs}\u2018\u2019\u201c\u201d\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f]/u;

const HAN = /\p{Script=Han}/u;
const mongolianLetter = wordOf(["Mongolian"]);

/**
 * Returns whether the character at `at` is a ZWJ or ZWNJ that does something: between
 * letters of a script that joins, at a sign that removes a consonant's vowel, or (ZWJ)
 * between the parts of one emoji.
 */
export function joins(text: string, at: number): boolean {
  const joiner = text[at];
  if (joiner !== ZWJ && joiner !== ZWNJ) return false;
  const before = characterBefore(text, at);
  // A joiner after a joiner, or at the beginning, does nothing: a sign of forgery.
  if (before === "" || before === ZWJ || before === ZWNJ) return false;
  const after = characterAt(text, at + 1);
  if (VIRAMA.test(before)) return true;
  if (clusterLetter().test(before)) {
    return VIRAMA.test(after) || KHMER_SHIFTER.test(after);
  }
  if (joiningLetter().test(before)) return joiningLetter().test(after);
  return joiner === ZWJ && PICTURE.test(after) && endsPicture(text, at);
}

/**
 * Returns whether the joiner at `at` changes how a word looks, a stricter test than
 * {@linkcode joins}: it separates two letters of a script that joins, or it shapes a
 * conjunct. Any other joiner in a name only hides.
 */
export function shapes(text: string, at: number): boolean {
  if (!joins(text, at)) return false;
  const before = /(\p{L})(\p{M}*)$/u.exec(text.slice(0, at));
  if (before === null) return false;
  const [, letter, marks] = before as unknown as [string, string, string];
  const after = characterAt(text, at + 1);
  if (joiningLetter().test(letter)) {
    // Persian separates word parts with it after any letter, even after letters that
    // never join.
    return text[at] === ZWNJ;
  }
  const ending = marks === "" ? "" : characterBefore(text, at);
  // A vowel sign belongs to the letter, and a bare ZWNJ needs a following letter to
  // separate.
  if (VIRAMA.test(ending)) {
    return text[at] === ZWJ ? !MARK.test(after) : LETTER.test(after);
  }
  return clusterLetter().test(letter);
}

/**
 * Returns whether the character at `at` is a variation selector for the one before it.
 */
export function selects(text: string, at: number): boolean {
  const code = text.codePointAt(at)!;
  const before = characterBefore(text, at);
  if (code === 0xfe0e || code === 0xfe0f) return TWO_FACED.test(before);
  if (code >= 0xfe00 && code <= 0xfe06) return HAS_VARIANTS.test(before);
  if (code >= 0xe0100 && code <= 0xe01ef) return HAN.test(before);
  // The Mongolian selectors and the vowel separator.
  if (code >= 0x180b && code <= 0x180f) return mongolianLetter().test(before);
  return false;
}

/**
 * Returns whether the character at `at` separates two words of a script without spaces.
 */
export function separates(text: string, at: number): boolean {
  return text[at] === ZERO_WIDTH_SPACE &&
    unspacedLetter().test(characterBefore(text, at)) &&
    unspacedLetter().test(characterAt(text, at + 1));
}

/** Returns whether an emoji ends at `at`, with or without a skin tone or selector. */
function endsPicture(text: string, at: number): boolean {
  const last = characterBefore(text, at);
  if (!PICTURE_END.test(last)) return false;
  if (!PICTURE_TAIL.test(last)) return true;
  return PICTURE.test(characterBefore(text, at - last.length));
}

/** Returns the character before `at`; `""` at the beginning. */
function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  const isPair = low >= 0xdc00 && low <= 0xdfff &&
    (text.charCodeAt(at - 2) & 0xfc00) === 0xd800;
  return text.slice(Math.max(0, at - (isPair ? 2 : 1)), at);
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

/** Returns what makes a pattern for one letter or mark of these scripts. */
function wordOf(scripts: readonly string[]): () => RegExp {
  const all = scripts.map((script) => `\\p{scx=${script}}`).join("");
  return once(() => new RegExp(`[[${all}]&&[\\p{L}\\p{M}]]`, "v"));
}
