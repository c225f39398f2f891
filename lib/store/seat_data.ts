import { isHostname, isTime, isWhole, parseObject } from "./kept_values.ts";

/**
 * How long a seat can be taken back after the program was last seen, in milliseconds: a
 * restart after a crash takes less, and the next person at a shared computer, who uses
 * the same account and chooses the same name, should not get the seat.
 */
export const MAX_SEAT_AGE = 10 * 60_000;

/** A clock may have been set back a little since the seat was kept, in milliseconds. */
const MAX_CLOCK_STEP = 60_000;

/** Longest token and start of a server, in UTF-16 units; servers use far shorter ones. */
const MAX_WORD_LENGTH = 1024;

/** Which seat: that of one user at one server. */
export type SeatPlace = {
  readonly hostname: string;
  readonly port: number;
  /** The user's name. */
  readonly name: string;
};

/** What takes a seat back. */
export type KeptSeat = {
  /** A secret of the user and the server. */
  readonly token: string;
  /** The server's run in which it gave the seat; older servers do not say it. */
  readonly start?: string;
  /** How many chat messages have arrived. */
  readonly received: number;
};

type SeatRecord = SeatPlace & KeptSeat & {
  /** When the program still had the seat, in milliseconds since 1970. */
  readonly seen: number;
};

/** Returns the text of a seat, which {@linkcode readSeat} reads. */
export function formatSeat(
  { hostname, port, name }: SeatPlace,
  { token, start, received }: KeptSeat,
  { now }: { readonly now: number },
): string {
  const record = { hostname, port, name, token, start, received, seen: now };
  return `${JSON.stringify({ version: 1, ...record })}\n`;
}

/**
 * Returns the seat in `text` if it is the one at `place` and not too old; `now` is in
 * milliseconds since 1970. Never throws.
 */
export function readSeat(
  text: string,
  place: SeatPlace,
  { now }: { readonly now: number },
): KeptSeat | undefined {
  const record = parseObject(text);
  if (!isRecord(record) || !isRecent(record.seen, now)) return undefined;
  const { hostname, port, name, token, start, received } = record;
  const isSame = hostname === place.hostname && port === place.port &&
    name === place.name;
  if (!isSame) return undefined;
  return { token, received, ...(start !== undefined && { start }) };
}

/** Whether `text` is a seat that can still be taken back, at any place. */
export function isFresh(
  text: string,
  { now }: { readonly now: number },
): boolean {
  const record = parseObject(text);
  return isRecord(record) && isRecent(record.seen, now);
}

function isRecent(seen: number, now: number): boolean {
  return now - seen <= MAX_SEAT_AGE && seen - now <= MAX_CLOCK_STEP;
}

function isRecord(value: unknown): value is SeatRecord {
  if (typeof value !== "object" || value === null) return false;
  const { version, hostname, port, name, token, start, received, seen } =
    value as Record<string, unknown>;
  return version === 1 && isHostname(hostname) && isWhole(port, 1, 65535) &&
    isWord(name) && isWord(token) && (start === undefined || isWord(start)) &&
    isWhole(received, 0, Infinity) && isTime(seen);
}

function isWord(value: unknown): value is string {
  return typeof value === "string" && value !== "" &&
    value.length <= MAX_WORD_LENGTH;
}
