/**
 * Private messages with a slip at their beginning, which would be said to everyone:
 * `msg:Bob hi`, `mgs Bob hi`, `...msg Bob hi`, `r: hi`, `@ Bob hi`, `[@Bob] hi`.
 *
 * @module
 */

import { firstWord } from "../terminal/command_line.ts";
import { slipFor } from "../terminal/slips.ts";

/** The command that a text may stand for. */
export type SlippedPrivate = {
  readonly word: "msg" | "reply" | "to";
  readonly argument: string;
};

/** Words for a private message, here and in other chats; a slip in one is noticed. */
const LONG_WORDS = [
  ...["msg", "mesg", "message", "privmsg"],
  ...["whisper", "query", "reply"],
];

/** Words that are one slip from many others. */
const SHORT_WORDS: ReadonlySet<string> = new Set(["pm", "dm", "tell"]);

/** Letters below which a slip makes another word: `Ms Miller`. */
const MIN_LENGTH = 3;

/** A word among signs and digits, and what follows it. */
const WORD =
  /^(?:[^\p{L}\s]{1,8}\s*)?(\p{L}{1,12})([^\p{L}\p{N}\s]{0,4})(?:\s+|(?<=[^\p{L}\p{N}\s]))(\S[^]*)$/u;

/** A word that ran into the name; after a short word, a name that is no syllable. */
const RUN_TOGETHER =
  /^(?:(?:msg|privmsg|whisper|query)(?=[\p{L}\p{N}])|(?:to|pm|dm|w)(?=[\p{L}\p{N}]{3}))(\S+)\s+(\S[^]*)$/iu;

/** An at sign, possibly in brackets or after other signs, with a name and a text. */
const AT =
  /^[^\p{L}\p{N}\s@＠]{0,4}\s?[@＠]+[\s,:;]*([\p{L}\p{N}][^\s:,;\])>}]*)[:,;\])>}]*\s*(\S[^]*)$/u;

/** One or two letters too many before a word: `lmsg Bob`. */
const EXTRA = /^[a-z]{1,2}(?=(?:msg|whisper)$)/;

/**
 * Reads a text that may be a private message with a slip; `isPerson` says whether
 * somebody is or has been here under a name.
 */
export function slippedPrivate(
  text: string,
  isPerson: (name: string) => boolean,
): SlippedPrivate | undefined {
  const line = text.trim();
  const [, name, said] = AT.exec(line) ?? [];
  if (name !== undefined && isPerson(name)) {
    return { word: "msg", argument: `${name} ${said}` };
  }
  const [, joined, rest] = RUN_TOGETHER.exec(line) ?? [];
  if (joined !== undefined && isPerson(joined)) {
    return { word: "msg", argument: `${joined} ${rest}` };
  }
  return afterWord(line, isPerson);
}

/** Leaves out the `to` of `whisper to Bob hi`. */
export function withoutTo(
  argument: string,
  isPerson: (name: string) => boolean,
): string {
  const [word, rest] = firstWord(argument);
  const isTo = word.toLowerCase() === "to" && isPerson(firstWord(rest)[0]);
  return isTo ? rest : argument;
}

function afterWord(
  line: string,
  isPerson: (name: string) => boolean,
): SlippedPrivate | undefined {
  const [, letters = "", signs, rest] = WORD.exec(line) ?? [];
  if (rest === undefined) return undefined;
  const typed = letters.normalize("NFKC").toLowerCase().replace(EXTRA, "");
  if (signs !== "" && (typed === "reply" || typed === "r" && signs === ":")) {
    return { word: "reply", argument: rest };
  }
  const isMeant = typed === "to" && signs !== "" ||
    SHORT_WORDS.has(typed) || LONG_WORDS.includes(typed) ||
    typed.length >= MIN_LENGTH && slipFor(typed, LONG_WORDS) !== undefined;
  if (!isMeant) return undefined;
  const argument = withoutTo(rest, isPerson);
  const [name, said] = firstWord(argument);
  if (!isPerson(name)) return undefined;
  return { word: said === "" ? "to" : "msg", argument };
}
