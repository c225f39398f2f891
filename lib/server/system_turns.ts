import { setImmediate } from "node:timers";

/**
 * The time between two rests during a flood, in milliseconds. Deno asks the system
 * which other sockets have something to read when it has nothing else to do, or after
 * 128 reads and writes. Without rests, reads of 256 KiB make all other clients wait for
 * a quarter of a second.
 */
const REST_INTERVAL = 15;

/** After this long without a turn, in milliseconds, the next turn begins another flood. */
const QUIET_INTERVAL = 100;

/** The turns of the system; a test gives its own. */
export type Turns = Pick<SystemTurns, "turn" | "close">;

/** Gives the system turns to read and write, and in a long flood now and then a rest. */
export class SystemTurns {
  /** The last rest, or the beginning of the flood. */
  #restedAt = 0;
  #lastTurn = -Infinity;
  #isClosed = false;
  #wake: (() => void) | undefined;

  /** Resolves when the system has had a turn: reads, writes, timers. Never rejects. */
  async turn(): Promise<void> {
    const now = performance.now();
    const isFlood = now - this.#lastTurn < QUIET_INTERVAL;
    this.#lastTurn = now;
    if (!isFlood) this.#restedAt = now;
    await new Promise<void>((resolve) => void setImmediate(resolve));
    if (performance.now() - this.#restedAt < REST_INTERVAL) return;
    await this.#rest();
    this.#lastTurn = this.#restedAt = performance.now();
  }

  /** Ends a rest at once: nothing more is to be done. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  /** Takes two milliseconds, during which no data of the flood is ready. */
  async #rest(): Promise<void> {
    if (this.#isClosed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, 0);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }
}
