/** A caller that wants to pass a {@linkcode Turnstile}. */
export type Visitor = {
  /** The user whose turn it is: all visitors of one owner share that owner's turns. */
  readonly owner: object;
  /** Aborts the wait. */
  readonly signal?: AbortSignal | undefined;
};

type Waiting = { readonly enter: () => void };

/**
 * Admits a limited number of visitors at a time; the others wait. The owner with the
 * fewest visitors inside comes next, and among equals the owner whose last turn is
 * longest ago: turns are fair between users, however many downloads each has. With a
 * hundred downloads, the event loop then has only a few of their reads to handle in
 * each turn before it gets to the chat.
 */
export class Turnstile {
  readonly #limit: number;
  /**
   * Waiting visitors by owner; the owner whose last turn is longest ago comes first.
   */
  readonly #waiting = new Map<object, Set<Waiting>>();
  /** How many visitors of each owner are inside. */
  readonly #inside = new Map<object, number>();
  #insideCount = 0;
  #waitingCount = 0;

  /** `limit` is the number of visitors that may be inside at a time. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many visitors are inside. */
  get inside(): number {
    return this.#insideCount;
  }

  /** Whether the next visitor has to wait. */
  get isFull(): boolean {
    return this.#insideCount >= this.#limit;
  }

  /** How many visitors wait. */
  get waiting(): number {
    return this.#waitingCount;
  }

  /** Returns whether this owner has a visitor waiting. */
  isAwaitedBy(owner: object): boolean {
    return this.#waiting.has(owner);
  }

  /** Runs `work` when its turn comes; resolves and rejects as `work` does. */
  async pass<T>(visitor: Visitor, work: () => Promise<T>): Promise<T> {
    await this.enter(visitor);
    try {
      return await work();
    } finally {
      this.leave(visitor.owner);
    }
  }

  /**
   * Resolves when the visitor may enter; a call of {@linkcode leave} must follow.
   * Rejects with the signal's reason if that aborts first.
   */
  enter(visitor: Visitor): Promise<void> {
    if (visitor.signal?.aborted) return Promise.reject(visitor.signal.reason);
    if (!this.isFull) {
      this.#insideCount++;
      this.#count(visitor.owner, 1);
      return Promise.resolve();
    }
    return this.#wait(visitor);
  }

  /** Lets a visitor of this owner out, and the next visitor in. */
  leave(owner: object): void {
    this.#count(owner, -1);
    const next = this.#next();
    if (next === undefined) {
      this.#insideCount--;
      return;
    }
    // The free place goes to the next owner, whose other visitors move to the back.
    const [nextOwner, visitors] = next;
    const [first] = visitors;
    this.#remove(nextOwner, first!);
    const rest = this.#waiting.get(nextOwner);
    if (rest !== undefined) {
      this.#waiting.delete(nextOwner);
      this.#waiting.set(nextOwner, rest);
    }
    this.#count(nextOwner, 1);
    first!.enter();
  }

  /**
   * Returns whether an owner with fewer visitors inside is waiting: then this owner
   * should make way.
   */
  shouldYield(owner: object): boolean {
    const own = this.#inside.get(owner) ?? 0;
    for (const other of this.#waiting.keys()) {
      if ((this.#inside.get(other) ?? 0) < own) return true;
    }
    return false;
  }

  #wait({ owner, signal }: Visitor): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      this.#remove(owner, waiting);
      reject(signal!.reason);
    };
    const waiting: Waiting = {
      enter() {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      },
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    const others = this.#waiting.get(owner);
    if (others === undefined) this.#waiting.set(owner, new Set([waiting]));
    else others.add(waiting);
    this.#waitingCount++;
    return promise;
  }

  #next(): [object, Set<Waiting>] | undefined {
    let best: [object, Set<Waiting>] | undefined;
    let fewest = Infinity;
    for (const entry of this.#waiting) {
      const inside = this.#inside.get(entry[0]) ?? 0;
      if (inside >= fewest) continue;
      best = entry;
      fewest = inside;
      if (inside === 0) break;
    }
    return best;
  }

  #remove(owner: object, waiting: Waiting): void {
    const visitors = this.#waiting.get(owner);
    if (!visitors?.delete(waiting)) return;
    this.#waitingCount--;
    if (visitors.size === 0) this.#waiting.delete(owner);
  }

  #count(owner: object, change: number): void {
    const count = (this.#inside.get(owner) ?? 0) + change;
    if (count > 0) this.#inside.set(owner, count);
    else this.#inside.delete(owner);
  }
}
