/**
 * How the log treats each kind of event: whether it counts repeats, and whether the
 * security log gets the event, too.
 *
 * @module
 */

import { type EndReason, isSecurityEnd } from "../net/end_reason.ts";

/**
 * The details of an event. The log escapes texts and writes the reason of an end in
 * words. Never put file contents or secrets here.
 */
export type Details = Readonly<
  Record<string, string | number | EndReason | undefined>
>;

/**
 * Lines of one kind that one session writes in full within a window, unless the table
 * says otherwise: as many downloads as an operator can follow.
 */
const DEFAULT_FULL = 100;

/**
 * For kinds that a client can cause without end: the first line says everything, and
 * the rest are counted.
 */
const ONCE = 1;

/** For the record of the chat: never counted, because each line is different. */
const RECORD = Infinity;

/** Lines written in full before the rest are counted, per session and window. */
const FULL: Readonly<Record<string, number>> = {
  said: RECORD,
  told: RECORD,
  refused: ONCE,
  failure: 5,
  violation: ONCE,
  flooding: ONCE,
  "return failed": ONCE,
  "users asked": ONCE,
  "files asked": ONCE,
};

/**
 * Events about presence: a whole school may join at once, and each line has another
 * name.
 */
const PRESENCE = new Set([
  ...["connected", "joined", "came back", "left", "disconnected"],
]);

/**
 * Lines of one address written in full within a window: a class behind one router may
 * start at once. At this rate, 80 MB of log last for hours.
 */
export const MAX_FULL_PER_ADDRESS = 300;

/**
 * The same limit for each kind of presence line: at this rate, 80 MB of log last a
 * quarter of an hour.
 */
export const MAX_PRESENCE_PER_ADDRESS = 10_000;

/**
 * Events without a session that clients can cause: each request for the file list reads
 * the folder.
 */
const COUNTED_WITHOUT_ORIGIN = new Set(["file not offered"]);

/**
 * Events that always matter to an operator who looks for the cause of harm, or for what
 * was done about it.
 */
const SECURITY = new Set([
  "started",
  "stopped",
  "violation",
  "flooding",
  "return failed",
  "kicked",
  "banned",
  "unbanned",
  "muted",
  "unmuted",
  "locked",
  "unlocked",
  "key set",
  "key removed",
  "certificate",
  "log failed",
  "log resumed",
  "log reopened",
  "log not rotated",
]);

/** How the log treats one event. */
export type Kind = {
  /** The name that all repeats share. */
  readonly name: string;
  readonly event: string;
  /** The details in the line that counts the repeats. */
  readonly details: Details;
  /** Lines of one session written in full within a window; more are counted. */
  readonly full: number;
  /** Whether the event goes to the security log, too. */
  readonly isSecurity: boolean;
  /** Whether a session has at most one such event. */
  readonly isOnce: boolean;
  /** The budget of full lines per address that kinds with the same purse share. */
  readonly purse: string;
  /** The size of that budget, in lines per address and window. */
  readonly perAddress: number;
};

/**
 * Returns the kind of an event; `undefined` if each event is written, however many
 * there are. The number of kinds is bounded: no text of a client creates another.
 */
export function kindOf(
  event: string,
  details: Details,
  hasOrigin: boolean,
): Kind | undefined {
  if (!hasOrigin && !COUNTED_WITHOUT_ORIGIN.has(event)) return undefined;
  const full = FULL[event] ?? DEFAULT_FULL;
  if (full === RECORD) return undefined;
  const shown = event === "refused" ? refusalDetails(details) : {};
  const security = isSecurity(event, details);
  const words = [event, shown.re, shown.code, security ? "security" : ""];
  const name = words.join(" ");
  // A flood of ordinary events leaves room for events about security and presence.
  const isPresence = PRESENCE.has(event);
  return {
    ...{ name, event, full, details: shown, isSecurity: security },
    isOnce: isPresence,
    purse: isPresence ? event : security ? "security" : "",
    perAddress: isPresence ? MAX_PRESENCE_PER_ADDRESS : MAX_FULL_PER_ADDRESS,
  };
}

/** Leaves out the type of an unknown message, which is the client's own text. */
function refusalDetails({ re, code }: Details): Details {
  return code === "unknown-type" ? { code } : { re, code };
}

/** Returns whether an event goes to the security log, too. */
export function isSecurity(event: string, { re, reason }: Details): boolean {
  if (SECURITY.has(event)) return true;
  if (event === "refused") return re === "hello" || re === "key";
  return typeof reason === "object" && isSecurityEnd(reason);
}

/** Returns whether the event ends a session: nothing worth counting follows. */
export function isEnd(event: string): boolean {
  return event === "left" || event === "disconnected" || event === "replaced";
}
