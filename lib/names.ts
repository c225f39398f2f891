/**
 * The rules for user names and file names. They are the same in both programs and on
 * every system, because a user name is also the name of a folder, possibly on Windows.
 *
 * @module
 */

import { skeleton } from "./look_alikes.ts";
import { once } from "./once.ts";
import { spellingProblem } from "./name_spelling.ts";

/** Longest user name, in characters (code points): short enough for a prompt. */
export const MAX_NAME_LENGTH = 32;

/** Longest file name, in UTF-8 bytes: the smallest limit of the common file systems. */
export const MAX_FILE_NAME_LENGTH = 255;

/**
 * Most names of people in one room: more than twice as many as one computer has served.
 * A client remembers them all, in less than 128 MB even for invented names.
 */
export const MAX_PEOPLE = 50_000;

/** The sender of the operator's messages; no user can have this name. */
export const SERVER_NAME = "server";

/** Names with another meaning in a command, on the screen or on the disk. */
const RESERVED_NAMES = [
  SERVER_NAME,
  "all",
  "everyone",
  "me",
  "you",
  "download",
];

/** Device names of Windows, with any extension: `nul.txt` is the device, too. */
const WINDOWS_DEVICE =
  /^(?:CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³]|CONIN\$|CONOUT\$)$/i;

/** Characters that control a terminal or break a line. */
// deno-lint-ignore no-control-regex -- control characters are what it looks for
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/u;

/**
 * Characters that reverse the direction of a name (`gpj.exe` reads `exe.jpg`) or hide
 * in it. Joiners and variation selectors are allowed, because many emoji need them, and
 * the tags that make a flag a region's.
 */
