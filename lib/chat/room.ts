import {
  encodeMessage,
  type PlainSaid,
  type PlainText,
  saidHead,
  type ServerMessage,
} from "../messages.ts";
import { MAX_NAME_LENGTH, nameKey } from "../names.ts";
import { ChatError } from "./chat_error.ts";
import { GatherBuffer } from "./gather_buffer.ts";

/**
 * Somebody in the room: a name, and where bytes for that one go. `deliver` must
 * not wait, throw, or call the room.
 */
export type Member = {
  readonly name: string;
  deliver(bytes: Uint8Array): void;
};

/** A member's place in the room; given by {@linkcode Room.join}. */
export type Seat = {
  readonly member: Member;
  /** Up to here the member has what was gathered, or is not meant to have it. */
  taken: number;
  /** How everything begins that the member says; made when it first says something plain. */
  head?: Uint8Array;
};

export type RoomOptions = {
  /** Calls `run` when all that arrived together has been handled. */
  readonly atEndOfTurn?: (run: () => void) => void;
};

/**
 * Who is there, and who hears what. Knows no socket.
 *
 * What goes to many is encoded once, at the end of the gather buffer, and waits
 * there for the end of the turn; then each member is handed the stretch it has
 * not taken yet: for nearly all of them the same bytes. A sender's place is moved
 * past its own words. What goes to one is handed over at once, after the stretch
 * before it, so that everybody sees everything in the order of its happening.
 */
export class Room {
  readonly #seats = new Map<string, Seat>();
  readonly #gathered = new GatherBuffer();
  readonly #atEndOfTurn: (run: () => void) => void;
  #flushPending = false;

  constructor({ atEndOfTurn = queueMicrotask }: RoomOptions = {}) {
    this.#atEndOfTurn = atEndOfTurn;
  }

  /** How many are there. */
  get size(): number {
    return this.#seats.size;
  }

  /** The names in the order of their joining. */
  names(): string[] {
    return Array.from(this.#seats.values(), (seat) => seat.member.name);
  }

  /**
   * Lets a member in and tells all others. Throws {@linkcode ChatError} if the
   * name is in use; then nobody hears of it.
   */
  join(member: Member): Seat {
    const key = nameKey(member.name);
    const holder = this.#seats.get(key);
    if (holder !== undefined) {
      throw new ChatError(
        "name-taken",
        `The name ${holder.member.name} is in use: choose another`,
        { suggestion: this.#freeName(member.name) },
      );
    }
    this.#gather({ type: "joined", name: member.name });
    const seat: Seat = { member, taken: this.#gathered.end };
    this.#seats.set(key, seat);
    return seat;
  }

  /** Lets a member go and tells all others why. Does nothing the second time. */
  leave(seat: Seat, reason: string): void {
    const { name } = seat.member;
    if (this.#seats.get(nameKey(name)) !== seat) return;
    this.#handOver(seat);
    this.#seats.delete(nameKey(name));
    this.#gather({ type: "left", name, reason });
  }

  /** Says `text` to all others. */
  broadcast(seat: Seat, text: string | PlainText): void {
    const from = seat.member.name;
    this.#gather(
      typeof text === "string"
        ? { type: "said", from, text }
        : { head: seat.head ??= saidHead(from), text },
      seat,
    );
  }

  /** Says `text` to one. Throws {@linkcode ChatError} if there is no such member. */
  tell(seat: Seat, { to, text }: { to: string; text: string }): Seat {
    const receiver = this.#seats.get(nameKey(to));
    if (receiver === undefined) {
      throw new ChatError(
        "no-such-user",
        `There is nobody with the name ${to}: the message was not sent`,
      );
    }
    this.send(receiver, { type: "told", from: seat.member.name, text });
    return receiver;
  }

  /** Hands `message` to one member, in its place among all that the member hears. */
  send(seat: Seat, message: ServerMessage): void {
    this.#handOver(seat);
    seat.member.deliver(encodeMessage(message));
  }

  /** Hands what is gathered to all members. Called at the end of a turn. */
  flush(): void {
    this.#flushPending = false;
    const { end } = this.#gathered;
    let start = -1;
    let shared = this.#gathered.slice(0, 0);
    for (const seat of this.#seats.values()) {
      if (seat.taken === end) continue;
      if (seat.taken !== start) {
        start = seat.taken;
        shared = this.#gathered.slice(start, end);
      }
      seat.taken = end;
      seat.member.deliver(shared);
    }
  }

  /** Puts `message` where all will find it at the end of the turn, but for `except`. */
  #gather(message: ServerMessage | PlainSaid, except?: Seat): void {
    // What stands before its own words must reach the sender; then it skips them.
    if (except !== undefined) this.#handOver(except);
    if (!this.#gathered.append(message)) {
      this.flush();
      this.#gathered.renew();
      for (const seat of this.#seats.values()) seat.taken = 0;
      this.#gathered.append(message);
    }
    if (except !== undefined) except.taken = this.#gathered.end;
    if (!this.#flushPending) {
      this.#flushPending = true;
      this.#atEndOfTurn(() => this.flush());
    }
  }

  /** A name like `name` that nobody has. */
  #freeName(name: string): string {
    const stem = [...name].slice(0, MAX_NAME_LENGTH - 5).join("");
    let number = 2;
    while (this.#seats.has(nameKey(`${stem}${number}`))) number++;
    return `${stem}${number}`;
  }

  /** Hands to one member what it has not taken yet. */
  #handOver(seat: Seat): void {
    const { end } = this.#gathered;
    if (seat.taken === end) return;
    const bytes = this.#gathered.slice(seat.taken, end);
    seat.taken = end;
    seat.member.deliver(bytes);
  }
}
