/**
 * The rules for user names and file names: the same in both programs and on every
 * system, because a user name is also the name of a folder, perhaps on Windows.
 *
 * @module
 */

/** Longest user name, in characters (code points): fits a prompt and a line. */
export const MAX_NAME_LENGTH = 32;

/** Longest file name, in UTF-8 bytes: the smallest limit of the usual file systems. */
export const MAX_FILE_NAME_LENGTH = 255;

/** The sender of what the operator says; nobody else can have this name. */
export const SERVER_NAME = "server";

/** Names that mean something else in a command, on the screen or on the disk. */
const RESERVED_NAMES = new Set([
  SERVER_NAME,
  "all",
  "everyone",
  "me",
  "you",
  "download",
]);

/** Device names of Windows, with any ending: `nul.txt` is the device, too. */
const WINDOWS_DEVICE =
  /^(?:CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³]|CONIN\$|CONOUT\$)$/i;

/** What a terminal obeys, and what breaks a line. */
// deno-lint-ignore no-control-regex -- control characters are what it looks for
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/u;

/**
 * What turns the direction of a name around (`gpj.exe` reads `exe.jpg`) or hides in
 * it. Joiners and variants, without which many an emoji falls apart, may stay.
 */
const MISLEADING =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

const NAME_CHARACTERS = /^[\p{L}\p{M}\p{N}._-]+$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const TOO_MANY_MARKS = /\p{M}{4}/u;
const LETTER = /\p{L}/u;
const LIKE_ADDRESS = /^\d+(?:\.\d+){3}$/;

/**
 * Scripts that one name may mix; any other pair is refused, so that a Cyrillic `а`
 * cannot pass for a Latin `a`. Whole names that look alike in two scripts (Latin
 * `coco`, Cyrillic `сосо`) are not detected.
 */
const SCRIPT_GROUPS: readonly RegExp[] = [
  /^[\p{scx=Latin}\p{scx=Common}\p{scx=Inherited}]*$/u,
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Common}\p{scx=Inherited}]*$/u,
  /^[\p{scx=Han}\p{scx=Hangul}\p{scx=Common}\p{scx=Inherited}]*$/u,
  /^[\p{scx=Han}\p{scx=Bopomofo}\p{scx=Common}\p{scx=Inherited}]*$/u,
];
const ONE_SCRIPT = [
  "Arabic",
  "Armenian",
  "Bengali",
  "Cyrillic",
  "Devanagari",
  "Ethiopic",
  "Georgian",
  "Greek",
  "Gujarati",
  "Gurmukhi",
  "Hebrew",
  "Kannada",
  "Khmer",
  "Lao",
  "Malayalam",
  "Mongolian",
  "Myanmar",
  "Oriya",
  "Sinhala",
  "Tamil",
  "Telugu",
  "Thaana",
  "Thai",
  "Tibetan",
].map((script) =>
  new RegExp(`^[\\p{scx=${script}}\\p{scx=Common}\\p{scx=Inherited}]*$`, "u")
);

/**
 * Why `name` cannot be a user name, as a sentence that says what to do, or
 * `undefined` if it can. `name` is in normal form: see {@linkcode normalizeName}.
 */
export function userNameProblem(name: string): string | undefined {
  const length = [...name].length;
  if (length === 0) return "The name is empty: choose a name";
  if (length > MAX_NAME_LENGTH) {
    return `The name has ${length} characters: use at most ${MAX_NAME_LENGTH}`;
  }
  if (/\s/u.test(name)) {
    return "The name has a space in it: use - or _ instead";
  }
  if (INVISIBLE.test(name)) {
    return "The name has an invisible character in it: use letters and digits";
  }
  if (!NAME_CHARACTERS.test(name)) {
    return "The name has a character that is not allowed: use letters, digits, . _ and -";
  }
  if (!/^[\p{L}\p{N}]/u.test(name)) {
    return "The name must begin with a letter or a digit";
  }
  if (name.endsWith(".")) return "The name ends with a dot: leave it out";
  if (TOO_MANY_MARKS.test(name)) {
    return "The name has too many accents on one letter: use fewer";
  }
  if (isWindowsDevice(name)) {
    return `Windows reserves the name ${name} for a device: choose another`;
  }
  if (RESERVED_NAMES.has(nameKey(name))) {
    return `The name ${name} is reserved: choose another`;
  }
  if (LIKE_ADDRESS.test(nameKey(name))) {
    return `The name ${name} looks like an address: choose another`;
  }
  if (
    LETTER.test(name) &&
    ![...SCRIPT_GROUPS, ...ONE_SCRIPT].some((group) => group.test(name))
  ) {
    return "The name mixes letters of different alphabets: use only one alphabet";
  }
  return undefined;
}

/** The form in which a user name is kept and shown. */
export function normalizeName(name: string): string {
  return name.normalize("NFC");
}

/** Two user names with the same key are the same name: `John`, `JOHN`, `Ｊohn`. */
export function nameKey(name: string): string {
  // Lower case first, because the capital ẞ is its own upper case and ß is not.
  return name.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase()
    .normalize("NFKC");
}

/**
 * Why a file cannot be saved under `name`, as the end of a sentence (`… contains
 * a path separator`), or `undefined` if it can, on any system.
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
 * A name like `name` under which a file can be saved on any system: what is not
 * allowed becomes `_`. The result has no {@linkcode fileNameProblem}.
 */
export function safeFileName(name: string): string {
  const mended = name.toWellFormed()
    .replace(new RegExp(CONTROL, "gu"), "_")
    .replace(new RegExp(MISLEADING, "gu"), "_")
    .replace(/[<>:"|?*\\/]/g, "_")
    .replace(/^(?:[.-]|\s+)/u, (start) => "_".repeat(start.length));
  // Shortening comes first: it can lay bare a device, a dot or a space.
  let safe = shortened(mended, MAX_FILE_NAME_LENGTH);
  if (isWindowsDevice(safe)) safe = shortened(`_${safe}`, MAX_FILE_NAME_LENGTH);
  safe = safe.replace(/[.\s]+$/u, (end) => "_".repeat(end.length));
  return safe === "" ? "_" : safe;
}

/**
 * `name` with ` (number)` before its ending: `report (1).pdf`. At most
 * {@linkcode MAX_FILE_NAME_LENGTH} bytes long.
 */
export function numberedFileName(name: string, number: number): string {
  const { stem, ending } = splitEnding(name);
  const tail = ` (${number})${ending}`;
  return shortenedStem(stem, MAX_FILE_NAME_LENGTH - byteLength(tail)) + tail;
}

/** Ends with a dot? Then Windows drops it; spaces before the first dot, too. */
function isWindowsDevice(name: string): boolean {
  const stem = name.split(".", 1)[0]!.trimEnd();
  return WINDOWS_DEVICE.test(stem);
}

/** `name` cut to at most `bytes` bytes, before its ending. */
export function shortened(name: string, bytes: number): string {
  if (byteLength(name) <= bytes) return name;
  const { stem, ending } = splitEnding(name);
  return shortenedStem(stem, bytes - byteLength(ending)) + ending;
}

/** The longest beginning of `stem` within `bytes`, cut between characters. */
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

/** An ending is kept when a name is shortened, unless it is absurdly long. */
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