const MISLEADING =
  /(?!(?<=\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}])(?![\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;

const LIKE_ADDRESS = /^\d+(?:\.\d+){3}$/;

/**
 * Length in UTF-16 units beyond which a text is not a name and is not normalized:
 * {@linkcode MAX_NAME_LENGTH} characters, each in parts that are surrogate pairs.
 */
const MAX_SPELLED_LENGTH = 8 * MAX_NAME_LENGTH;

/**
 * Most rounds of {@linkcode lookKey}: a capital's small letter may look like another
 * letter, twice at most.
 */
const MAX_ROUNDS = 4;

/**
 * Replaces an L, so that an I or a 1 beside it is not taken for a small l; occurs in no
 * name.
 */
const CAPITAL_L = "\ue000";

/** Other spellings of an apostrophe and of a dash; joiners and selectors. */
const APOSTROPHES = /[\u2018\u2019\u02bb\u02bc]/gu;
const DASHES = /[\u2010\u2011]/gu;
const JOINERS = /[\u200c\u200d\u180b-\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

/** Signs inside a name. */
const SIGNS = /[\p{P}\p{S}]/gu;
const MARKS = /\p{M}/gu;

/**
 * A reserved name of this many letters is reserved with accents, too: people are called
 * Mê, but nobody Servér.
 */
const LONG_NAME = 6;

/** In the order of `RESERVED_NAMES`. */
const reservedLooks = once(() => RESERVED_NAMES.map(lookKeys));

/**
 * Returns why `name` cannot be a user name, as a sentence that says what to do, or
 * `undefined` if it can. `name` must be normalized: see {@linkcode normalizeName}.
 */
export function userNameProblem(name: string): string | undefined {
  const length = name.length > MAX_SPELLED_LENGTH
    ? name.length
    : [...name].length;
  if (length === 0) return "The name is empty: choose a name";
  if (length > MAX_NAME_LENGTH) {
    return `The name has ${length} characters: use at most ${MAX_NAME_LENGTH}`;
  }
  if (/[\n-\r\u0085\u2028\u2029]/u.test(name)) {
    return "The name has a line break in it: leave it out";
  }
  if (/\s/u.test(name)) {
    return "The name has a space in it: use - or _ instead";
  }
  const problem = spellingProblem(name);
  if (problem !== undefined) return problem;
  if (name.endsWith(".")) return "The name ends with a dot: leave it out";
  if (isWindowsDevice(name) || isWindowsDevice(nameKey(name))) {
    return `Windows reserves the name ${name} for a device: choose another`;
  }
  if (LIKE_ADDRESS.test(nameKey(name))) {
    return `The name ${name} looks like an address: choose another`;
  }
  return reservedProblem(name);
}

function reservedProblem(name: string): string | undefined {
  const key = nameKey(name);
  if (RESERVED_NAMES.includes(key)) {
    return `The name ${name} is reserved: choose another`;
  }
  // Signs and accents do not make another name of these.
  const bare = name.replace(SIGNS, "");
  const looks = [name, bare].flatMap(lookKeys);
  const plainLooks = lookKeys(bare.normalize("NFD").replace(MARKS, ""));
  const reserved = RESERVED_NAMES.find((reserved, at) => {
    const isLong = reserved.length >= LONG_NAME;
    const all = isLong ? [...looks, ...plainLooks] : looks;
    return reservedLooks()[at]!.some((look) => all.includes(look));
  });
  return reserved &&
    `The name ${name} looks like ${reserved}, which is reserved: choose another`;
}

/** Returns the form in which a user name is stored and shown. */
export function normalizeName(name: string): string {
  if (name.length > MAX_SPELLED_LENGTH) return name;
  return name.normalize("NFC").replace(DASHES, "-");
}

/**
 * Returns the key of a user name: names with the same key are the same name (`John`,
 * `JOHN`, `Ｊohn`).
 */
export function nameKey(name: string): string {
  // Lower case first: the capital ẞ is its own upper case and ß is not.
  return name.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase()
    .replace(JOINERS, "").normalize("NFKC")
    .replace(APOSTROPHES, "'").replace(DASHES, "-");
}

/**
 * Returns what `name` looks like: two names that share one of these strings cannot be
 * told apart (`Alice`, `AIice` and `ALlCE`; `Bob` and `B0B`). The prefix `=` marks the
 * looks of the name as written and in capitals, `~` its look in small letters, which is
 * the same for names with the same {@linkcode nameKey}. So `Ian` is not `Lan`, although
 * it is `lan`.
 */
export function lookKeys(name: string): readonly string[] {
  const small = nameKey(name.slice(0, MAX_SPELLED_LENGTH));
  if (name.length > MAX_SPELLED_LENGTH) return [`~${small}`];
  const plain = name.normalize("NFKC");
  const written = `=${lookKey(plain)}`;
  const capitals = `=${lookKey(plain.toUpperCase())}`;
  return written === capitals
    ? [`~${lookKey(small)}`, written]
    : [`~${lookKey(small)}`, written, capitals];
}

/**
 * Returns the string that all texts looking like `text` share; a capital L looks like
 * no other letter.
 */
function lookKey(text: string): string {
  let look = skeleton(text).replaceAll("L", CAPITAL_L);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = nameKey(skeleton(look));
    if (next === look) break;
    look = next;
  }
  return look;
}

/**
 * Returns why a file cannot be saved under `name`, as the end of a sentence (`…
 * contains a path separator`), or `undefined` if every system allows it.
 */
export function fileNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name === "." || name === "..") return "means a folder";
  if (/[\\/]/.test(name)) return "contains a path separator";
  if (CONTROL.test(name)) return "contains a control character";
  if (MISLEADING.test(name)) return "contains an invisible character";
  if (/[<>:"|?*]/.test(name)) return 'contains one of < > : " | ? *';
  if (/[.\s]$/u.test(name)) return "ends with a dot or a space";
  if (/^\s/u.test(name)) return "begins with a space";
  if (name.startsWith(".")) return "begins with a dot";
  if (name.startsWith("-")) return "begins with a dash";
  if (isWindowsDevice(name)) return "means a device on Windows";
  if (!name.isWellFormed()) return "is not valid Unicode";
  if (byteLength(name) > MAX_FILE_NAME_LENGTH) {
    return `is longer than ${MAX_FILE_NAME_LENGTH} bytes`;
  }
  return undefined;
}

/**
 * Returns a name like `name` that every system allows: forbidden characters become `_`.
 * The result has no {@linkcode fileNameProblem}.
 */
export function safeFileName(name: string): string {
  const mended = name.toWellFormed()
    .replace(new RegExp(CONTROL, "gu"), "_")
    .replace(new RegExp(MISLEADING, "gu"), "_")
    .replace(/[<>:"|?*\\/]/g, "_")
    .replace(/^(?:[.-]|\s+)/u, (start) => "_".repeat(start.length));
  // Shortening comes first: it may end the name in a device name, a dot or a space.
  let safe = shortened(mended, MAX_FILE_NAME_LENGTH);
  if (isWindowsDevice(safe)) safe = shortened(`_${safe}`, MAX_FILE_NAME_LENGTH);
  safe = safe.replace(/[.\s]+$/u, (end) => "_".repeat(end.length));
  return safe === "" ? "_" : safe;
}

/**
 * Returns `name` with ` (number)` before its extension: `report (1).pdf`. At most
 * {@linkcode MAX_FILE_NAME_LENGTH} bytes long.
 */
export function numberedFileName(name: string, number: number): string {
  const { stem, ending } = splitEnding(name);
  const tail = ` (${number})${ending}`;
  return shortenedStem(stem, MAX_FILE_NAME_LENGTH - byteLength(tail)) + tail;
}

/**
 * Returns whether Windows takes `name` for a device: it ignores all after the first
 * dot, and spaces before that dot.
 */
function isWindowsDevice(name: string): boolean {
  const stem = name.split(".", 1)[0]!.trimEnd();
  return WINDOWS_DEVICE.test(stem);
}

/** Returns `name` shortened to at most `bytes` bytes, before its extension. */
export function shortened(name: string, bytes: number): string {
  if (byteLength(name) <= bytes) return name;
  const { stem, ending } = splitEnding(name);
  return shortenedStem(stem, bytes - byteLength(ending)) + ending;
}

/** Returns the longest beginning of `stem` within `bytes`, cut between characters. */
function shortenedStem(stem: string, bytes: number): string {
  let kept = "";
  let length = 0;
  for (const character of stem) {
    length += byteLength(character);
    if (length > bytes) break;
    kept += character;
  }
  return kept;
}

/** Splits off the extension, which shortening keeps unless it is absurdly long. */
function splitEnding(name: string): { stem: string; ending: string } {
  const dot = name.lastIndexOf(".");
  if (dot <= 0 || byteLength(name.slice(dot)) > 32) {
    return { stem: name, ending: "" };
  }
  return { stem: name.slice(0, dot), ending: name.slice(dot) };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
