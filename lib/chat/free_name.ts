import { lookKeys, MAX_NAME_LENGTH, userNameProblem } from "../names.ts";

/**
 * The most digits of a number at the end of a name: enough for more people than a
 * server can have.
 */
const MAX_DIGITS = 5;
const MAX_NUMBER = 10 ** MAX_DIGITS - 1;

/**
 * A number to replace, at the end of a name. A longer number has a meaning of its own,
 * such as a year.
 */
const COUNTER = /(?<=\D)[0-9]{1,3}$/u;

/**
 * Characters that cannot come before a number: a joiner, an apostrophe, a dash or a
 * dot.
 */
const LOOSE_END = /[^\p{L}\p{M}\p{N}]+$/u;
const OTHER_DIGIT = /(?![0-9])\p{Nd}/gu;
const DIGIT = /\p{Nd}/u;

/** The base name for a person whose own name cannot take a number. */
const GUEST = "Guest";

/**
 * Returns a valid free name similar to `name`: `Bob2` for `Bob`. `isTaken` says whether
 * somebody has one of the looks (`lookKeys`). It is called some 30 times, whatever the
 * number of people, and at most three times per person if people choose their names to
 * cause it.
 */
export function freeName(
  name: string,
  isTaken: (look: string) => boolean,
): string {
  const stem = stemOf(name);
  for (const start of [stem, `${stem}-`]) {
    const found = numbered(start, isTaken);
    if (
      userNameProblem(found) === undefined && !lookKeys(found).some(isTaken)
    ) return found;
  }
  return numbered(GUEST, isTaken);
}

/**
 * Returns `start` and a number from 2 up; free if the number does not change the look
 * of `start`.
 */
function numbered(start: string, isTaken: (look: string) => boolean): string {
  const looks = lookKeys(start);
  // The first character of a look key says which kind it is.
  const digits = Array.from(
    "0123456789",
    (digit) => lookKeys(digit)[0]!.slice(1),
  );
  const has = (number: number) => {
    const tail = Array.from(String(number), (digit) => digits[Number(digit)]!)
      .join("");
    return looks.some((look) => isTaken(look + tail));
  };
  return `${start}${freeNumber(has)}`;
}

/** Returns a free number; the lowest one if all below it are taken. */
function freeNumber(isTaken: (number: number) => boolean): number {
  let taken = 1;
  let free = 2;
  while (free <= MAX_NUMBER && isTaken(free)) {
    taken = free;
    free *= 2;
  }
  if (free > MAX_NUMBER) {
    // People have taken exactly the numbers that the search tried.
    for (free = 3; free < MAX_NUMBER && isTaken(free);) free++;
    return free;
  }
  while (free - taken > 1) {
    const middle = (taken + free) >> 1;
    if (isTaken(middle)) taken = middle;
    else free = middle;
  }
  return free;
}

/**
 * Returns the part of `name` before the number, short enough for a dash and a number.
 */
function stemOf(name: string): string {
  const stem = name.replace(OTHER_DIGIT, plainDigit).replace(COUNTER, "");
  return [...stem].slice(0, MAX_NAME_LENGTH - MAX_DIGITS - 1).join("")
    .replace(LOOSE_END, "");
}

/** Returns the ASCII digit: Unicode keeps the digits of each script in a row of ten. */
function plainDigit(digit: string): string {
  const code = digit.codePointAt(0)!;
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(code - value - 1))) {
    value++;
  }
  return String(value);
}
