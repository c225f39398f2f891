/** What it needs to know of a receiver; `Connection` fits. */
export type Receiver = {
  readonly queuedLength: number;
  readonly sentLength: number;
  /** Resolves when fewer than `below` bytes wait, or it has ended. */
  room(below: number): Promise<void>;
};

/** A receiver for whom more than this waits holds the floods back, in bytes. */
const HIGH_MARK = 1024 * 1024;

/** ... until it has only this much left. */
const LOW_MARK = 256 * 1024;

/** A receiver that takes less than {@linkcode MIN_PROGRESS} in this time is not waited for (ms). */
const PATIENCE = 50;

/** Bytes: 16 KiB in 50 ms, the pace of a very slow network. */
const MIN_PROGRESS = 16 * 1024;

/**
 * Slows down those who flood, so that receivers who do read are not cut off; a
 * receiver that does not read is not waited for, and runs into its own limit.
 */
export class Backpressure {
  readonly #waitedFor = new Map<Receiver, Promise<void>>();
  readonly #givenUp = new Set<Receiver>();

  /** Looks at a receiver after something was queued for it. */
  note(receiver: Receiver): void {
    if (
      receiver.queuedLength > HIGH_MARK && !this.#waitedFor.has(receiver) &&
      !this.#givenUp.has(receiver)
    ) {
      this.#waitedFor.set(receiver, this.#waitFor(receiver));
    }
  }

  /** Resolves when nobody who reads has much waiting. For a sender, before it reads on. */
  async relief(): Promise<void> {
    if (this.#waitedFor.size > 0) await Promise.all(this.#waitedFor.values());
  }

  async #waitFor(receiver: Receiver): Promise<void> {
    const drained = receiver.room(LOW_MARK);
    for (;;) {
      const before = receiver.sentLength;
      if (await settledWithin(drained, PATIENCE)) break;
      if (receiver.sentLength - before < MIN_PROGRESS) {
        this.#givenUp.add(receiver);
        void drained.then(() => this.#givenUp.delete(receiver));
        break;
      }
    }
    this.#waitedFor.delete(receiver);
  }
}

/** Whether `promise` settles within `delay` milliseconds. */
async function settledWithin(
  promise: Promise<void>,
  delay: number,
): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), delay);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
