import { encodeMessage } from "../messages.ts";
import type { ChatMessage, ServerMessage } from "../server_messages.ts";
import { type PlainText, saidHead } from "../plain_say.ts";
import { SERVER_NAME } from "../names.ts";
import type { EndReason } from "../net/end_reason.ts";
import {
  isNameReservedAfter,
  logWords,
  mayReturnAfter,
} from "../net/end_rules.ts";
import { Delivery } from "./delivery.ts";
import { Graces } from "./graces.ts";
import { ChatHistory } from "./history.ts";
import type { Replay } from "./replay.ts";
import type { JoinOptions, Proof, Return } from "./joining.ts";
import { afterTimeout, type RoomOptions } from "./room_options.ts";
import type { Member, Seat } from "./seat.ts";
import { type Addressee, Seats } from "./seats.ts";
import { Subscribers } from "./subscribers.ts";
import { UserList } from "./user_list.ts";

/**
 * A chat room: knows who is here, delivers the messages, and tells its subscribers.
 * Knows no socket. {@linkcode Delivery} describes how every member gets every message
 * in order.
 */
export class Room {
  readonly #seats: Seats;
  readonly #list: UserList;
  readonly #delivery: Delivery;
  readonly #history: ChatHistory;
  readonly #graces: Graces;
  readonly #now: () => number;
  readonly #returnsFreely: boolean;
  /** `undefined` without subscribers: then no events are recorded. */
  readonly #subscribers: Subscribers | undefined;

