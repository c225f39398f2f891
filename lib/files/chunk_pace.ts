import { CHUNK_LENGTH, LARGE_CHUNK_LENGTH } from "./file_memory.ts";

/** File bytes after which the rate is measured again. */
const MEASURED_LENGTH = 8 * 1024 * 1024;

/**
 * The rate from which chunks are large, in bytes per millisecond: one then delays the
 * chat by 5 ms at most. Gigabit Ethernet carries 118,000.
 */
const FAST_RATE = 200_000;

/**
 * How long the chunks of one transfer should be. Each chunk costs the system several
 * changes of threads on both sides: a receiver that is fast gets fewer and larger ones.
 */
export class ChunkPace {
  readonly #now: () => number;
  #sent = 0;
  #since: number;
  #length = CHUNK_LENGTH;

  /** `now` returns the time of a monotonic clock, in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  /** The file bytes that the next chunk should have. */
  get length(): number {
    return this.#length;
  }

  /** Notes that `count` more file bytes could be sent. */
  note(count: number): void {
    this.#sent += count;
    if (this.#sent < MEASURED_LENGTH) return;
    const now = this.#now();
    const isFast = this.#sent >= FAST_RATE * (now - this.#since);
    this.#length = isFast ? LARGE_CHUNK_LENGTH : CHUNK_LENGTH;
    this.#sent = 0;
    this.#since = now;
  }
}
