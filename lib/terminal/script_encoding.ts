/** The encoding of a script. */
export type ScriptEncoding = "utf-8" | "utf-16le" | "utf-16be";

export type Detected = {
  readonly encoding: ScriptEncoding;
  /** Length of the byte order mark at the beginning, in bytes. */
  readonly markLength: number;
};

/**
 * Bytes in the pattern of UTF-16, without a line end, after which the script counts as
 * UTF-16.
 */
const SURE_LENGTH = 8;

const LINE_FEED = 0x0a;

const MARKS: readonly (readonly [ScriptEncoding, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * Returns the encoding of a script by its first bytes, or `undefined` if it needs more
 * bytes; never `undefined` with `isWhole`, for a whole script. UTF-16 without a mark
 * shows by a NUL at every second position, which no UTF-8 text has.
 */
export function detectEncoding(
  bytes: Uint8Array,
  { isWhole = false } = {},
): Detected | undefined {
  for (const [encoding, mark] of MARKS) {
    const isSame = mark.every((byte, at) => bytes[at] === byte);
    if (isSame) return { encoding, markLength: mark.length };
    const mayFollow = bytes.length < mark.length &&
      bytes.every((byte, at) => mark[at] === byte);
    if (mayFollow && !isWhole) return undefined;
  }
  const little = likeness(bytes, 1);
  const big = likeness(bytes, 0);
  if (!isWhole && (little === "so far" || big === "so far")) return undefined;
  const encoding = bytes.length < 2
    ? "utf-8"
    : little !== "no"
    ? "utf-16le"
    : big !== "no"
    ? "utf-16be"
    : "utf-8";
  return { encoding, markLength: 0 };
}

/**
 * Returns whether, up to the first line end, exactly every second byte from `zero` on
 * is NUL.
 */
function likeness(bytes: Uint8Array, zero: 0 | 1): "yes" | "so far" | "no" {
  const length = Math.min(bytes.length, SURE_LENGTH);
  for (let at = 0; at < length; at++) {
    if ((bytes[at] === 0) !== (at % 2 === zero)) return "no";
    const unit = bytes[at - zero];
    if (at % 2 === 1 && (zero === 1 ? unit : bytes[at]) === LINE_FEED) {
      return "yes";
    }
  }
  return length === SURE_LENGTH ? "yes" : "so far";
}
