/**
 * Lets only so many pieces of work run at a time, the others in the order of
 * their coming. With a hundred downloads the event loop then has a few of their
 * reads to deal with in each turn, and not a hundred, before it comes to the chat.
 */
export class Turnstile {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  /** `limit` is the number of pieces of work that may run at a time. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `work` when its turn has come; resolves and rejects as it does. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#limit) this.#inside++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The place goes straight to the next.
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside--;
      else next();
    }
  }
}