  constructor(
    {
      grace = 0,
      atEndOfTurn = queueMicrotask,
      later = afterTimeout,
      now = () => performance.now(),
      returnsFreely = false,
      subscribers = [],
      onFault,
    }: RoomOptions = {},
  ) {
    this.#now = now;
    this.#returnsFreely = returnsFreely;
    this.#seats = new Seats(now);
    this.#list = new UserList(this.#seats);
    this.#graces = new Graces({ length: grace, later });
    this.#delivery = new Delivery(this.#seats, {
      ...{ atEndOfTurn, later },
      beforeHanding: () => this.#history.endTurn(),
      afterTurn: () => this.#subscribers?.tell(),
    });
    this.#history = new ChatHistory(this.#delivery.gathered);
    if (subscribers.length > 0) {
      this.#subscribers = new Subscribers(subscribers, {
        tellSoon: () => this.#delivery.endTurnSoon(),
        onFault,
      });
    }
  }

  /**
   * Returns the answer to `users`, as frames: the same array until somebody comes or
   * goes.
   */
  get list(): readonly Uint8Array[] {
    return this.#list.frames;
  }

  /** Returns the number of people in the room. */
  get size(): number {
    return this.#seats.size;
  }

  /** Returns at most `limit` seat ids, in the order of {@linkcode names}. */
  ids(limit = Infinity): string[] {
    return this.#seats.first(limit).map(({ id }) => id);
  }

  /** Returns at most `limit` names, in the order of joining; default: all. */
  names(limit = Infinity): string[] {
    return this.#seats.first(limit).map(({ member }) => member.name);
  }

  /**
   * Lets a member in and tells everyone else. With `mayReturn` the seat gets a token
   * for {@linkcode resume}: `token`, if a server may have made it before a restart, so
   * that the person keeps the same id. Throws {@linkcode ChatError}, and announces
   * nothing, if the name is in use.
   */
  join(
    member: Member,
    { mayReturn = false, token }: JoinOptions = {},
  ): Seat {
    this.#seats.checkFree(member.name, token);
    const seat = this.#seats.open(member, {
      taken: this.#delivery.gathered.end,
      said: this.#history.said,
      token,
    });
    this.#announceJoin(seat, member);
    seat.taken = this.#delivery.gathered.end;
    if (mayReturn) seat.demandToken();
    this.#seats.take(seat);
    return seat;
  }

  /**
   * Returns the current or last name of the seat with this token; `undefined` if there
   * is none.
   */
  nameOf(token: string): string | undefined {
    return this.#seats.withToken(token)?.member.name;
  }

  /**
   * Gives the seat with this token to `member`: the same person over a new connection,
   * who has received `received` chat messages. The room may not have noticed the loss
   * of the old connection. Returns `undefined` if there is no such seat, or it is no
   * longer kept. Throws {@linkcode ChatError}, and changes nothing, if another person
   * has taken the name or the owner has come back too often.
   */
  resume(member: Member, { token, received }: Proof): Return | undefined {
    const seat = this.#seats.withToken(token);
    if (seat === undefined) return undefined;
    if (!this.#returnsFreely) seat.countReturn(this.#now());
    this.#seats.checkFree(member.name, token);
    const before = seat.member;
    const wasHere = this.#seats.has(seat);
    const isSeen = !wasHere || before.name !== member.name;
    if (wasHere && isSeen) this.#go(seat, { kind: "renamed" });
    if (isSeen) this.#announceJoin(seat, member);
    this.#graces.end(seat);
    seat.sit(member, this.#delivery.gathered.end);
    this.#seats.take(seat);
    if (wasHere) before.replaced?.();
    const count = Math.max(0, seat.countAll(this.#history.said) - received);
    const missed = this.#history.missed(seat, count);
    return { seat, missed, lost: count - missed.count };
  }

  /**
   * Removes a member and tells everyone else why. The reason decides whether the seat
   * is kept for {@linkcode resume}, and whether the name is reserved for its owner.
   * Does nothing if the seat is already empty or another member has it.
   */
  leave(
    seat: Seat,
    reason: EndReason,
    { member = seat.member }: { readonly member?: Member } = {},
  ): void {
    if (!this.#seats.has(seat) || seat.member !== member) return;
    const mayReturn = mayReturnAfter(reason) && seat.token !== undefined;
    if (!mayReturn || !this.#graces.areGiven) return this.#go(seat, reason);
    // The member counts as present until the grace period is over.
    this.#delivery.handOver(seat);
    seat.vacate();
    this.#graces.begin(seat, () => this.#go(seat, reason));
  }

  /** Sends `text` to everyone else. */
  broadcast(seat: Seat, text: string | PlainText): void {
    const from = seat.member.name;
    const start = this.#delivery.toAll(
      typeof text === "string"
        ? { type: "said", from, text }
        : { head: seat.head ??= saidHead(from), text },
      seat,
    );
    seat.countOwn();
    this.#history.addSaid(seat, start);
    this.#subscribers?.said(seat.person, this.#delivery.lastText(text));
  }

  /** Sends `text` to everyone, in the name of the server. */
  proclaim(text: string): void {
    const said = { type: "said", from: SERVER_NAME, text } as const;
    this.#history.addSaid(undefined, this.#delivery.toAll(said));
    this.#subscribers?.said(undefined, text);
  }

  /**
   * Returns the seat that `to` names, which must have the id `id` if it is given.
   * Throws {@linkcode ChatError} if there is no such member.
   */
  receiver(to: Addressee): Seat {
    return this.#seats.addressed(to);
  }

  /** Sends `text` to one member. Throws what {@linkcode receiver} throws. */
  tell(
    seat: Seat,
    { text, ...to }: Addressee & { readonly text: string },
  ): Seat {
    const receiver = this.receiver(to);
    const from = seat.member.name;
    this.sendKept(receiver, { type: "told", from, text, id: seat.id });
    this.#subscribers?.told(seat.person, receiver.person, text);
    return receiver;
  }

  /** Returns at most the last `count` broadcasts, for a member who has just joined. */
  latest(count: number): Replay {
    return this.#history.latest(count);
  }

  /**
   * Sends like {@linkcode send}, and keeps the message for a member who loses the
   * connection.
   */
  sendKept(seat: Seat, message: ChatMessage): void {
    const frame = encodeMessage(message);
    seat.countPrivate();
    this.#history.addPrivate(seat, frame);
    this.#delivery.toOne(seat, frame);
  }

  /**
   * Delivers `message`, which may already be encoded, to one member, in order with all
   * other messages to that member.
   */
  send(seat: Seat, message: ServerMessage | Uint8Array): void {
    const isFrame = message instanceof Uint8Array;
    this.#delivery.toOne(seat, isFrame ? message : encodeMessage(message));
  }

  /**
   * Tells the subscribers what has happened in this turn so far, before a log record
   * that must come after it.
   */
  tellNow(): void {
    this.#subscribers?.tell();
  }

  /** Ends the turn: delivers the gathered messages to everyone. */
  flush(): void {
    this.#delivery.flush();
  }

  /** Cancels all timers. */
  close(): void {
    this.#delivery.close();
    this.#graces.close();
  }

  #go(seat: Seat, reason: EndReason): void {
    this.#delivery.handOver(seat);
    const who = seat.describe();
    const { id, name } = who;
    this.#seats.leave(seat, {
      mayReturn: mayReturnAfter(reason),
      isForced: isNameReservedAfter(reason),
    });
    this.#list.change();
    this.#delivery.announce({
      type: "left",
      name,
      reason: logWords(reason),
      id,
    });
    this.#subscribers?.left(who, reason);
  }

  #announceJoin({ id }: Seat, { name, origin }: Member): void {
    this.#list.change();
    this.#delivery.announce({ type: "joined", name, id });
    this.#subscribers?.joined({ id, name, origin });
  }
}
