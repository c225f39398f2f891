import {
  type ChatMessage,
  encodeMessage,
  type ServerMessage,
} from "../messages.ts";
import { type PlainSaid, type PlainText, saidHead } from "../plain_say.ts";
import { SERVER_NAME } from "../names.ts";
import { ChatError } from "./chat_error.ts";
import { GatherBuffer } from "./gather_buffer.ts";
import { History } from "./history.ts";
import { type Member, Seat } from "./seat.ts";
import { Seats } from "./seats.ts";

/**
 * With fewer people than this, joins and leaves are announced at the end of the
 * turn; with more, a hall that fills would be nothing but announcements.
 */
const CROWD = 200;

/**
 * How long a crowd's joins and leaves are collected, in milliseconds for each
 * person: 0.2 s for 10,000, of which the telling takes a third.
 */
const DELAY_PER_MEMBER = 0.02;

export type RoomOptions = {
  /**
   * How long a dropped connection stays unannounced, in milliseconds: within it,
   * neither the loss nor the return is announced.
   */
  readonly grace?: number;
  /** Calls `run` when everything that arrived together has been handled. */
  readonly atEndOfTurn?: (run: () => void) => void;
  /** Calls `run` after `delay` milliseconds; returns how to call it off. */
  readonly later?: (run: () => void, delay: number) => () => void;
};

/** What a member who has come back is told. */
export type Return = {
  readonly seat: Seat;
  /** The missed messages, in order. */
  readonly missed: readonly ChatMessage[];
  /** How many more were missed but are no longer kept. */
  readonly lost: number;
};

/**
 * Knows who is here and delivers what they say. Knows no socket.
 *
 * A message to many is encoded once, at the end of the gather buffer, and waits
 * there for the end of the turn. Then each member is handed the stretch it has
 * not taken yet: for nearly all members the same bytes. A sender's place is moved
 * past its own message. A message to one member is handed over at once, after the
 * stretch before it, so that everyone sees everything in the order it happened.
 */
export class Room {
  readonly #seats = new Seats();
  readonly #gathered = new GatherBuffer();
  readonly #history = new History(this.#gathered);
  readonly #grace: number;
  readonly #atEndOfTurn: (run: () => void) => void;
  readonly #later: (run: () => void, delay: number) => () => void;
  /** Seats in their grace, each with the function that calls its end off. */
  readonly #graces = new Map<Seat, () => void>();
  #flushPending = false;
  #cancelAnnouncement: (() => void) | undefined;

  constructor(
    { grace = 0, atEndOfTurn = queueMicrotask, later = afterTimeout }:
      RoomOptions = {},
  ) {
    this.#grace = grace;
    this.#atEndOfTurn = atEndOfTurn;
    this.#later = later;
  }

  /** How many people are here. */
  get size(): number {
    return this.#seats.size;
  }

  /** At most `limit` names, in the order of joining; default: all. */
  names(limit = Infinity): string[] {
    const names: string[] = [];
    for (const { member } of this.#seats) {
      if (names.length >= limit) break;
      names.push(member.name);
    }
    return names;
  }

