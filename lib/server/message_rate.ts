/** Messages a second that one client may keep sending: more than anybody reads. */
export const DEFAULT_MAX_RATE = 100;

/** What a client may send at once, in seconds of its rate: a pasted chapter passes unnoticed. */
export const BURST_SECONDS = 10;

/** Pause after each message over the rate, in milliseconds. */
const PAUSE = 50;

/** Time over the rate after which a client is cut off, in milliseconds: no accident lasts so long. */
const PATIENCE = 30_000;

/** Time below the rate after which an excess is forgiven, in milliseconds. */
const FORGIVENESS = 2_000;

/** What to do about a client over its rate. */
/** What a message that has brought a whole file does not count. */
const SERVED_SHARE = 0.9;

/** What is to be done about one who has spent all that may be sent. */
export type Measure =
  /** Wait for `pause` milliseconds; `isFirst`: with a warning. */
  | { readonly pause: number; readonly isFirst: boolean }
  | "cut";

/**
 * A token bucket for one client's messages. A client that sends more is slowed
 * down and warned at first, and cut off only after 30 s.
 */
export class MessageRate {
  readonly #rate: number;
  readonly #now: () => number;
  #left: number;
  #filledAt: number;
  #slowedSince = -Infinity;
  #slowedAt = -Infinity;

  /** `rate` is in messages a second, 0 for no limit; `now` in milliseconds. */
  constructor(rate: number, now: () => number = steadyTime) {
    this.#rate = rate;
    this.#now = now;
    this.#left = rate === 0 ? Infinity : rate * BURST_SECONDS;
    this.#filledAt = now();
  }

  /** Counts one message. */
  spend(): void {
    this.#left--;
  }

  /**
   * A message has brought a whole file. Few of them run at a time, and the reader
   * sets their pace: it counts for a tenth, so that a thousand small files a second
   * are no flood.
   */
  refund(): void {
    this.#left += SERVED_SHARE;
  }

  /** `undefined` as long as the client may go on. */
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
      : { pause: PAUSE, isFirst };
  }
}

function steadyTime(): number {
  return performance.now();
}
