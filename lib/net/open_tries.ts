import { addressKey } from "../address.ts";

type Open = {
  count: number;
  /** Wakes those who wait, in the order in which they came. */
  readonly waiting: (() => void)[];
};

/**
 * The tries of the room key that are in progress, by address. A try counts before its
 * result is known, so thirty people behind one address who come at once would use up
 * its tries although all of them know the key. Those who find no try left wait here for
 * the end of another one, which gives it back if the key was right.
 */
export class OpenTries {
  readonly #addresses = new Map<string, Open>();

  /** Returns the number of addresses with tries in progress. */
  get size(): number {
    return this.#addresses.size;
  }

  /** Notes that a try begins. Returns a function that ends it; only its first call counts. */
  begin(given: string): () => void {
    const address = keyOf(given);
    let open = this.#addresses.get(address);
    if (open === undefined) {
      this.#addresses.set(address, open = { count: 0, waiting: [] });
    }
    open.count++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#end(address, open);
    };
  }

  /**
   * Resolves when a try from `address` has ended, and it is the caller's turn to begin
   * one; `undefined` if none is in progress.
   */
  next(address: string): Promise<void> | undefined {
    const open = this.#addresses.get(keyOf(address));
    if (open === undefined) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    open.waiting.push(resolve);
    return promise;
  }

  #end(address: string, open: Open): void {
    open.count--;
    if (open.count > 0) return open.waiting.shift()?.();
    this.#addresses.delete(address);
    // Nobody else would wake them.
    for (const wake of open.waiting) wake();
  }
}

/** The one form of all spellings of an address. */
function keyOf(address: string): string {
  return addressKey(address) ?? address;
}
