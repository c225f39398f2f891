import { firstWord } from "../terminal/command_line.ts";
import { MAX_SLIPS, slipsAllowed, slipsBetween } from "../terminal/slips.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { readCopiedLine } from "./copied_prompt.ts";
import { commandRow, type Known, readLine } from "./line_reading.ts";

/** Commands that decide who gets a line. */
const DECIDING: ReadonlySet<string> = new Set(["all", "msg", "reply", "to"]);

/**
 * A line has failed that may have been meant to change the recipients. Lines that the
 * user typed without seeing the failure may not be meant for the old recipients.
 */
export type Doubt = {
  /** The failed line, as the user typed it. */
  readonly line: string;
  /** How many lines the user had entered when it failed. */
  readonly entered: number;
  /** When it failed, in milliseconds of `performance.now()`. */
  readonly at: number;
};

/**
 * How long a failure is on the screen before the user can have read it and begun the
 * next line, in milliseconds. A line that begins sooner was typed ahead: a computer that
 * stood still reads it only now.
 */
const REACTION_TIME = 500;

/** Notes that `line` has failed, with the number of the lines entered so far. */
export function doubtAbout(line: string, entered: number): Doubt {
  return { line, entered, at: performance.now() };
}

/** Whether the user cannot have seen the failure when they begin a line now. */
export function isUnseen({ at }: Doubt): boolean {
  return performance.now() - at < REACTION_TIME;
}

/**
 * Whether the user may have meant to change the recipients of the next lines: with
 * `/to`, `/all`, an unknown command, a private command without its text, a line copied
 * with its prompt, or pasted lines with a private command among them.
 */
export function mayChangeRecipients(line: string, known?: Known): boolean {
  // A copied prompt may name other people than the mode.
  if (readCopiedLine(line) !== undefined) return true;
  if (commandRow(line, known)?.isPrivate) return true;
  const typed = readLine(line, known);
  if (typed.kind === "unknown") return !isSlipForOther(typed.word);
  if (typed.kind !== "command" && typed.kind !== "bare") return false;
  const { command, argument } = typed;
  if (command.name === "to" || command.name === "all") return true;
  if (command.name === "reply") return argument === "";
  return command.name === "msg" && firstWord(argument)[1] === "";
}

/** Whether an unknown word is a slip for a command that decides about no recipient. */
function isSlipForOther(word: string): boolean {
  const isDeciding = ({ name }: Command) => DECIDING.has(name);
  const deciding = wordsOf(COMMANDS.filter(isDeciding));
  const others = wordsOf(COMMANDS.filter((other) => !isDeciding(other)));
  const slips = leastSlips(word, others);
  return slips <= slipsAllowed(word) && slips < leastSlips(word, deciding);
}

function wordsOf(commands: readonly Command[]): string[] {
  return commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
}

function leastSlips(word: string, names: readonly string[]): number {
  return Math.min(...names.map((name) => slipsBetween(word, name, MAX_SLIPS)));
}
