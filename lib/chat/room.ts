import { encodeMessage, type ServerMessage } from "../messages.ts";
import { type PlainSaid, type PlainText, saidHead } from "../plain_say.ts";
import { MAX_NAME_LENGTH, nameKey, SERVER_NAME } from "../names.ts";
import { ChatError } from "./chat_error.ts";
import { GatherBuffer } from "./gather_buffer.ts";

/**
 * With fewer than so many there, who joins or leaves is announced at the end of
 * the turn; with more, a hall that fills would be nothing but announcements.
 */
const CROWD = 200;

/**
 * A crowd is told after so many milliseconds for each who is there, of all that
 * came and went together: 0.2 s for 10,000, of which the telling takes a third.
 */
const DELAY_PER_MEMBER = 0.02;

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
  /** Calls `run` after `delay` milliseconds. */
  readonly later?: (run: () => void, delay: number) => void;
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
  readonly #later: (run: () => void, delay: number) => void;
  #flushPending = false;
  #announcementPending = false;

  constructor(
    { atEndOfTurn = queueMicrotask, later = setTimeout }: RoomOptions = {},
  ) {
    this.#atEndOfTurn = atEndOfTurn;
    this.#later = (run, delay) => later(run, delay);
  }

  /** How many are there. */
  get size(): number {
    return this.#seats.size;
  }

  /** The first names, all if no `limit` is given, in the order of their joining. */
  names(limit = Infinity): string[] {
    const names: string[] = [];
    for (const { member } of this.#seats.values()) {
      if (names.length >= limit) break;
      names.push(member.name);
    }
    return names;
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
    this.#announce({ type: "joined", name: member.name });
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
    this.#announce({ type: "left", name, reason });
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
    this.#flushSoon();
  }

  /** Says `text` to all, in the name of the server. */
  proclaim(text: string): void {
    this.#gather({ type: "said", from: SERVER_NAME, text });
    this.#flushSoon();
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

  /** Puts `message` where all will find it at the next flush, but for `except`. */
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
  }

  /** Tells all who has come or gone: at once, or with what is said next, or a little later. */
  #announce(message: ServerMessage): void {
    this.#gather(message);
    if (this.size < CROWD) return this.#flushSoon();
    if (this.#announcementPending) return;
    this.#announcementPending = true;
    this.#later(() => {
      this.#announcementPending = false;
      this.flush();
    }, this.size * DELAY_PER_MEMBER);
  }

  #flushSoon(): void {
    if (this.#flushPending) return;
    this.#flushPending = true;
    this.#atEndOfTurn(() => this.flush());
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
