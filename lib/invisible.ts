/**
 * Where a script or an emoji needs a character that is not seen. Everywhere else
 * such a character only hides something.
 *
 * @module
 */

const ZERO_WIDTH_SPACE = "\u200b";
const ZWNJ = "\u200c";
const ZWJ = "\u200d";

/** Letters and marks of the scripts whose letters join, where a joiner shapes them. */
const JOINING_LETTER = wordOf([
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

/** Letters and marks of the scripts that write clusters of consonants. */
const CLUSTER_LETTER = wordOf([
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
const UNSPACED_LETTER = wordOf([
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

/** Take the vowel from a consonant: halant, hasanta, virama, al-lakuna, asat, coeng. */
const VIRAMA =
  /[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1039\u103a\u17d2\u1b44\ua9c0\u{1134d}\u{114c2}]/u;

/** Khmer signs that a ZWJ or ZWNJ before them moves above or below the letter. */
const KHMER_SHIFTER = /[\u17c9\u17ca]/u;

const PICTURE = /\p{Extended_Pictographic}/u;
const PICTURE_END = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u;
const PICTURE_TAIL = /[\p{Emoji_Modifier}\ufe0f]/u;

/** Has a form as text and one as a picture: U+FE0E and U+FE0F. */
const TWO_FACED = /(?![\p{Regional_Indicator}\p{Emoji_Modifier}])\p{Emoji}/u;

/** Has variants that the Unicode standard lists: U+FE00 to U+FE06. */
const HAS_VARIANTS =
  /[0\p{Sm}\p{Script=Han}\p{Script=Myanmar}\p{Script=Phags_Pa}\p{Script=Manichaean}\p{Script=Egyptian_Hieroglyphs}\u2018\u2019\u201c\u201d\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f]/u;

const HAN = /\p{Script=Han}/u;
const MONGOLIAN_LETTER = wordOf(["Mongolian"]);

/**
 * Whether the character at `at` is a ZWJ or ZWNJ that is used: between letters of
 * a script that joins, at the sign that takes the vowel from a consonant, or (ZWJ)
 * between the pictures of one emoji.
 */
export function joins(text: string, at: number): boolean {
  const joiner = text[at];
  if (joiner !== ZWJ && joiner !== ZWNJ) return false;
  const before = characterBefore(text, at);
  // A joiner after a joiner, or at the beginning, is the work of a forger.
  if (before === "" || before === ZWJ || before === ZWNJ) return false;
  const after = characterAt(text, at + 1);
  if (VIRAMA.test(before)) return true;
  if (CLUSTER_LETTER.test(before)) {
    return VIRAMA.test(after) || KHMER_SHIFTER.test(after);
  }
  if (JOINING_LETTER.test(before)) return JOINING_LETTER.test(after);
  return joiner === ZWJ && PICTURE.test(after) && endsPicture(text, at);
}

/** Whether the character at `at` is a variation selector of the one before it. */
export function selects(text: string, at: number): boolean {
  const code = text.codePointAt(at)!;
  const before = characterBefore(text, at);
  if (code === 0xfe0e || code === 0xfe0f) return TWO_FACED.test(before);
  if (code >= 0xfe00 && code <= 0xfe06) return HAS_VARIANTS.test(before);
  if (code >= 0xe0100 && code <= 0xe01ef) return HAN.test(before);
  // The Mongolian selectors and the vowel separator.
  if (code >= 0x180b && code <= 0x180f) return MONGOLIAN_LETTER.test(before);
  return false;
}

/** Whether the character at `at` parts two words of a script that writes no spaces. */
export function separates(text: string, at: number): boolean {
  return text[at] === ZERO_WIDTH_SPACE &&
    UNSPACED_LETTER.test(characterBefore(text, at)) &&
    UNSPACED_LETTER.test(characterAt(text, at + 1));
}

/** Whether a picture ends at `at`, with or without its skin colour or selector. */
function endsPicture(text: string, at: number): boolean {
  const last = characterBefore(text, at);
  if (!PICTURE_END.test(last)) return false;
  if (!PICTURE_TAIL.test(last)) return true;
  return PICTURE.test(characterBefore(text, at - last.length));
}

/** The character before `at`, and `""` at the beginning. */
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

/** A letter or a mark that these scripts use. */
function wordOf(scripts: readonly string[]): RegExp {
  const all = scripts.map((script) => `\\p{scx=${script}}`).join("");
  return new RegExp(`[[${all}]&&[\\p{L}\\p{M}]]`, "v");
}
