import type { Seat } from "./seat.ts";

/**
 * How long a seat can be taken back, in milliseconds: long enough for a laptop that
 * sleeps through a lesson.
 */
const MAX_ABSENCE = 60 * 60 * 1000;

/**
 * Seats kept for absent people: enough for a school whose network fails. The oldest is
 * dropped first.
 */
const MAX_ABSENT = 1_000;

/** The seats of people who lost their connection and may come back. */
export class Absentees {
  readonly #now: () => number;
  /** By token, in the order of leaving, with the time of leaving. */
  readonly #seats = new Map<string, { seat: Seat; since: number }>();

  /**
   * Creates an empty set. `now` is a clock in milliseconds that never goes backwards.
   */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Keeps a seat. */
  add(token: string, seat: Seat): void {
    this.#seats.set(token, { seat, since: this.#now() });
    if (this.#seats.size <= MAX_ABSENT) return;
    const [longest] = this.#seats.keys();
    this.#seats.delete(longest!);
  }

  /**
   * Returns the seat with this token; `undefined` if there is none, or its time is
   * over.
   */
  find(token: string): Seat | undefined {
    const absent = this.#seats.get(token);
    if (absent === undefined) return undefined;
    if (this.#now() - absent.since <= MAX_ABSENCE) return absent.seat;
    this.#seats.delete(token);
    return undefined;
  }

  /** Drops the seat with this token: its owner has taken it again. */
  delete(token: string): void {
    this.#seats.delete(token);
  }
}
