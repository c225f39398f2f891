import type { Seat } from "./seat.ts";

/**
 * So long a place can be taken back, in milliseconds: a laptop that slept through
 * a lesson.
 */
const MAX_ABSENCE = 60 * 60 * 1000;

/** So many places are kept for those who are away; the one away longest goes first. */
const MAX_ABSENT = 1_000;

/** The places of those who have lost their connection and may come back. */
export class Absentees {
  readonly #now: () => number;
  /** By token, in the order of their going, with the time of it. */
  readonly #seats = new Map<string, { seat: Seat; since: number }>();

  /** `now` is a clock in milliseconds that never goes backwards. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Keeps a place. */
  add(token: string, seat: Seat): void {
    this.#seats.set(token, { seat, since: this.#now() });
    if (this.#seats.size <= MAX_ABSENT) return;
    const [longest] = this.#seats.keys();
    this.#seats.delete(longest!);
  }

  /** The place with this token; `undefined` if there is none, or not any more. */
  find(token: string): Seat | undefined {
    const absent = this.#seats.get(token);
    if (absent === undefined) return undefined;
    if (this.#now() - absent.since <= MAX_ABSENCE) return absent.seat;
    this.#seats.delete(token);
    return undefined;
  }

  /** It is taken again. */
  delete(token: string): void {
    this.#seats.delete(token);
  }
}
