import { addressKey } from "../address.ts";
import { Buckets } from "./buckets.ts";

/**
 * Wrong keys that each address may try in {@linkcode FREE_TIME}, whatever others do: a
 * person mistypes a key once or twice.
 */
export const FREE_TRIES = 3;

/** How long an address waits for its next free tries, in milliseconds. */
export const FREE_TIME = 3_600_000;

/**
 * Most addresses with free tries at a time, of IPv4 and of IPv6 each: more computers than
 * a school network has in one part (254 or 510). One computer can take any number of
 * IPv6 addresses, and must not use up the places of IPv4.
 */
export const MAX_FREE_ADDRESSES = 512;

/**
 * After that, an address may guess at this pace. A class may share one address (NAT, a
 * terminal server), and thirty people mistype more than three do.
 */
const ADDRESS = { perSecond: 0.1, burst: 10, maxBuckets: 4_096 };

/**
 * All addresses together, after their free tries: with many addresses, a guesser gets
 * through 30,000 keys in a school day; two random words of 2,000 are 4,000,000 keys.
 */
const TOTAL = { perSecond: 1, burst: 60, maxBuckets: 1 };

const ALL = "all";

/** How many free tries an address has left, and since when they count. */
type Free = { left: number; readonly since: number };

/**
 * Limits the tries of the room key. Each try is counted before the key exchange, so that
 * tries in parallel gain nothing, and given back when the key was right: a right key
 * costs nothing, however often.
 *
 * A limit for all addresses together is a way to lock out the class: somebody with many
 * addresses can always use it up. So each address has a few tries of its own first, which
 * nobody else can take, and only what comes after them counts together. Somebody who
 * types the key right within three tries gets in during any attack, unless the attacker
 * has more than {@linkcode MAX_FREE_ADDRESSES} addresses of the same kind, or the same
 * address. The price is that a guesser with all those addresses gets about 3,000 more
 * tries an hour.
 */
export class GuessLimits {
  readonly #now: () => number;
  readonly #addresses: Buckets;
  readonly #total: Buckets;
  /** In the order in which they began, so that the first ends first. */
  readonly #free = {
    ipv4: new Map<string, Free>(),
    ipv6: new Map<string, Free>(),
  };

  /** `now` is a clock in milliseconds that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#addresses = new Buckets({ ...ADDRESS, now });
    this.#total = new Buckets({ ...TOTAL, now });
  }

  /** Returns the number of addresses in memory. */
  get size(): number {
    const { ipv4, ipv6 } = this.#free;
    return ipv4.size + ipv6.size + this.#addresses.size;
  }

  /**
   * Counts a try from `given`, an address without its port in any spelling. Returns 0, or
   * in how many milliseconds a try is possible; then this one is not counted.
   */
  take(given: string): number {
    const address = addressKey(given) ?? given;
    if (this.#takeFree(address)) return 0;
    const wait = Math.max(
      this.#addresses.wait(address),
      this.#total.wait(ALL),
    );
    if (wait > 0) return wait;
    this.#addresses.take(address);
    this.#total.take(ALL);
    return 0;
  }

  /** Gives back a try that {@linkcode take} has counted: the key was right. */
  giveBack(given: string): void {
    const address = addressKey(given) ?? given;
    const free = this.#freeOf(address).get(address);
    if (free !== undefined && free.left < FREE_TRIES) {
      free.left += 1;
      return;
    }
    this.#addresses.giveBack(address);
    this.#total.giveBack(ALL);
  }

  #takeFree(address: string): boolean {
    const tries = this.#freeOf(address);
    const now = this.#now();
    for (const [first, { since }] of tries) {
      if (now - since < FREE_TIME) break;
      tries.delete(first);
    }
    let free = tries.get(address);
    if (free === undefined) {
      if (tries.size >= MAX_FREE_ADDRESSES) return false;
      free = { left: FREE_TRIES, since: now };
      tries.set(address, free);
    }
    if (free.left === 0) return false;
    free.left -= 1;
    return true;
  }

  #freeOf(address: string): Map<string, Free> {
    return address.includes(":") ? this.#free.ipv6 : this.#free.ipv4;
  }
}
