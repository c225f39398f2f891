import type { EndReason } from "../net/end_reason.ts";
import type { Backpressure } from "./backpressure.ts";
import { FloodGuard } from "./flood_guard.ts";
import { REFUSAL_PRICE } from "./work.ts";

/**
 * A read of this many bytes counts as part of a flood: it holds hundreds of messages.
 */
const BURST_LENGTH = 16 * 1024;

/**
 * A read with this many messages counts as part of a flood, too. The system may hand
 * over 128 reads before it looks for other data, so that smaller reads of all clients
 * together take 20 ms.
 */
const BURST_COUNT = 16;

/**
 * After this many decoded messages (all but plain texts for everyone), other clients
 * get a turn: decoding them takes a millisecond or two.
 */
const DECODED_COUNT = 128;

/**
 * The share of a turn that one decoded message uses, in bytes of a flood: five hundred
 * of them fill a turn, which takes five milliseconds.
 */
const DECODED_LENGTH = 1024;

/**
 * How often a client counts as alive while the server does not read from it, in
 * milliseconds.
 */
const WAIT_INTERVAL = 5_000;

/** The parts of a session that its throttle needs. */
export type Throttled = {
  /** Whether the session handles nothing more. */
  readonly isOver: boolean;
  /** Warns the client, once per flood. */
  warn(text: string): void;
  /** Tells the client why, and ends the session. */
  close(reason: EndReason): Promise<void>;
  /**
   * Called after a time in which the server did not read, so that the client does not
   * count as silent.
   */
  onHeard(): void;
};

export type ThrottleOptions = {
  readonly backpressure: Backpressure;
  /** Units of work per second that the client may keep causing; 0: no limit. */
  readonly maxRate: number;
};

/**
 * Makes one client wait: for its turn among clients that send much, for slow readers of
 * its messages, and for its own rate. Nothing that the client sent is lost.
 */
export class Throttle {
  readonly #client: Throttled;
  readonly #options: ThrottleOptions;
  /** Created at the first message: a quiet client has none. */
  #flood: FloodGuard | undefined;
  /** The messages decoded since other clients had a turn. */
  #decoded = 0;
  /** Ends the current wait. */
  #interrupt: (() => void) | undefined;

  constructor(client: Throttled, options: ThrottleOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Counts work, and the length of a text for others. */
  spend(units: number, length = 0): void {
    this.#flood ??= new FloodGuard(this.#options.maxRate, {
      warn: (text) => this.#client.warn(text),
      cut: (reason) => void this.#client.close(reason),
      heard: () => this.#client.onHeard(),
    });
    this.#flood.spend(units, length);
  }

  /** Counts a message that had to be decoded. */
  countDecoded(): void {
    this.#decoded++;
  }

  /** Counts a refusal, which takes as long as decoding a message does. */
  countRefusal(): void {
    this.countDecoded();
    this.spend(REFUSAL_PRICE);
  }

  /** Refunds a file that was sent whole: see `MessageRate.refund`. */
  served(): void {
    this.#flood?.served();
  }

  /** Resets the count: the client has joined, and most send nothing more. */
  forget(): void {
    this.#flood = undefined;
  }

  /**
   * Waits before the `count` messages of one read are handled, which are `length` bytes
   * long; `undefined`: no wait.
   */
  beforeRead(length: number, count: number): Promise<void> | undefined {
    if (length >= BURST_LENGTH) return this.#turn(length);
    if (count < BURST_COUNT) return undefined;
    return this.#turn(Math.min(count, DECODED_COUNT) * DECODED_LENGTH);
  }

  /** Waits after each message; `undefined`: the next one can be handled at once. */
  afterMessage(): Promise<void> | undefined {
    if (this.#decoded >= DECODED_COUNT) return this.#yield();
    return this.#slowDown();
  }

  /**
   * Waits after all messages of one read; `undefined`: the next read can begin at once.
   */
  afterRead(): Promise<void> | undefined {
    const { backpressure } = this.#options;
    const { isBehind } = backpressure;
    if (this.#client.isOver) return undefined;
    if (!this.#flood?.takeFlood({ isTight: isBehind })) return undefined;
    return this.patiently(backpressure.relief());
  }

  /**
   * Waits for `other`, or until the client is gone. The server does not read meanwhile,
   * so the client does not count as silent. Never rejects.
   */
  async patiently(other: Promise<unknown>): Promise<void> {
    if (this.#client.isOver) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#interrupt = resolve;
    void other.then(() => resolve());
    const timer = setInterval(() => this.#client.onHeard(), WAIT_INTERVAL);
    await promise;
    clearInterval(timer);
    this.#interrupt = undefined;
  }

  /** Ends the current wait: the client is gone. */
  interrupt(): void {
    this.#interrupt?.();
  }

  /** Gives other clients a turn, then slows down a client that is over its rate. */
  async #yield(): Promise<void> {
    this.#decoded = 0;
    await this.#turn(DECODED_COUNT * DECODED_LENGTH);
    await this.#slowDown();
  }

  /** Waits until `length` bytes of a flood may be handled. */
  #turn(length: number): Promise<void> {
    return this.patiently(this.#options.backpressure.turn(length));
  }

  #slowDown(): Promise<void> | undefined {
    const slowed = this.#flood?.check();
    return slowed && this.patiently(slowed);
  }
}
