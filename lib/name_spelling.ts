/**
 * How a user name may be spelled, following UTS #39 (Unicode Security Mechanisms):
 * allows real names from everywhere, and rejects imitations.
 *
 * @module
 */

import { selects, shapes } from "./invisible.ts";
import { NAME_RANGES } from "./look_alike_data.ts";
import { once } from "./once.ts";

const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Scripts whose names need variation selectors; no other script does. */
const WITH_SELECTORS = /[\p{Script=Han}\p{Script=Mongolian}]/u;

/** The characters that keyboards and word processors give for an apostrophe. */
const APOSTROPHE = "'\u2019\u2018";

/** Signs allowed inside a name, between letters of their script. */
const SIGNS = `${APOSTROPHE}\u00b7\u30fb\u058a\u05be\u05f3\u05f4\u0f0b`;

/** Matches any character that is not a sign, and a sign between fitting letters. */
const fittingSigns = once(() =>
  new RegExp(
    "^(?:" + [
      `[^${SIGNS}]`,
      // O'Brien, D’Arcy, the Catalan Gal·la.
      `(?<=[\\p{L}\\p{M}])[${APOSTROPHE}\u00b7](?=\\p{L})`,
      "(?<=\\p{scx=Hebrew})[\u05be\u05f3\u05f4](?=\\p{scx=Hebrew})",
      // A Hebrew name may end with a geresh, however it is typed.
      `(?<=\\p{scx=Hebrew})[\u05f3${APOSTROPHE}]$`,
      "(?<=\\p{scx=Armenian})\u058a(?=\\p{scx=Armenian})",
      "(?<=\\p{scx=Tibetan})\u0f0b(?=\\p{scx=Tibetan}|$)",
      "(?<=[\\p{scx=Katakana}\\p{scx=Hiragana}\\p{scx=Han}])\u30fb" +
      "(?=[\\p{scx=Katakana}\\p{scx=Hiragana}\\p{scx=Han}])",
    ].join("|") + ")*$",
    "u",
  )
);

/** Letters, marks and numbers of names in current use. */
const nameCharacters = once(() =>
  new RegExp(
    `^[${
      NAME_RANGES.trim().split(/\s/).map((range) =>
        range.split("-").map((code) => `\\u{${code}}`).join("-")
      ).join("")
    }${SIGNS}\u200c\u200d._-]*$`,
    "u",
  )
);
const LETTER_LIKE = /^[\p{L}\p{M}\p{N}]$/u;

/** Most marks on one letter, as in Thai and Lao: a vowel, a tone, a shortening sign. */
const MAX_MARKS = 3;

/**
 * Scripts with another maximum of marks on one letter: what normalization leaves of
 * Vietnamese and Yoruba; consonants below a letter, vowels around it, tones.
 */
const marksOfScripts = once((): readonly [script: RegExp, marks: number][] => [
  [/\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}/u, 2],
  [/\p{Script=Hebrew}|\p{Script=Arabic}/u, 4],
  [/\p{Script=Khmer}/u, 5],
  [/\p{Script=Myanmar}|\p{Script=Tibetan}|\p{Script=Tai_Tham}/u, 7],
  [
    /\p{Script=Devanagari}|\p{Script=Bengali}|\p{Script=Gujarati}|\p{Script=Gurmukhi}|\p{Script=Kannada}|\p{Script=Malayalam}|\p{Script=Oriya}|\p{Script=Sinhala}|\p{Script=Tamil}|\p{Script=Telugu}|\p{Script=Balinese}|\p{Script=Javanese}/u,
    5,
  ],
]);

const MARKED = /(.?)(\p{M}+)/gsu;

/** A letter or a joiner. */
const CARRIER = /^[\p{L}\u200c\u200d]$/u;

const LETTER = /\p{L}/u;

/** Scripts that may occur together in one name. */
const TOGETHER: readonly string[][] = [
  ["Latin", "Han", "Hiragana", "Katakana"],
  ["Latin", "Han", "Hangul"],
  ["Latin", "Han", "Bopomofo"],
];

/**
 * Living scripts that must not be mixed: a Cyrillic `а` among Latin letters passes for
 * an `a`.
 */
