import { Buckets } from "./buckets.ts";
import type { UdpAddress } from "./udp_socket.ts";

/** A client asks twice in a search, and each question arrives once or twice. */
const SOCKET = { perSecond: 4, burst: 8, maxBuckets: 8_192 };

/**
 * One computer may run many clients, or stand for a whole classroom (NAT). One unit is
 * one question that is at least as long as its answer.
 */
const ADDRESS = { perSecond: 500, burst: 500, maxBuckets: 4_096 };

/**
 * The units that a question shorter than its answer costs. Older clients ask such
 * questions, but their sender may also be forged, and the longer answers would flood
 * the victim. At this cost, one address gets at most 50 such answers a second.
 */
const SHORT_COST = 10;

/**
 * The limit for answers to all addresses together: more than twice the number of the
 * shortest questions that fit into 70 KB a second.
 */
const TOTAL = { perSecond: 4_000, burst: 4_000, maxBuckets: 1 };

/**
 * Limits the questions that a server answers: a few for each socket, so that a flood
 * leaves the answers of other sockets alone, even on the same computer; more for each
 * address; and a total for all addresses. The memory for askers is bounded.
 */
export class AskerLimits {
  readonly #sockets: Buckets;
  readonly #addresses: Buckets;
  readonly #total: Buckets;

  constructor(now?: () => number) {
    const clock = now === undefined ? {} : { now };
    this.#sockets = new Buckets({ ...SOCKET, ...clock });
    this.#addresses = new Buckets({ ...ADDRESS, ...clock });
    this.#total = new Buckets({ ...TOTAL, ...clock });
  }

  /** Returns the number of askers in memory. */
  get size(): number {
    return this.#sockets.size + this.#addresses.size;
  }

  /** Returns whether a datagram from `from` is worth reading, and counts it. */
  mayAsk({ address, port }: UdpAddress): boolean {
    return this.#sockets.take(`${address}:${port}`);
  }

  /**
   * Returns whether `answer` bytes may answer a question of `asked` bytes, and counts
   * the answer.
   */
  mayAnswer(
    { address }: UdpAddress,
    { asked, answer }: { readonly asked: number; readonly answer: number },
  ): boolean {
    const cost = asked < answer ? SHORT_COST : 1;
    return this.#addresses.take(address, cost) && this.#total.take("all");
  }
}
