import { PIECE_OVERHEAD } from "../io/outbox.ts";
import type { EndReason } from "./end_reason.ts";

/** A send queue that counts against a {@linkcode MemoryBudget}; `Connection` fits. */
export type BudgetedQueue = {
  /** The number of bytes in the queue. */
  readonly queuedLength: number;
  /** The pieces in the queue; several queues may hold pieces of the same memory. */
  readonly queuedPieces: Iterable<Uint8Array>;
  /** Ends the connection, and drops the queue. */
  cut(reason: EndReason): void;
};

/** The time between two exact counts, in milliseconds: each looks at every queue. */
const COUNT_INTERVAL = 100;

/**
 * The pieces that one exact count looks at, which takes some milliseconds. Pieces
 * beyond this number count as if no other queue shared their memory.
 */
const MAX_PIECES = 50_000;

/** When the budget is exceeded, queues are cut until this share of it is in use. */
const TARGET_SHARE = 0.75;

/**
 * One bound for the send queues of all clients of a server together. A message to many
 * clients waits in many queues but takes its memory once, so the cheap sum in
 * {@linkcode add} only triggers an exact count. If the exact count exceeds the bound,
 * the fullest queues are cut first.
 */
export class MemoryBudget {
  readonly #max: number;
  readonly #queues: () => Iterable<BudgetedQueue>;
  /** The bytes in all queues; memory that several queues share counts in each. */
  #sum = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Creates a budget of `max` bytes. */
  constructor(max: number, queues: () => Iterable<BudgetedQueue>) {
    this.#max = max;
    this.#queues = queues;
  }

  /** Counts `length` more bytes in the queues, or fewer if it is negative. */
  add(length: number): void {
    this.#sum += length;
    if (this.#sum > this.#max) {
      this.#timer ??= setTimeout(() => this.#check(), COUNT_INTERVAL);
    }
  }

  /** Cancels the next count. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #check(): void {
    this.#timer = undefined;
    if (this.#sum <= this.#max) return;
    const queues = Array.from(this.#queues())
      .filter(({ queuedLength }) => queuedLength > 0)
      .sort((a, b) => b.queuedLength - a.queuedLength);
    const held = new HeldMemory(queues);
    if (held.length > this.#max) {
      for (const queue of queues) {
        if (held.length <= TARGET_SHARE * this.#max) break;
        held.release(queue);
        queue.cut({ kind: "out of memory" });
      }
    }
    this.add(0);
  }
}

/** The memory that queues hold, with each shared piece counted once. */
class HeldMemory {
  readonly #holders = new Map<ArrayBufferLike, number>();
  /** The bytes of each queue that the count did not look at. */
  readonly #rest = new Map<BudgetedQueue, number>();
  #left = MAX_PIECES;
  length = 0;

  constructor(queues: Iterable<BudgetedQueue>) {
    for (const queue of queues) this.#count(queue);
  }

  #count(queue: BudgetedQueue): void {
    let looked = 0;
    for (const { buffer, length } of queue.queuedPieces) {
      if (this.#left-- <= 0) break;
      looked += length;
      const holders = this.#holders.get(buffer) ?? 0;
      if (holders === 0) this.length += buffer.byteLength + PIECE_OVERHEAD;
      this.#holders.set(buffer, holders + 1);
    }
    const rest = Math.max(0, queue.queuedLength - looked);
    this.#rest.set(queue, rest);
    this.length += rest;
  }

  /** Takes the memory of `queue` out of the count. */
  release(queue: BudgetedQueue): void {
    this.length -= this.#rest.get(queue) ?? 0;
    this.#rest.delete(queue);
    for (const { buffer } of queue.queuedPieces) {
      const holders = this.#holders.get(buffer);
      if (holders === undefined) break;
      this.#holders.set(buffer, holders - 1);
      if (holders === 1) {
        this.length -= buffer.byteLength + PIECE_OVERHEAD;
        this.#holders.delete(buffer);
      }
    }
  }
}
