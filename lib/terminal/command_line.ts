import { display } from "../display.ts";
import { clip } from "./text_layout.ts";

/** The first word of a line and the rest, which keeps its inner spaces. */
export function firstWord(text: string): [word: string, rest: string] {
  const match = /^(\S*)\s*([\s\S]*)$/.exec(text.trim())!;
  return [match[1]!, match[2]!];
}

/** A word with at least this many letters may be two slips away; a shorter one is another word then. */
const TWO_SLIPS_LENGTH = 6;

/** A shorter word is one slip away from nearly anything, in letters. */
const MIN_SLIP_LENGTH = 2;

/** A longer word is cut where it is shown, in columns: an answer stays an answer. */
const MAX_SHOWN_WIDTH = 30;

/** Commands that leave, or that reach more people than the typed word may have meant: never suggested. */
const NEVER_SUGGESTED: ReadonlySet<string> = new Set([
  "all",
  "bye",
  "exit",
  "leave",
  "logout",
  "me",
  "q",
  "quit",
]);

/** Commands that hit a person: suggested for a slip, not for their first letters. */
const SUGGESTED_FOR_SLIPS_ONLY: ReadonlySet<string> = new Set(["ban", "kick"]);

/** The client's commands, for the server's window, which does not know them. */
export const CLIENT_COMMANDS: readonly string[] = [
  ...["all", "to", "msg", "reply", "me", "users", "files", "get", "cancel"],
  "downloads",
  ...["show", "quiet", "clear", "help", "quit"],
];

/** The commands of the server's window, for the client, which does not know them. */
export const SERVER_COMMANDS: readonly string[] = [
  ...["users", "say", "kick", "ban", "unban", "mute", "unmute", "lock"],
  ...["unlock", "files", "stats", "help", "quit"],
];

/**
 * What is said to a command that is none of `names`: where it works, what it may
 * be a slip for, or where the list is.
 */
export function unknownCommand(
  wanted: string,
  names: readonly string[],
): string {
  if (wanted === "") {
    return "Type a command name after the slash. Type /help for the list";
  }
  if (!names.includes(wanted)) {
    if (SERVER_COMMANDS.includes(wanted)) {
      return `/${wanted} works in the server's window only`;
    }
    if (CLIENT_COMMANDS.includes(wanted)) {
      return `/${wanted} works in the client only`;
    }
  }
  const suggested = suggestion(wanted, names);
  const hint = suggested === undefined ? "" : ` Did you mean /${suggested}?`;
  const shown = clip(display(wanted), MAX_SHOWN_WIDTH);
  return `There is no command /${shown}.${hint} Type /help for the list`;
}

/**
 * The command that `wanted` may be meant for: the only one that begins with it, or
 * one that is a slip away. Never one that leaves, or that reaches more people.
 */
function suggestion(
  wanted: string,
  names: readonly string[],
): string | undefined {
  const beginning = names.filter((name) => name.startsWith(wanted));
  const [only] = beginning;
  if (beginning.length === 1 && !SUGGESTED_FOR_SLIPS_ONLY.has(only!)) {
    return NEVER_SUGGESTED.has(only!) ? undefined : only;
  }
  if (beginning.some((name) => NEVER_SUGGESTED.has(name))) return undefined;
  // Of equals the first counts: in doubt, nothing is suggested.
  const cautious = names.toSorted((a, b) =>
    Number(NEVER_SUGGESTED.has(b)) - Number(NEVER_SUGGESTED.has(a))
  );
  const slip = slipFor(wanted, cautious);
  return slip !== undefined && NEVER_SUGGESTED.has(slip) ? undefined : slip;
}

/**
 * The one of `names` that `wanted` may be meant for: one that begins with it, or is
 * a slip away. Upper and lower case are the same.
 */
export function nearest(
  wanted: string,
  names: readonly string[],
): string | undefined {
  const typed = wanted.toLowerCase();
  return names.find((name) => name.toLowerCase().startsWith(typed)) ??
    slipFor(typed, names);
}

/** The nearest of `names` that is a slip away from `typed`; of equals the first. */
function slipFor(
  typed: string,
  names: readonly string[],
): string | undefined {
  if (typed.length < MIN_SLIP_LENGTH) return undefined;
  let least = typed.length < TWO_SLIPS_LENGTH ? 2 : 3;
  let best: string | undefined;
  for (const name of names) {
    if (name.length < MIN_SLIP_LENGTH) continue;
    const slips = slipsBetween(typed, name.toLowerCase(), least - 1);
    if (slips >= least) continue;
    least = slips;
    best = name;
  }
  return best;
}

/**
 * How many slips make `name` of `typed`, counted up to `most`: a letter too many,
 * one missing, a wrong one, or two swapped.
 */
export function slipsBetween(
  typed: string,
  name: string,
  most: number,
): number {
  const [from, to] = [[...typed], [...name]];
  if (Math.abs(from.length - to.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      next[column] = Math.min(
        last[column]! + 1,
        next[column - 1]! + 1,
        last[column - 1]! + (same ? 0 : 1),
      );
      const isSwap = row > 1 && column > 1 &&
        from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwap) {
        next[column] = Math.min(next[column]!, before[column - 2]! + 1);
      }
    }
    [before, last] = [last, next];
  }
  return last[to.length]!;
}