const ALONE = `Adlam Arabic Armenian Balinese Bamum Batak Bengali
  Canadian_Aboriginal Chakma Cham Cherokee Cyrillic Devanagari Ethiopic Georgian
  Greek Gujarati Gurmukhi Hanifi_Rohingya Hebrew Javanese Kannada Kayah_Li Khmer
  Lao Lepcha Limbu Lisu Malayalam Mandaic Meetei_Mayek Miao Mongolian Myanmar New_Tai_Lue
  Newa Nko Nyiakeng_Puachue_Hmong Ol_Chiki Oriya Osage Saurashtra Sinhala
  Sundanese Syloti_Nagri Syriac Tai_Le Tai_Tham Tai_Viet Tamil Telugu Thaana Thai
  Tibetan Tifinagh Vai Wancho Yi`.split(/\s+/);

/** Patterns for texts of one alphabet, each made when a name needs it. */
const ALPHABETS = [...TOGETHER, ...ALONE.map((script) => [script])].map(
  (scripts) =>
    once(() =>
      new RegExp(
        `^[${
          [...scripts, "Common", "Inherited"]
            .map((script) => `\\p{scx=${script}}`).join("")
        }]*$`,
        "u",
      )
    ),
);

/** Digits in different scripts that could be mixed up, one row for each script. */
const DIGITS = [/[0-9]/, /[\u0660-\u0669]/, /[\u06f0-\u06f9]/];
const OTHER_DIGIT = /(?![0-9\u0660-\u0669\u06f0-\u06f9])\p{Nd}/u;

/**
 * Returns what is wrong with the spelling of `name`, as a sentence that says what to
 * do, or `undefined`. `name` is in normal form C. Linear in its length.
 */
export function spellingProblem(name: string): string | undefined {
  if (hasIdleIgnorable(name)) {
    return "The name has an invisible character in it: use letters and digits";
  }
  const plain = name.normalize("NFKC");
  if (!nameCharacters().test(plain.replace(IGNORABLE, ""))) {
    return characterProblem(plain);
  }
  if (!/^[\p{L}\p{N}]/u.test(name)) {
    return "The name must begin with a letter or a digit";
  }
  if (!fittingSigns().test(plain)) {
    return "An apostrophe or dot must stand between two letters, as in O'Brien";
  }
  return marksProblem(plain.normalize("NFC")) ?? scriptProblem(plain);
}

/** Returns whether an invisible character in the name does nothing but hide. */
function hasIdleIgnorable(name: string): boolean {
  for (const { index } of name.matchAll(IGNORABLE)) {
    const before = name.slice(Math.max(0, index - 2), index);
    const isSelector = selects(name, index) && WITH_SELECTORS.test(before);
    if (!isSelector && !shapes(name, index)) return true;
  }
  return false;
}

function characterProblem(plain: string): string {
  for (const character of plain) {
    const isName = nameCharacters().test(character);
    if (!isName && /\p{M}/u.test(character)) {
      const code = character.codePointAt(0)!.toString(16).toUpperCase();
      return `The name has the mark U+${code.padStart(4, "0")}, which names ` +
        "do not use: leave it out";
    }
    if (!isName && LETTER_LIKE.test(character)) {
      return `The name has the letter ${character}, which people do not write ` +
        "names with: use everyday letters";
    }
  }
  return "The name has a character that is not allowed: " +
    "use letters, digits, . _ and -";
}

function marksProblem(name: string): string | undefined {
  for (const [, carrier, marks] of name.matchAll(MARKED)) {
    const each = [...marks!];
    if (!CARRIER.test(carrier!)) {
      return "The name has an accent without a letter: leave it out";
    }
    const [, most = MAX_MARKS] = marksOfScripts().find(([script]) =>
      script.test(carrier + marks!)
    ) ?? [];
    if (each.length > most) {
      return "The name has too many accents on one letter: use fewer";
    }
    if (new Set(each).size < each.length) {
      return "The name has the same accent twice on one letter: use it once";
    }
  }
  return undefined;
}

function scriptProblem(plain: string): string | undefined {
  if (
    LETTER.test(plain) && !ALPHABETS.some((alphabet) => alphabet().test(plain))
  ) {
    const letters = plain.replace(/\p{N}/gu, "");
    return ALPHABETS.some((alphabet) => alphabet().test(letters))
      ? "The name mixes letters and digits of different scripts: use 0 to 9"
      : "The name mixes letters of different alphabets: use only one alphabet";
  }
  const kinds = [...DIGITS, OTHER_DIGIT].filter((digit) => digit.test(plain));
  if (kinds.length > 1) {
    return "The name mixes digits of different alphabets: use only 0 to 9";
  }
  return undefined;
}
