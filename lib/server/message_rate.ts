/**
 * Units of work per second that one client may keep causing: more messages than anyone
 * reads.
 */
export const DEFAULT_MAX_RATE = 100;

/**
 * How much a client may send at once, in seconds of its rate: enough for a pasted
 * chapter.
 */
export const BURST_SECONDS = 10;

/**
 * The pause after each message over the rate, in milliseconds; longer after a costly
 * message.
 */
const PAUSE = 50;

/**
 * The longest such pause, in milliseconds: the client must hear from the server now and
 * then.
 */
const MAX_PAUSE = 5_000;

/**
 * The time over the rate after which a client is cut, in milliseconds: no accident
 * lasts that long.
 */
const PATIENCE = 30_000;

/** The time below the rate after which an excess is forgiven, in milliseconds. */
const FORGIVENESS = 2_000;

/** The share of a unit that is refunded for a message that downloaded a whole file. */
const SERVED_SHARE = 0.9;

/** The measure against a client over its rate. */
export type Measure =
  /** Wait for `pause` milliseconds; with a warning if `isFirst`. */
  | { readonly pause: number; readonly isFirst: boolean }
  | "cut";

/**
 * A token bucket for the work that one client causes; a usual message is one unit. A
 * client over its rate is first warned and slowed down, and cut only after 30 s.
 */
export class MessageRate {
  readonly #rate: number;
  readonly #now: () => number;
  #left: number;
  #filledAt: number;
  #slowedSince = -Infinity;
  #slowedAt = -Infinity;

  /**
   * Creates a full bucket. `rate` is in units per second, 0 for no limit; `now` is in
   * milliseconds.
   */
  constructor(rate: number, now: () => number = steadyTime) {
    this.#rate = rate;
    this.#now = now;
    this.#left = rate === 0 ? Infinity : rate * BURST_SECONDS;
    this.#filledAt = now();
  }

  /** Counts `units` of work. */
  spend(units = 1): void {
    this.#left -= units;
  }

  /**
   * Refunds most of a message that downloaded a whole file. Few downloads run at a
   * time, and the reader sets their pace, so such a message costs a tenth: a thousand
   * small files a second are not a flood.
   */
  refund(): void {
    this.#left += SERVED_SHARE;
  }

  /** Returns the measure to take; `undefined` while the client is within its rate. */
  measure(): Measure | undefined {
    if (this.#left > 0) return undefined;
    const now = this.#now();
    const earned = (now - this.#filledAt) * this.#rate / 1_000;
    this.#left = Math.min(this.#left + earned, this.#rate * BURST_SECONDS);
    this.#filledAt = now;
    if (this.#left > 0) return undefined;
    const isFirst = now - this.#slowedAt > FORGIVENESS;
    if (isFirst) this.#slowedSince = now;
    this.#slowedAt = now;
    return now - this.#slowedSince >= PATIENCE
      ? "cut"
      : { pause: this.#pause, isFirst };
  }

  /**
   * Returns the time in which the client earns its debt, in milliseconds, within the
   * bounds.
   */
  get #pause(): number {
    const debt = -this.#left / this.#rate * 1_000;
    return Math.min(Math.max(PAUSE, debt), MAX_PAUSE);
  }
}

function steadyTime(): number {
  return performance.now();
}
