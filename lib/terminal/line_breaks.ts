/**
 * Decides where a text is broken into rows. The terminal must never do that: it would
 * begin the next row at its left edge, where only the program's own rows begin.
 *
 * @module
 */

import { columnBound } from "./column_bound.ts";

/** Smallest width of a row, in columns: any one character fits. */
const MIN_ROOM = 2;

/**
 * Widest emoji that is not split, in columns, if its parts are drawn side by side: a
 * family of four with skin tones needs 16.
 */
const MAX_CLUSTER_COLUMNS = 16;

/** Longest cluster that is not split, in UTF-16 units: bounds the work. */
const MAX_CLUSTER_LENGTH = 64;

const SPACE = 0x20;
const JOINER = 0x200d;

/** From `start` up to `end`, in UTF-16 units. */
export type Row = readonly [start: number, end: number];

export type BreakOptions = {
  /** Columns taken before the text in its first row. Default: 0. */
  readonly start?: number;
  /** Columns taken before the text in all other rows. Default: 0. */
  readonly indent?: number;
  /** UTF-16 units at the start in which no row should end. Default: 0. */
  readonly head?: number;
};

/**
 * Yields the rows of `text`, each within `columns` columns of any common terminal.
 * Breaks between words and between Chinese or Japanese characters; a word longer than a
 * row fills it to its end. Omits spaces that do not fit at the end of a row, and
 * nothing else. Takes time linear in the length of `text`, which must hold no line
 * break and no control character: see `display`.
 */
export function* breakRows(
  text: string,
  columns: number,
  { start = 0, indent = 0, head = 0 }: BreakOptions = {},
): Generator<Row> {
  let room = Math.max(MIN_ROOM, columns - start);
  // No UTF-16 unit takes more than two columns.
  if (2 * text.length <= room) return yield [0, text.length];
  const nextRoom = Math.max(MIN_ROOM, columns - indent);
  let begin = 0;
  let place = 0;
  let used = 0;
  let hasWords = false;
  let before = SPACE;
  let at = 0;
  const startRow = (index: number) => {
    begin = place = at = index;
    used = 0;
    hasWords = false;
    before = SPACE;
    room = nextRoom;
  };
  while (at < text.length) {
    const code = text.codePointAt(at)!;
    if (code === SPACE) {
      if (used < room) {
        used++;
        at++;
        if (hasWords) place = at;
        before = code;
        continue;
      }
      const next = afterSpaces(text, at);
      yield [begin, at];
      if (next === text.length) return;
      startRow(next);
      continue;
    }
    const { end, width } = clusterAt(text, at, Math.min(room, nextRoom));
    if (hasWords && breaksBetween(before, code)) place = at;
    if (used + width > room) {
      const rowEnd = place > begin ? place : at;
      yield [begin, rowEnd];
      startRow(rowEnd);
      continue;
    }
    used += width;
    at = end;
    before = code;
    if (!isBlank(code)) hasWords = at > head;
    else if (hasWords) place = at;
  }
  yield [begin, text.length];
}

function afterSpaces(text: string, at: number): number {
  while (text.charCodeAt(at) === SPACE) at++;
  return at;
}

/**
 * Returns the cluster of characters at `at`: a letter with its marks, an emoji, a flag.
 */
function clusterAt(
  text: string,
  at: number,
  room: number,
): { end: number; width: number } {
  let code = text.codePointAt(at)!;
  let end = at + lengthOf(code);
  let width = columnBound(code);
  const limit = Math.min(MAX_CLUSTER_COLUMNS, room);
  let mayPair = isRegional(code);
  while (end < text.length && end - at < MAX_CLUSTER_LENGTH) {
    const next = text.codePointAt(end)!;
    if (next < 0x300) break;
    const pairs = mayPair && isRegional(next);
    if (
      !pairs && !(code === JOINER && isPicture(next)) && !extendsCluster(next)
    ) {
      break;
    }
    const more = columnBound(next);
    if (width + more > limit) break;
    mayPair = false;
    code = next;
    end += lengthOf(next);
    width += more;
  }
  return { end, width };
}

/** Returns whether a row may end between two characters that are not blank. */
function breaksBetween(before: number, after: number): boolean {
  if (!isIdeographic(before) && !isIdeographic(after)) return false;
  return !OPENING.has(before) && !CLOSING.has(after) && !isBlank(before);
}

/** Returns whether a character is invisible and has a width: a row may break there. */
function isBlank(code: number): boolean {
  if (code < 0x1000) return code === SPACE || code === 0xa0;
  return BLANKS.has(code) || code >= 0x2000 && code <= 0x200b;
}

/**
 * Returns whether a script writes this character without spaces between words, so that
 * a row may break after it.
 */
function isIdeographic(code: number): boolean {
  if (code < 0x2600) return false;
  return code >= 0x2e80 && code <= 0x9fff || code >= 0xf900 && code <= 0xfaff ||
    code >= 0xfe30 && code <= 0xfe4f || code >= 0xff01 && code <= 0xff9d ||
    code >= 0x1f300 && code <= 0x1faff || code >= 0x20000 && code <= 0x3fffd;
}

function isRegional(code: number): boolean {
  return code >= 0x1f1e6 && code <= 0x1f1ff;
}

function isPicture(code: number): boolean {
  return code > 0x2000 && PICTURE.test(String.fromCodePoint(code));
}

function extendsCluster(code: number): boolean {
  // Most letters in everyday use: decided without the slow expression.
  if (code >= 0x370 && code <= 0x482) return false;
  if (code >= 0x2e80 && code <= 0x3029 || code >= 0x3400 && code <= 0x9fff) {
    return false;
  }
  return EXTENDING.test(String.fromCodePoint(code));
}

function lengthOf(code: number): number {
  return code > 0xffff ? 2 : 1;
}

const PICTURE = /\p{Extended_Pictographic}/u;

/** Marks, joiners, skin tones, tags, and the vowels and finals of a Hangul syllable. */
const EXTENDING =
  /[\p{M}\p{Emoji_Modifier}\u200c\u200d\u1161-\u11ff\ud7b0-\ud7ff\uff9e\uff9f\u{e0020}-\u{e007f}]/u;

/** Besides U+00A0 and U+2000 to U+200B: other spaces, Hangul fillers, empty signs. */
const BLANKS: ReadonlySet<number> = new Set([
  ...[0x1680, 0x202f, 0x205f, 0x3000],
  ...[0x115f, 0x1160, 0x3164, 0xffa0],
  ...[0x2800, 0x1d159, 0x13441, 0x13442],
]);

/** Characters that no row begins with. */
const CLOSING: ReadonlySet<number> = codesOf(
  "!%),.:;?]}'\"’”…‥、。，．：；！？）］｝〕〉》」』】〗〙〛·・ー々〻ヽヾゝゞ" +
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ％｡､｣ｰ～〜",
);

/** Characters that no row ends with. */
const OPENING: ReadonlySet<number> = codesOf(
  "([{'\"‘“（［｛〔〈《「『【〖〘〚｢$£¥￥#@",
);

function codesOf(characters: string): ReadonlySet<number> {
  return new Set([...characters].map((character) => character.codePointAt(0)!));
}
