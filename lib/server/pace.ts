import { type Measure, MessageRate } from "./message_rate.ts";

/**
 * Who says so many bytes within a second floods, and waits for slow readers before
 * it is read on. Nobody types or pastes that much; who talks never waits.
 */
const FLOOD_LENGTH = 64 * 1024;

/** How fast one client talks: in messages, and in bytes. */
export class Pace {
  readonly #rate: MessageRate;
  /** Bytes said since then, in milliseconds of `performance.now`. */
  #saidLength = 0;
  #saidSince = 0;

  /** `maxRate` is in messages a second, 0 for no limit. */
  constructor(maxRate: number) {
    this.#rate = new MessageRate(maxRate);
  }

  /** One message was sent, with a text of `length` bytes. */
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

  /** Whether the client has said much in little time. Begins to count anew. */
  takeFlood(): boolean {
    if (this.#saidLength < FLOOD_LENGTH) return false;
    const now = performance.now();
    const isFlood = now - this.#saidSince < 1_000;
    this.#saidSince = now;
    this.#saidLength = 0;
    return isFlood;
  }
}
