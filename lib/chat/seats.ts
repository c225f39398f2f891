import { ChatError } from "../chat_error.ts";
import { nameKey } from "../names.ts";
import { Absentees } from "./absentees.ts";
import { HeldNames } from "./held_names.ts";
import { isSecret, type Member, Seat } from "./seat.ts";
import { TakenNames } from "./taken_names.ts";

/**
 * The largest number of a seat. Numbering starts again at 1 after it: the history has
 * long forgotten that seat.
 */
const MAX_NUMBER = 0xffff_fffe;

/**
 * The receiver of a message: a name and, if the sender knows it, the id of the seat.
 */
export type Addressee = { readonly to: string; readonly id?: string };

/** How a seat is left. */
export type LeaveOptions = {
  /** Whether the owner may take the seat back. */
  readonly mayReturn: boolean;
  /** Whether the server ended the connection, not the owner. */
  readonly isForced: boolean;
};

/** The seats: one for each name, and those of people who may come back. */
export class Seats {
  readonly #byName = new Map<string, Seat>();
  readonly #names = new TakenNames<Seat>();
  readonly #byToken = new Map<string, Seat>();
  readonly #absentees: Absentees;
  readonly #held: HeldNames;
  /** The number of the newest seat. */
  #number = 0;

  /**
   * Creates empty seats. `now` is a clock in milliseconds that never goes backwards.
   */
  constructor(now?: () => number) {
    this.#absentees = new Absentees(now);
    this.#held = new HeldNames(this.#names, now);
  }

  /** Returns the number of taken seats. */
  get size(): number {
    return this.#byName.size;
  }

  /** Iterates over the taken seats, in the order of joining. */
  [Symbol.iterator](): IterableIterator<Seat> {
    return this.#byName.values();
  }

  /** Returns whether the owner of the seat is here. */
  has(seat: Seat): boolean {
    return this.named(seat.member.name) === seat;
  }

  /**
   * Returns the seat of the person with this name, in any spelling that counts as the
   * same.
   */
  named(name: string): Seat | undefined {
    return this.#byName.get(nameKey(name));
  }

  /** Returns at most `limit` taken seats, in the order of joining. */
  first(limit: number): Seat[] {
    const seats: Seat[] = [];
    for (const seat of this) {
      if (seats.length >= limit) break;
      seats.push(seat);
    }
    return seats;
  }

  /**
   * Returns the seat that a message is for. Throws {@linkcode ChatError} if there is
   * none.
   */
  addressed({ to, id }: Addressee): Seat {
    const seat = this.named(to);
    if (seat === undefined) {
      throw new ChatError(
        "no-such-user",
        `There is nobody called ${to}, so your message was not sent. ` +
          "Check the name: /users shows who is here",
      );
    }
    if (id !== undefined && seat.id !== id) {
      throw new ChatError(
        "other-person",
        `This is a different ${to}, so your message was not sent`,
      );
    }
    return seat;
  }

  /** Returns the seat with this token, taken or kept for an owner who may return. */
  withToken(token: string): Seat | undefined {
    return this.#byToken.get(token) ?? this.#absentees.find(token);
  }

  /**
   * Throws `ChatError` if anyone but the owner of `token` has this name or one that
   * looks like it, or if the name is reserved for another person.
   */
  checkFree(name: string, token = ""): void {
    this.#held.expire();
    const holder = this.withToken(token) ?? this.#held.ownedBy(token);
    this.#names.checkFree(name, {
      holder,
      secondsLeft: (seat) => this.#held.secondsLeft(seat),
    });
  }

  /**
   * Creates a seat for `member`; `taken` and `said` as in `SeatOptions`. Its secret is
   * `token`, if that is valid and belongs to no other seat.
   */
  open(
    member: Member,
    { token = "", ...options }: {
      readonly taken: number;
      readonly said: number;
      readonly token?: string | undefined;
    },
  ): Seat {
    this.#number = this.#number % MAX_NUMBER + 1;
    const isFree = isSecret(token) && this.withToken(token) === undefined;
    return new Seat(member, {
      ...options,
      number: this.#number,
      secret: isFree ? token : undefined,
    });
  }

  /** Marks a seat as taken, under the name of its member. */
  take(seat: Seat): void {
    this.#byName.set(nameKey(seat.member.name), seat);
    this.#held.release(seat);
    this.#names.take(seat.member.name, seat);
    if (seat.token === undefined) return;
    this.#absentees.delete(seat.token);
    this.#byToken.set(seat.token, seat);
  }

  /**
   * Empties a seat. With `mayReturn` its token finds it for some time; with `isForced`
   * as well, the name is reserved for its owner for a minute.
   */
  leave(seat: Seat, { mayReturn, isForced }: LeaveOptions): void {
    const { token, member: { name } } = seat;
    this.#byName.delete(nameKey(name));
    seat.vacate();
    if (token !== undefined) this.#byToken.delete(token);
    if (token !== undefined && mayReturn) this.#absentees.add(token, seat);
    const isHeld = token !== undefined && mayReturn && isForced;
    if (isHeld) this.#held.hold(seat);
    else this.#names.release(name, seat);
  }
}
