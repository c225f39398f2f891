import type { Seat } from "./seat.ts";
import type { TakenNames } from "./taken_names.ts";

/**
 * How long a name stays reserved for its owner after the server ended the connection,
 * in milliseconds: a client that comes back tries at least every 15 s.
 */
export const HOLD_TIME = 60_000;

/**
 * Names reserved at a time: as many as seats of absent people. The oldest is freed
 * first.
 */
const MAX_HELD = 1_000;

/** A name reserved for a seat, until `until` in milliseconds. */
type Hold = {
  readonly seat: Seat;
  readonly name: string;
  readonly until: number;
};

/**
 * Reserves, for a while, the names of people whose connection the server ended by
 * force: making somebody too slow must not be a way to get a name.
 */
export class HeldNames {
  readonly #names: TakenNames<Seat>;
  readonly #now: () => number;
  /** By the id of the seat, oldest first. */
  readonly #holds = new Map<string, Hold>();

  /**
   * Creates an empty set. `now` is a clock in milliseconds that never goes backwards.
   */
  constructor(
    names: TakenNames<Seat>,
    now: () => number = () => performance.now(),
  ) {
    this.#names = names;
    this.#now = now;
  }

  /** Reserves the name that the owner of `seat` has. */
  hold(seat: Seat): void {
    this.release(seat);
    const { name } = seat.member;
    const until = this.#now() + HOLD_TIME;
    this.#names.take(name, seat);
    this.#holds.set(seat.id, { seat, name, until });
    if (this.#holds.size <= MAX_HELD) return;
    const [oldest] = this.#holds.values();
    this.release(oldest!.seat);
  }

  /** Ends the reservation: the owner is back, under any name, or the time is over. */
  release({ id }: Seat): void {
    const hold = this.#holds.get(id);
    if (hold === undefined) return;
    this.#holds.delete(id);
    this.#names.release(hold.name, hold.seat);
  }

  /** Frees the names whose time is over. */
  expire(): void {
    const now = this.#now();
    for (const { seat, until } of this.#holds.values()) {
      if (until > now) return;
      this.release(seat);
    }
  }

  /** Returns the seat with this token that has a reserved name, if any. */
  ownedBy(token: string): Seat | undefined {
    if (token === "") return undefined;
    for (const { seat } of this.#holds.values()) {
      if (seat.token === token) return seat;
    }
    return undefined;
  }

  /** Returns the seconds for which a name stays reserved for `seat`; 0 if none is. */
  secondsLeft({ id }: Seat): number {
    const hold = this.#holds.get(id);
    return hold === undefined
      ? 0
      : Math.ceil((hold.until - this.#now()) / 1_000);
  }
}
