import { MAX_NAME_LENGTH, nameKey } from "../names.ts";
import { Absentees } from "./absentees.ts";
import { ChatError } from "./chat_error.ts";
import type { Seat } from "./seat.ts";

/** Who sits where: one place for each name, and those kept for who may come back. */
export class Seats {
  readonly #byName = new Map<string, Seat>();
  readonly #byToken = new Map<string, Seat>();
  readonly #absentees = new Absentees();

  /** How many are taken. */
  get size(): number {
    return this.#byName.size;
  }

  /** Those that are taken, in the order of joining. */
  [Symbol.iterator](): IterableIterator<Seat> {
    return this.#byName.values();
  }

  /** Whether the one who has it is here. */
  has(seat: Seat): boolean {
    return this.named(seat.member.name) === seat;
  }

  /** The place of the one with this name, however it is written. */
  named(name: string): Seat | undefined {
    return this.#byName.get(nameKey(name));
  }

  /** The place with this token, taken or left by one who may return. */
  withToken(token: string): Seat | undefined {
    return this.#byToken.get(token) ?? this.#absentees.find(token);
  }

  /** Throws {@linkcode ChatError} if somebody has this name, unless it is `holder`. */
  checkFree(name: string, holder?: Seat): void {
    const present = this.named(name);
    if (present === undefined || present === holder) return;
    throw new ChatError(
      "name-taken",
      `The name ${present.member.name} is in use: choose another`,
      { suggestion: this.#freeName(name) },
    );
  }

  /** Takes a place, under the name of its member. */
  take(seat: Seat): void {
    this.#byName.set(nameKey(seat.member.name), seat);
    if (seat.token === undefined) return;
    this.#absentees.delete(seat.token);
    this.#byToken.set(seat.token, seat);
  }

  /** Frees the name of a place; who `mayReturn` finds the place by its token. */
  leave(seat: Seat, mayReturn: boolean): void {
    this.#byName.delete(nameKey(seat.member.name));
    seat.vacate();
    if (seat.token === undefined) return;
    this.#byToken.delete(seat.token);
    if (mayReturn) this.#absentees.add(seat.token, seat);
  }

  /** A name like `name` that nobody has. */
  #freeName(name: string): string {
    const stem = [...name].slice(0, MAX_NAME_LENGTH - 5).join("");
    let number = 2;
    while (this.named(`${stem}${number}`) !== undefined) number++;
    return `${stem}${number}`;
  }
}
