import { copyBytes } from "../copy_bytes.ts";

/**
 * The length of a run's header, in bytes: from (4), to (4), count (4), length (4), time
 * (8).
 */
const RUN_HEAD_LENGTH = 24;

/**
 * Stands for no seat: the sender of the server's messages, or the receiver of
 * broadcasts.
 */
export const NOBODY = 0;

/** Consecutive messages: from one speaker to all, or to one seat. */
export type Run = {
  /**
   * The number of the speaker's seat for a broadcast from a seat; otherwise
   * {@linkcode NOBODY}.
   */
  readonly from: number;
  /** The number of the receiver's seat; {@linkcode NOBODY}: for all. */
  readonly to: number;
  readonly count: number;
  /** When the first message was sent, in milliseconds since 1970. */
  readonly time: number;
};

/** A stored run: its frames are `bytes` from `start` to `end`. */
export type StoredRun = Run & {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
};

/**
 * One segment of the history: runs in one block of memory that nothing else shares,
 * without an object per message, so that {@linkcode cost} is all the memory it takes.
 */
export class HistorySegment {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #end = 0;
  #runs = 0;
  /** The number of broadcasts in the segment. */
  #said = 0;
  /**
   * The sorted numbers of the seats that runs are from or for, at most one per run, and
   * how many more messages than `#said` each of them gets (fewer if negative).
   */
  #seats = new Uint32Array(0);
  #surplus = new Int32Array(0);
  /** The position up to which those lists count the runs. */
  #talliedEnd = 0;

  /** Creates an empty segment. `capacity` is in bytes, run headers included. */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Returns the bytes that a run with `length` bytes of frames takes. */
  static lengthOf(length: number): number {
    return RUN_HEAD_LENGTH + length;
  }

  /** Returns the position after the last run. */
  get end(): number {
    return this.#end;
  }

  /**
   * Returns the memory that the segment takes now or may need for its lists, in bytes,
   * whether it is full or not.
   */
  get cost(): number {
    return this.#bytes.length + 8 * this.#runs;
  }

  /**
   * Appends a run by copying its frames. Returns `false`, and changes nothing, if there
   * is no room.
   */
  append({ from, to, count, time, bytes, start, end }: StoredRun): boolean {
    const length = end - start;
    const at = this.#end;
    const target = at + RUN_HEAD_LENGTH;
    if (target + length > this.#bytes.length) return false;
    const view = this.#view;
    view.setUint32(at, from);
    view.setUint32(at + 4, to);
    view.setUint32(at + 8, count);
    view.setUint32(at + 12, length);
    view.setFloat64(at + 16, time);
    copyBytes({ bytes, start, end }, this.#bytes, target);
    this.#end = target + length;
    this.#runs++;
    if (to === NOBODY) this.#said += count;
    return true;
  }

  /** Returns the run that begins at `at`. */
  runAt(at: number): StoredRun {
    const view = this.#view;
    const start = at + RUN_HEAD_LENGTH;
    return {
      from: view.getUint32(at),
      to: view.getUint32(at + 4),
      count: view.getUint32(at + 8),
      time: view.getFloat64(at + 16),
      bytes: this.#bytes,
      start,
      end: start + view.getUint32(at + 12),
    };
  }

  /**
   * Returns the number of messages for the seat with this number. The first call reads
   * all runs, later calls only the new ones.
   */
  countFor(seat: number): number {
    if (this.#talliedEnd < this.#end) this.#tally();
    let low = 0;
    let high = this.#seats.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#seats[middle]! < seat) low = middle + 1;
      else high = middle;
    }
    return this.#said +
      (this.#seats[low] === seat ? this.#surplus[low]! : 0);
  }

  #tally(): void {
    const surplus = new Map<number, number>();
    this.#seats.forEach((seat, at) => surplus.set(seat, this.#surplus[at]!));
    const view = this.#view;
    for (let at = this.#talliedEnd; at < this.#end;) {
      const to = view.getUint32(at + 4);
      const count = view.getUint32(at + 8);
      const seat = to === NOBODY ? view.getUint32(at) : to;
      const more = to === NOBODY ? -count : count;
      surplus.set(seat, (surplus.get(seat) ?? 0) + more);
      at += RUN_HEAD_LENGTH + view.getUint32(at + 12);
    }
    this.#talliedEnd = this.#end;
    this.#seats = Uint32Array.from(surplus.keys()).sort();
    this.#surplus = Int32Array.from(this.#seats, (seat) => surplus.get(seat)!);
  }
}

/** Returns whether a run is for the seat with this number. */
export function isFor({ from, to }: Run, seat: number): boolean {
  return to === NOBODY ? from !== seat : to === seat;
}