  /**
   * Lets a member in and tells everyone else. With `mayReturn` the seat gets a token
   * for {@linkcode resume}. Throws {@linkcode ChatError}, and tells nobody, if the
   * name is in use.
   */
  join(member: Member, { mayReturn = false } = {}): Seat {
    this.#seats.checkFree(member.name);
    this.#announce({ type: "joined", name: member.name });
    const seat = new Seat(member, this.#gathered.end, this.#history.said);
    if (mayReturn) seat.demandToken();
    this.#seats.take(seat);
    return seat;
  }

  /** Whether there is a seat with this token. */
  knows(token: string): boolean {
    return this.#seats.withToken(token) !== undefined;
  }

  /**
   * Gives the seat with this token to `member`, the same person over a new
   * connection, who has received `received` chat messages; the room may not have
   * noticed the loss of the old one. Returns `undefined` if there is no such seat
   * (any more). Throws {@linkcode ChatError}, and changes nothing, if somebody else
   * has taken the name.
   */
  resume(
    member: Member,
    { token, received }: { token: string; received: number },
  ): Return | undefined {
    const seat = this.#seats.withToken(token);
    if (seat === undefined) return undefined;
    this.#seats.checkFree(member.name, seat);
    const before = seat.member;
    const wasHere = this.#seats.has(seat);
    const isSeen = !wasHere || before.name !== member.name;
    if (wasHere && isSeen) this.#go(seat, "another name");
    if (isSeen) this.#announce({ type: "joined", name: member.name });
    this.#endGrace(seat);
    seat.sit(member, this.#gathered.end);
    this.#seats.take(seat);
    if (wasHere) before.replaced?.();
    const count = seat.countAll(this.#history.said) - received;
    const { messages: missed, lost } = this.#history
      .missed(seat, Math.max(0, count));
    return { seat, missed, lost };
  }

  /**
   * Lets a member go and tells everyone else why. With `mayReturn` the seat is kept
   * for {@linkcode resume}. Does nothing if the seat is empty already, or another
   * member has it.
   */
  leave(
    seat: Seat,
    reason: string,
    { member = seat.member, mayReturn = false }: {
      readonly member?: Member;
      readonly mayReturn?: boolean;
    } = {},
  ): void {
    if (!this.#seats.has(seat) || seat.member !== member) return;
    if (!mayReturn || seat.token === undefined || this.#grace === 0) {
      return this.#go(seat, reason, { mayReturn });
    }
    // The member counts as here until the grace is over.
    this.#handOver(seat);
    seat.vacate();
    const go = () => {
      this.#graces.delete(seat);
      this.#go(seat, reason, { mayReturn });
    };
    this.#graces.set(seat, this.#later(go, this.#grace));
  }

  /** Says `text` to everyone else. */
  broadcast(seat: Seat, text: string | PlainText): void {
    const from = seat.member.name;
    const start = this.#gather(
      typeof text === "string"
        ? { type: "said", from, text }
        : { head: seat.head ??= saidHead(from), text },
      seat,
    );
    seat.countOwn();
    this.#history.addSaid(seat, start);
    this.#flushSoon();
  }

  /** Says `text` to everyone, in the name of the server. */
  proclaim(text: string): void {
    const start = this.#gather({ type: "said", from: SERVER_NAME, text });
    this.#history.addSaid(undefined, start);
    this.#flushSoon();
  }

  /** Says `text` to one member. Throws {@linkcode ChatError} if there is no such member. */
  tell(seat: Seat, { to, text }: { to: string; text: string }): Seat {
    const receiver = this.#seats.named(to);
    if (receiver === undefined) {
      throw new ChatError(
        "no-such-user",
        `There is nobody called ${to}, so your message was not sent. ` +
          "Check the name: /users shows who is here",
      );
    }
    this.sendKept(receiver, { type: "told", from: seat.member.name, text });
    return receiver;
  }

  /** The last broadcasts, at most `count`, for a member who has just joined. */
  latest(count: number): ChatMessage[] {
    return this.#history.latest(count);
  }

  /** Like {@linkcode send}, and kept for a member who loses the connection. */
  sendKept(seat: Seat, message: ChatMessage): void {
    this.#handOver(seat);
    const frame = encodeMessage(message);
    seat.countPrivate();
    this.#history.addPrivate(seat, frame);
    seat.member.deliver(frame);
  }

  /**
   * Hands `message`, perhaps encoded already, to one member, in its place among all
   * that the member hears.
   */
  send(seat: Seat, message: ServerMessage | Uint8Array): void {
    this.#handOver(seat);
    seat.member.deliver(
      message instanceof Uint8Array ? message : encodeMessage(message),
    );
  }

  /** Hands the gathered messages to all members, at the end of a turn. */
  flush(): void {
    this.#flushPending = false;
    this.#history.endTurn();
    const { end } = this.#gathered;
    let start = -1;
    let shared = this.#gathered.slice(0, 0);
    for (const seat of this.#seats) {
      if (seat.taken === end) continue;
      if (seat.taken !== start) {
        start = seat.taken;
        shared = this.#gathered.slice(start, end);
      }
      seat.taken = end;
      seat.member.deliver(shared);
    }
  }

  /** Calls off everything that would still happen by itself. */
  close(): void {
    this.#cancelAnnouncement?.();
    for (const seat of this.#graces.keys()) this.#endGrace(seat);
  }

  /**
   * Gathers `message` for everyone but `except`; the next flush delivers it.
   * Returns where it begins in the buffer.
   */
  #gather(message: ServerMessage | PlainSaid, except?: Seat): number {
    // The sender gets what stands before its own message, then skips that.
    if (except !== undefined) this.#handOver(except);
    let start = this.#gathered.end;
    if (!this.#gathered.append(message)) {
      this.flush();
      this.#gathered.renew();
      for (const seat of this.#seats) seat.taken = 0;
      start = 0;
      this.#gathered.append(message);
    }
    if (except !== undefined) except.taken = this.#gathered.end;
    return start;
  }

  /** Tells everyone of a join or a leave: at the end of the turn, or later in a crowd. */
  #announce(message: ServerMessage): void {
    this.#gather(message);
    if (this.size < CROWD) return this.#flushSoon();
    this.#cancelAnnouncement ??= this.#later(() => {
      this.#cancelAnnouncement = undefined;
      this.flush();
    }, this.size * DELAY_PER_MEMBER);
  }

  #flushSoon(): void {
    if (this.#flushPending) return;
    this.#flushPending = true;
    this.#atEndOfTurn(() => this.flush());
  }

  #endGrace(seat: Seat): void {
    this.#graces.get(seat)?.();
    this.#graces.delete(seat);
  }

  #go(seat: Seat, reason: string, { mayReturn = false } = {}): void {
    this.#handOver(seat);
    this.#seats.leave(seat, mayReturn);
    this.#announce({ type: "left", name: seat.member.name, reason });
  }

  /** Hands one member the gathered messages that it has not taken yet. */
  #handOver(seat: Seat): void {
    const { end } = this.#gathered;
    if (seat.taken === end) return;
    const bytes = this.#gathered.slice(seat.taken, end);
    seat.taken = end;
    seat.member.deliver(bytes);
  }
}

function afterTimeout(run: () => void, delay: number): () => void {
  const timer = setTimeout(run, delay);
  return () => clearTimeout(timer);
}
