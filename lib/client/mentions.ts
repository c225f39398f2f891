import { nameKey } from "../names.ts";

/**
 * Most marks on one letter that count; no name has more than three. Normalizing a
 * heap of marks takes time with the square of its length.
 */
const MAX_MARKS = 16;

const HEAP_OF_MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, "gu");

const WORD_CHARACTER = /[\p{L}\p{M}\p{N}_]/u;
const MARK = /\p{M}/u;
const DIGIT = /\p{N}/u;

/** Signs inside a name: `Ann-Marie`, `ann.b`. */
const CONNECTOR = /[._-]/;
const CONNECTED = /[\p{L}\p{M}\p{N}]/u;

/** Scripts whose words follow each other without spaces. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const KATAKANA = /[\p{Script=Katakana}ー]/u;
const HANGUL = /\p{Script=Hangul}/u;

/** What Korean writes right after a name: titles, particles, forms of "to be". */
const KOREAN_ENDINGS = [
  ...[
    "선생님",
    "선생",
    "선배",
    "후배",
    "오빠",
    "언니",
    "누나",
    "님",
    "씨",
    "쌤",
  ],
  ...["군", "양", "형", "네", "들", "이", "야", "아", "가", "는", "은", "을"],
  ...["를", "의", "에", "에서", "에게", "한테", "께", "와", "과", "랑", "하고"],
  ...["도", "만", "로", "으로", "부터", "까지", "보다", "처럼", "마다", "조차"],
  ...["밖에", "라고", "라는", "라도", "고", "다", "입니다", "입니까", "예요"],
  ...["에요", "였어", "었어", "인데", "잖아", "지", "요"],
];

/** Up to four Korean endings, and then the end of the word. */
const KOREAN_ENDING = new RegExp(
  `(?:${KOREAN_ENDINGS.join("|")}){1,4}(?!\\p{Script=Hangul})`,
  "uy",
);

/**
 * Whether `text` mentions `name`: as a word of its own, or, in scripts without spaces,
 * anywhere in the text. Case and the way to encode a letter do not matter. Takes time
 * linear in the length of `text`.
 */
export function mentions(text: string, name: string): boolean {
  const all = folded(text);
  const wanted = folded(name);
  const first = characterAt(wanted, 0);
  const last = characterBefore(wanted, wanted.length);
  for (let at = 0; (at = all.indexOf(wanted, at)) !== -1; at++) {
    const end = at + wanted.length;
    if (wordBegins(all, at, first) && wordEnds(all, end, last)) return true;
  }
  return false;
}

/** Whether a word begins at `at`, with the letter `first`. */
function wordBegins(text: string, at: number, first: string): boolean {
  const before = characterBefore(text, at);
  if (CONNECTOR.test(before) && !UNSPACED.test(first)) {
    return !CONNECTED.test(characterBefore(text, at - 1));
  }
  return isApart(before, first);
}

/** Whether a word ends at `at`, with the letter `last`. */
function wordEnds(text: string, at: number, last: string): boolean {
  const after = characterAt(text, at);
  if (MARK.test(after)) return false;
  if (CONNECTOR.test(after) && !UNSPACED.test(last)) {
    return !CONNECTED.test(characterAt(text, at + 1));
  }
  if (HANGUL.test(after) && HANGUL.test(last)) {
    KOREAN_ENDING.lastIndex = at;
    return KOREAN_ENDING.test(text);
  }
  return isApart(after, last);
}

/** Whether `neighbour` lies outside the word that begins or ends with `edge`. */
function isApart(neighbour: string, edge: string): boolean {
  if (!WORD_CHARACTER.test(neighbour)) return true;
  if (KATAKANA.test(edge)) return !KATAKANA.test(neighbour);
  if (HANGUL.test(edge)) {
    return !HANGUL.test(neighbour) && !DIGIT.test(neighbour);
  }
  // Where one script meets another without spaces, a word ends.
  return UNSPACED.test(edge) || UNSPACED.test(neighbour) ||
    KATAKANA.test(neighbour) || HANGUL.test(neighbour);
}

/** `text` in the form for comparing names and texts. */
function folded(text: string): string {
  // Lower case leaves two forms of sigma, and a dot of the Turkish İ.
  return nameKey(text.replace(HEAP_OF_MARKS, "$1"))
    .replaceAll("ς", "σ").replaceAll("i\u0307", "i");
}

/** The character before `at`, and `""` at the beginning. */
function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  const isPair = low >= 0xdc00 && low <= 0xdfff;
  return text.slice(Math.max(0, at - (isPair ? 2 : 1)), Math.max(0, at));
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}
