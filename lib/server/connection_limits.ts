import { isLoopback } from "../net/address.ts";

/** Connections at a time: as many as a small computer serves, with descriptors to spare. */
export const DEFAULT_MAX_CLIENTS = 15_000;

/**
 * Connections from one address, which may be a whole room behind one router. This
 * computer itself has no such limit unless `maxPerAddress` sets one.
 */
export const DEFAULT_MAX_PER_ADDRESS = 500;

export type ConnectionLimitsOptions = {
  /** Connections at a time. */
  readonly maxClients?: number | undefined;
  /** Connections from one address at a time, this computer included. */
  readonly maxPerAddress?: number | undefined;
};

/** Counts connections, in all and from each address. */
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
   * Counts one more from this address (without its port); {@linkcode leave} must
   * follow. Returns why it is one too many, as words for the client, or `undefined`.
   */
  enter(address: string): string | undefined {
    const here = (this.#byAddress.get(address) ?? 0) + 1;
    this.#byAddress.set(address, here);
    this.#count++;
    if (this.#count > this.#maxClients) {
      return `the server is full: at most ${this.#maxClients} can be connected. ` +
        "Try again later";
    }
    const limit = this.#maxPerAddress ??
      (isLoopback(address) ? Infinity : DEFAULT_MAX_PER_ADDRESS);
    if (here <= limit) return undefined;
    return `too many connections from ${address}: the limit is ${limit}. ` +
      "Close another client there, then try again";
  }

  /** Counts one less from this address. */
  leave(address: string): void {
    const left = this.#byAddress.get(address)! - 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
    this.#count--;
  }
}
