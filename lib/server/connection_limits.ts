import { isLoopback } from "../net/address.ts";

/** Connections at a time: what a small computer serves, with descriptors to spare. */
export const DEFAULT_MAX_CLIENTS = 15_000;

/**
 * ... from one address, which may stand for a whole room behind one router. This
 * computer itself is trusted with all of them, unless a limit is asked for.
 */
export const DEFAULT_MAX_PER_ADDRESS = 500;

export type ConnectionLimitsOptions = {
  /** Connections at a time. */
  readonly maxClients?: number | undefined;
  /** ... from one address, this computer included. */
  readonly maxPerAddress?: number | undefined;
};

/** How many may be connected: in all, and from one address. */
export class ConnectionLimits {
  readonly #maxClients: number;
  readonly #maxPerAddress: number | undefined;
  readonly #byAddress = new Map<string, number>();
  #count = 0;

  constructor({ maxClients, maxPerAddress }: ConnectionLimitsOptions = {}) {
    this.#maxClients = maxClients ?? DEFAULT_MAX_CLIENTS;
    this.#maxPerAddress = maxPerAddress;
  }

  /**
   * One more from this address (without its port); {@linkcode leave} must follow.
   * Returns why it is one too many, as a sentence for that one, or `undefined`.
   */
  enter(address: string): string | undefined {
    const here = (this.#byAddress.get(address) ?? 0) + 1;
    this.#byAddress.set(address, here);
    this.#count++;
    if (this.#count > this.#maxClients) {
      return `the server is full: at most ${this.#maxClients} can be connected`;
    }
    const limit = this.#maxPerAddress ??
      (isLoopback(address) ? Infinity : DEFAULT_MAX_PER_ADDRESS);
    if (here <= limit) return undefined;
    return `too many connections from ${address}: at most ${limit} are allowed`;
  }

  /** One less. */
  leave(address: string): void {
    const left = this.#byAddress.get(address)! - 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
    this.#count--;
  }
}
