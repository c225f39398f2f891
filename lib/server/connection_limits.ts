import { addressKey, isLoopback } from "../address.ts";

/**
 * Connections at a time: as many as a small computer serves, with file descriptors to
 * spare.
 */
export const DEFAULT_MAX_CLIENTS = 15_000;

/**
 * Connections from one address, which may be a whole room behind one router. The
 * server's own computer has no such limit unless `maxPerAddress` sets one.
 */
export const DEFAULT_MAX_PER_ADDRESS = 500;

export type ConnectionLimitsOptions = {
  /** Most connections at a time. */
  readonly maxClients?: number | undefined;
  /**
   * Most connections from one address at a time, the server's own computer included.
   */
  readonly maxPerAddress?: number | undefined;
};

/** Counts connections, in total and per address. */
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
   * Counts one more connection from this address (without its port, in any spelling);
   * {@linkcode leave} must follow. Returns why it is one too many, as words for the
   * client, or `undefined`.
   */
  enter(given: string): string | undefined {
    const address = addressKey(given) ?? given;
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

  /** Counts one connection less from this address. */
  leave(given: string): void {
    const address = addressKey(given) ?? given;
    const left = this.#byAddress.get(address)! - 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
    this.#count--;
  }
}
