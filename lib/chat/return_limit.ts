import { ChatError } from "../chat_error.ts";

/**
 * Returns of one seat that are free: enough for a network that fails ten times in a
 * row. Each costs a welcome, a search in the history and a piece of a replay.
 */
const BURST = 10;

/**
 * Returns per second beyond the burst: a client waits half a second before each try.
 */
const PER_SECOND = 1;

/**
 * Bytes of replay that cost as much as one return: replaying the whole history costs a
 * wait of some seconds more.
 */
const BYTES_PER_RETURN = 1024 * 1024;

/**
 * The largest debt, in returns: half a minute of waiting, however much was replayed.
 */
const MAX_DEBT = 30;

/**
 * A token bucket for one seat: it limits how often the owner may come back, and how
 * much replay that may cost.
 */
export class ReturnLimit {
  #left = BURST;
  #filledAt: number;

  /**
   * Creates a full bucket. `now` is in milliseconds, by a clock that never goes
   * backwards.
   */
  constructor(now: number) {
    this.#filledAt = now;
  }

  /** Counts one return. Throws {@linkcode ChatError} if it comes too soon. */
  spend(now: number): void {
    const earned = (now - this.#filledAt) * PER_SECOND / 1_000;
    this.#left = Math.min(BURST, this.#left + earned);
    this.#filledAt = now;
    if (this.#left < 1) {
      const seconds = Math.ceil((1 - this.#left) / PER_SECOND);
      throw new ChatError(
        "too-soon",
        "You have come back too often in a short time: try again in " +
          `${seconds} ${seconds === 1 ? "second" : "seconds"}`,
      );
    }
    this.#left--;
  }

  /** Counts `length` bytes that a return made the server replay. */
  spendBytes(length: number): void {
    this.#left = Math.max(-MAX_DEBT, this.#left - length / BYTES_PER_RETURN);
  }
}
