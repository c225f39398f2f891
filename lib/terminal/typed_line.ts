/**
 * Tells commands from texts in typed lines, for both roles. Many characters count as
 * the slash, and blanks and invisible characters before it are ignored.
 * `command_table.ts` knows which words are commands.
 *
 * @module
 */

import { firstWord } from "./command_line.ts";
import { latinLetters } from "./keyboard_layouts.ts";

/**
 * The words of a possible command: the first in lower case, without the slash, and the
 * rest.
 */
export type CommandWords = {
  readonly command: string;
  readonly argument: string;
};

/** A text to send. */
export type TypedText = {
  readonly text: string;
  /** Whether two slashes before the text show that it is not a command. */
  readonly isSure: boolean;
};

/** A command that a text may stand for, if its slash is missing or another sign. */
export type SlashlessCommand = CommandWords & {
  /** Whether another sign is in the place of the slash. */
  readonly hasSign: boolean;
};

/**
 * Characters that look like a slash, or that another keyboard layout has on the slash
 * key (`、` and `・` on Chinese and Japanese ones).
 */
const SLASHES = "/／∕⁄⧸⟋╱〳⼃㇓Ⳇ᜵⁁𝈺、､・･";

/** Blanks and characters without a visible shape. */
const UNSEEN = "\\s\\p{Z}\\p{C}\\p{Default_Ignorable_Code_Point}\\u2800";
const LEADING_UNSEEN = new RegExp(`^[${UNSEEN}]+`, "u");
const ANY_UNSEEN = new RegExp(`[${UNSEEN}]+`, "gu");

/** A slash at the start, possibly after marks without a letter. */
const SLASH_START = new RegExp(`^\\p{M}*[${SLASHES}]`, "u");

/**
 * What a user may type by mistake for the slash before a word: one or two signs, a
 * digit (the slash key without Shift), a letter of another script, or one or two
 * letters and a slash typed too late.
 */
const SIGN_START = new RegExp(
  `^(?:\\p{M}*[\\p{P}\\p{S}]{1,2}\\s*|\\p{M}+|\\p{N}|(?!\\p{Script=Latin})\\p{L}|` +
    `[^\\s${SLASHES}]{1,2}\\s*[${SLASHES}]\\s*)(?=[\\p{L}\\p{M}])`,
  "u",
);

/** A single slash before a word, as in a path, or before a command that ran into a text. */
const LATER_SLASH = new RegExp(
  `(?<![${SLASHES}])[${SLASHES}](?=\\p{L})`,
  "gu",
);

/** A name before a text, as in `@Bob hello`. */
const AT_NAME = /^[@＠](\S+)\s+(\S[\s\S]*)$/;

/** A slash typed after the word. */
const LATE_SLASH = new RegExp(`[${SLASHES}]$`, "u");

/** Most slashes inside a text that are examined: more are not a slip. */
const MAX_LATER = 64;

/**
 * Reads a typed line; returns `undefined` if nothing in it is visible. Two slashes
 * begin a text with one slash. A word with a slash counts as a command, known or not.
 */
export function readTypedLine(
  line: string,
): CommandWords | TypedText | undefined {
  const seen = line.replace(LEADING_UNSEEN, "");
  if (seen === "") return undefined;
  if (seen.startsWith("//")) {
    return { text: seen.slice(1).trimEnd(), isSure: true };
  }
  const [slash] = SLASH_START.exec(seen) ?? [];
  if (slash === undefined) return { text: line.trimEnd(), isSure: false };
  return commandIn(seen.slice(slash.length));
}

/** Returns whether `text` begins like a command. */
export function hasSlash(text: string): boolean {
  return SLASH_START.test(text);
}

/**
 * Returns the first word of `line` in the letters that the user typed, after a plain
 * slash; with several slashes, exactly as typed.
 */
export function typedWord(line: string): string {
  const seen = line.replace(LEADING_UNSEEN, "");
  const [slash = ""] = SLASH_START.exec(seen) ?? [];
  const [word] = firstWord(seen.slice(slash.length));
  return `${SLASH_START.test(word) ? slash : "/"}${word}`;
}

/**
 * Returns the command that `text` names, as in `/help get` or `/help /get`; empty for
 * none.
 */
export function commandWord(text: string): string {
  const seen = text.replace(LEADING_UNSEEN, "").replace(SLASH_START, "");
  return commandIn(seen.replace(/^\/+/, "")).command;
}

/** Returns the name and the text of `@Bob hello`; `undefined` for any other text. */
export function readAtName(
  text: string,
): { readonly name: string; readonly rest: string } | undefined {
  const [, name, rest] = AT_NAME.exec(text.trim()) ?? [];
  return name === undefined ? undefined : { name, rest: rest! };
}

/**
 * Returns the commands that a text may stand for, most likely first: without its slash,
 * with another sign instead, or typed on another keyboard layout. The caller checks
 * which words are commands.
 */
export function slashlessCommands(text: string): SlashlessCommand[] {
  const seen = text.replace(LEADING_UNSEEN, "");
  if (seen === "" || seen.startsWith("//")) return [];
  const bare = commandIn(seen);
  const readings = [{ ...bare, hasSign: false }];
  const word = bare.command.replace(LATE_SLASH, "");
  if (word !== bare.command) {
    readings.push({ ...bare, command: word, hasSign: true });
  }
  const [sign] = SIGN_START.exec(seen) ?? [];
  if (sign !== undefined) {
    readings.push({ ...commandIn(seen.slice(sign.length)), hasSign: true });
  }
  for (const { command, argument } of [...readings]) {
    const latin = latinLetters(command);
    // A single letter is not enough evidence.
    if (latin !== command && latin.length > 1) {
      readings.push({ command: latin, argument, hasSign: true });
    }
  }
  return readings;
}

/**
 * Returns the words after slashes inside a text, as commands: the text before them may
 * be a slip or a copied prompt.
 */
export function laterCommands(text: string): CommandWords[] {
  return [...text.matchAll(LATER_SLASH).take(MAX_LATER)]
    .map(({ index }) => commandIn(text.slice(index + 1)));
}

/** Returns `name` without blanks and invisible characters: no name has any. */
export function withoutUnseen(name: string): string {
  return name.replace(ANY_UNSEEN, "");
}

function commandIn(text: string): CommandWords {
  const [word, argument] = firstWord(text);
  const command = withoutUnseen(word.normalize("NFKC")).toLowerCase();
  return { command, argument };
}
