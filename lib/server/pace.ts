import { type Measure, MessageRate } from "./message_rate.ts";

/**
 * More text than this within a second is a flood, in bytes: the server reads again only
 * when slow readers have caught up. Nobody types or pastes that much.
 */
const FLOOD_LENGTH = 64 * 1024;

/**
 * The same limit while a receiver is behind, in bytes: many clients that each send less
 * than a flood must not make the receiver slow together.
 */
const TIGHT_FLOOD_LENGTH = 8 * 1024;

/** Measures how fast one client sends, in units of work and in bytes. */
export class Pace {
  readonly #rate: MessageRate;
  /**
   * The bytes of text sent since `#saidSince`, which is in milliseconds of
   * `performance.now`.
   */
  #saidLength = 0;
  #saidSince = 0;

  /** Creates a measurement. `maxRate` is in units of work per second; 0: no limit. */
  constructor(maxRate: number) {
    this.#rate = new MessageRate(maxRate);
  }

  /** Counts `units` of work, of which `length` bytes are a text for others. */
  spend(units: number, length = 0): void {
    this.#saidLength += length;
    this.#rate.spend(units);
  }

  /** Refunds a file that was sent whole: see {@linkcode MessageRate.refund}. */
  served(): void {
    this.#rate.refund();
  }

  /** Returns the measure against too many messages; `undefined`: none. */
  measure(): Measure | undefined {
    return this.#rate.measure();
  }

  /**
   * Returns whether the client has sent much text in a short time; `isTight`: while a
   * receiver is behind. Starts a new count.
   */
  takeFlood({ isTight }: { readonly isTight: boolean }): boolean {
    const limit = isTight ? TIGHT_FLOOD_LENGTH : FLOOD_LENGTH;
    if (this.#saidLength < limit) return false;
    const now = performance.now();
    const isFlood = now - this.#saidSince < 1_000;
    this.#saidSince = now;
    this.#saidLength = 0;
    return isFlood;
  }
}
