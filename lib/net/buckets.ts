/** The size of a bucket, in units, and how fast it fills, in units per second. */
export type BucketOptions = {
  readonly perSecond: number;
  readonly burst: number;
  /** Most buckets in memory. A new bucket replaces the oldest one. */
  readonly maxBuckets: number;
  /** The clock, in milliseconds; default: the clock of the machine. */
  readonly now?: () => number;
};

type Bucket = { left: number; at: number };

/**
 * Token buckets, one for each key: a key that spends fast must wait for its bucket to
 * fill. Each call takes the same short time, and the number of buckets is bounded.
 */
export class Buckets {
  readonly #options: BucketOptions;
  readonly #now: () => number;
  /**
   * The units left in each bucket, and when they were counted; in order of creation.
   */
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: BucketOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Returns the number of buckets in memory. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes `cost` units from the bucket of `key`. Returns `false`, and takes nothing, if
   * the bucket holds fewer.
   */
  take(key: string, cost = 1): boolean {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? this.#add(key, now);
    bucket.left = this.#leftIn(bucket, now);
    bucket.at = now;
    if (bucket.left < cost) return false;
    bucket.left -= cost;
    return true;
  }

  /**
   * Returns in how many milliseconds the bucket of `key` will hold one unit, if nobody
   * takes from it before; 0 if it does now.
   */
  wait(key: string): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return 0;
    const missing = 1 - this.#leftIn(bucket, this.#now());
    return Math.max(0, Math.ceil(missing * 1_000 / this.#options.perSecond));
  }

  /** Puts one unit back into the bucket of `key`; one that was dropped is full. */
  giveBack(key: string): void {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return;
    bucket.left = Math.min(this.#options.burst, bucket.left + 1);
  }

  #leftIn({ left, at }: Bucket, now: number): number {
    const { perSecond, burst } = this.#options;
    return Math.min(burst, left + (now - at) / 1_000 * perSecond);
  }

  /**
   * Adds a full bucket. A key whose bucket was dropped starts with a full one again.
   */
  #add(key: string, now: number): Bucket {
    if (this.#buckets.size >= this.#options.maxBuckets) {
      const [oldest] = this.#buckets.keys();
      this.#buckets.delete(oldest!);
    }
    const bucket = { left: this.#options.burst, at: now };
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
