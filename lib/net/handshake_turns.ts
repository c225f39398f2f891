import { nextTurn } from "./next_turn.ts";

/**
 * How long handshakes may keep the processor before everyone else gets it, in
 * milliseconds: a few handshakes.
 */
const WORK_TIME = 4;

/**
 * Lets the steps of many TLS handshakes run one after the other, each a fraction of a
 * millisecond, with pauses in which the system reads and writes for everyone else. A
 * handshake that waits for its peer holds up no other.
 */
export class HandshakeTurns {
  readonly #waiting: (() => void)[] = [];
  #isRunning = false;

  /** The number of steps that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when the caller may do one step, before it waits for anything again. */
  turn(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    if (!this.#isRunning) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let restedAt = performance.now();
    for (let next; (next = this.#waiting.shift()) !== undefined;) {
      next();
      await nextTurn();
      // Without a next step there is nothing to pause.
      const isTired = performance.now() - restedAt >= WORK_TIME;
      if (!isTired || this.waiting === 0) continue;
      // During a timer, unlike between two immediates, the system looks at every socket.
      await new Promise<void>((resolve) => void setTimeout(resolve, 0));
      restedAt = performance.now();
    }
    this.#isRunning = false;
  }
}
