import { addressKey, hostOf } from "../address.ts";
import type { Origin } from "../chat/room_events.ts";
import type { Kind } from "./event_kinds.ts";

/** How long repeats are counted before the log says how many, in milliseconds. */
export const REPEAT_WINDOW = 10_000;

/**
 * Most sources counted separately; the repeats of further sources share one line per
 * kind.
 */
export const MAX_SOURCES = 2_000;

/**
 * The cause of the repeats: a session, all sessions of one address, or (`undefined`)
 * more than that.
 */
export type Source = Origin | { readonly address: string } | undefined;

/** How often an event has repeated since its last line. */
export type Repeat = {
  readonly kind: Kind;
  readonly source: Source;
  readonly times: number;
  /** The time since then, in milliseconds. */
  readonly duration: number;
};

type Entry = {
  readonly kind: Kind;
  readonly source: Source;
  since: number;
  /** The lines written in full since `since`. */
  full: number;
  /** The events since `since` that were not written. */
  count: number;
};

type Made = {
  readonly kind: Kind;
  readonly now: number;
  readonly source?: Source;
};

/** The lines that one address has written in full. */
type Budget = { since: number; full: number };

/**
 * Counts the repeats of one kind from one source, so that a flood costs the log one
 * line instead of thousands. It has no timer: {@linkcode due} returns the counts to
 * write.
 */
export class Repeats {
  readonly #now: () => number;
  /** By source, then by kind. */
  readonly #sources = new Map<number | string, Map<string, Entry>>();
  readonly #budgets = new Map<string, Budget>();
  #looksNext = 0;

  /** Creates an empty count. `now` is in milliseconds and never goes backwards. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Returns whether to write this event; if not, counts it. */
  take(kind: Kind, origin?: Origin): boolean {
    const now = this.#now();
    if (origin === undefined) {
      return count(this.#entry("", { kind, now }), kind.full);
    }
    const address = addressOf(origin);
    const budget = this.#budget(`${address} ${kind.purse}`, now);
    const hasRoom = budget.full < kind.perAddress;
    if (kind.isOnce) {
      if (hasRoom) budget.full++;
      return hasRoom || this.#takeShared(address, { kind, now });
    }
    const own = this.#sources.get(origin.session)?.get(kind.name);
    if (own === undefined && !(hasRoom && this.#hasRoom)) {
      return this.#takeShared(address, { kind, now });
    }
    const entry = own ??
      this.#entry(origin.session, { kind, now, source: origin });
    const isWritten = count(entry, hasRoom ? kind.full : 0);
    if (isWritten) budget.full++;
    return isWritten;
  }

  /**
   * Returns the counts of windows that are over, in no order. Looks at most once a
   * second.
   */
  due(): Repeat[] {
    const now = this.#now();
    if (now < this.#looksNext) return [];
    this.#looksNext = now + 1_000;
    const due: Repeat[] = [];
    for (const [key, kinds] of this.#sources) {
      for (const [name, entry] of kinds) {
        if (now - entry.since < REPEAT_WINDOW) continue;
        if (entry.count === 0) {
          kinds.delete(name);
          continue;
        }
        due.push(repeatOf(entry, now));
        // The repeats continue: the next window has a count and no line in full.
        entry.since = now;
        entry.full = Infinity;
        entry.count = 0;
      }
      if (kinds.size === 0) this.#sources.delete(key);
    }
    for (const [address, { since }] of this.#budgets) {
      if (now - since >= REPEAT_WINDOW) this.#budgets.delete(address);
    }
    return due;
  }

  /** Returns and forgets the counts of one session that has ended, or of all. */
  settle(session?: number): Repeat[] {
    const now = this.#now();
    const keys = session === undefined ? [...this.#sources.keys()] : [session];
    return keys.flatMap((key) => {
      const kinds = this.#sources.get(key) ?? new Map<string, Entry>();
      this.#sources.delete(key);
      return [...kinds.values()].filter(({ count }) => count > 0)
        .map((entry) => repeatOf(entry, now));
    });
  }

  get #hasRoom(): boolean {
    return this.#sources.size < MAX_SOURCES;
  }

  /** Counts for all sessions of an address or, if the table is full, for everyone. */
  #takeShared(address: string, made: Made): boolean {
    const isKnown = this.#hasRoom || this.#sources.has(address);
    const entry = isKnown
      ? this.#entry(address, { ...made, source: { address } })
      : this.#entry("", made);
    return count(entry, 1);
  }

  #entry(key: number | string, { kind, now, source }: Made): Entry {
    let kinds = this.#sources.get(key);
    if (kinds === undefined) this.#sources.set(key, kinds = new Map());
    let entry = kinds.get(kind.name);
    if (entry === undefined) {
      entry = { kind, source, since: now, full: 0, count: 0 };
      kinds.set(kind.name, entry);
    }
    return entry;
  }

  #budget(purse: string, now: number): Budget {
    const isKnown = this.#budgets.size < MAX_SOURCES ||
      this.#budgets.has(purse);
    // A full table must not forget budgets: unknown addresses share one.
    const key = isKnown ? purse : "";
    let budget = this.#budgets.get(key);
    if (budget === undefined || now - budget.since >= REPEAT_WINDOW) {
      this.#budgets.set(key, budget = { since: now, full: 0 });
    }
    return budget;
  }
}

/**
 * Returns whether to write one more event in full, of at most `full`; if not, counts
 * it.
 */
function count(entry: Entry, full: number): boolean {
  if (entry.full < full) {
    entry.full++;
    return true;
  }
  entry.count++;
  return false;
}

function repeatOf({ kind, source, since, count }: Entry, now: number): Repeat {
  return { kind, source, times: count, duration: now - since };
}

/**
 * Returns the address without its port, in the one form that all its spellings share.
 */
function addressOf({ from }: Origin): string {
  const host = hostOf(from);
  return addressKey(host) ?? host;
}
