/**
 * Most pings that wait for their answers: a live server answers each within seconds,
 * so only a server that never answers has more.
 */
const MAX_WAITING = 100;

type Waiting = PromiseWithResolvers<void> & { readonly said: number };

/** The pings of one connection; each keeps how many messages the user had sent before it. */
export class Pings {
  readonly #send: (n: number) => void;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  /** `send` sends ping `n`. */
  constructor(send: (n: number) => void) {
    this.#send = send;
  }

  /** Resolves when the server has answered. Rejects with the error of {@linkcode fail}. */
  ask(said: number): Promise<void> {
    const n = ++this.#last;
    const waiting = { ...Promise.withResolvers<void>(), said };
    this.#waiting.set(n, waiting);
    this.#send(n);
    return waiting.promise;
  }

  /** Asks the server for a sign of life, without waiting for it. */
  nudge(said: number): void {
    // The server never answers, but it must hear that the client is alive.
    if (this.#waiting.size >= MAX_WAITING) return this.#send(this.#last);
    this.ask(said).catch(() => {});
  }

  /** Takes the answer to ping `n`; returns its `said`, or `undefined` if no such ping waits. */
  answered(n: number): number | undefined {
    const waiting = this.#waiting.get(n);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(n);
    waiting.resolve();
    return waiting.said;
  }

  /** Rejects every ping that waits: the connection has ended. */
  fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
