import { type Measure, MessageRate } from "./message_rate.ts";

/**
 * More bytes than this within a second are a flood, and the server reads on only
 * when slow readers have caught up. Nobody types or pastes that much.
 */
const FLOOD_LENGTH = 64 * 1024;

/** Measures how fast one client sends, in messages and in bytes. */
export class Pace {
  readonly #rate: MessageRate;
  /** Bytes sent since `#saidSince`, which is in milliseconds of `performance.now`. */
  #saidLength = 0;
  #saidSince = 0;

  /** `maxRate` is in messages a second, 0 for no limit. */
  constructor(maxRate: number) {
    this.#rate = new MessageRate(maxRate);
  }

  /** Counts one message with a text of `length` bytes. */
  spend(length = 0): void {
    this.#saidLength += length;
    this.#rate.spend();
  }

  /** A file was sent whole: see {@linkcode MessageRate.refund}. */
  served(): void {
    this.#rate.refund();
  }

  /** What is to be done about too many messages; `undefined`: nothing. */
  measure(): Measure | undefined {
    return this.#rate.measure();
  }

  /** Whether the client has sent much in little time. Starts a new count. */
  takeFlood(): boolean {
    if (this.#saidLength < FLOOD_LENGTH) return false;
    const now = performance.now();
    const isFlood = now - this.#saidSince < 1_000;
    this.#saidSince = now;
    this.#saidLength = 0;
    return isFlood;
  }
}
