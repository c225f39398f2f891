import type { ServerMessage } from "../server_messages.ts";
import { type PlainSaid, type PlainText, plainTextIn } from "../plain_say.ts";
import { GatherBuffer } from "./gather_buffer.ts";
import type { Seat } from "./seat.ts";

/**
 * With fewer people than this, the room announces joins and leaves at the end of the
 * turn. With more, a filling room would send nothing but announcements.
 */
const CROWD = 200;

/**
 * How long the joins and leaves of a crowd are collected, in milliseconds per person:
 * 0.2 s for 10,000 people, a third of which it takes to tell them.
 */
const DELAY_PER_MEMBER = 0.02;

export type DeliveryOptions = {
  readonly atEndOfTurn: (run: () => void) => void;
  /** Calls `run` after `delay` milliseconds. Returns a function that cancels it. */
  readonly later: (run: () => void, delay: number) => () => void;
  /** Called before all members get the gathered messages. */
  readonly beforeHanding: () => void;
  /** Called at the end of a turn, after all members got the gathered messages. */
  readonly afterTurn: () => void;
};

/**
 * Sends each member the messages that the member has not received yet, in the order
 * they happened.
 *
 * A message to many members is encoded once, at the end of the gather buffer, and waits
 * there for the end of the turn. Then each member gets the bytes after
 * {@linkcode Seat.taken}: the same bytes for nearly all members. The position of a
 * sender moves past the sender's own message. A message to one member is delivered at
 * once, after the gathered bytes before it.
 */
export class Delivery {
  /** The messages of this turn and of earlier turns. */
  readonly gathered = new GatherBuffer();
  readonly #seats: Iterable<Seat> & { readonly size: number };
  readonly #options: DeliveryOptions;
  /** Whether a call at the end of the turn is scheduled. */
  #isEnding = false;
  /** Whether gathered messages wait for the end of the turn. */
  #isDue = false;
  #cancelAnnouncement: (() => void) | undefined;

  constructor(
    seats: Iterable<Seat> & { readonly size: number },
    options: DeliveryOptions,
  ) {
    this.#seats = seats;
    this.#options = options;
  }

  /**
   * Gathers `message` for everyone except `except`, for the end of the turn. Returns
   * its position in the buffer.
   */
  toAll(message: ServerMessage | PlainSaid, except?: Seat): number {
    const start = this.#gather(message, except);
    this.#handSoon();
    return start;
  }

  /**
   * Returns the text of the last message to all in a form that may be kept: gathered
   * bytes never change.
   */
  lastText(text: string | PlainText): string | PlainText {
    if (typeof text === "string") return text;
    const { block, end } = this.gathered;
    return plainTextIn(block, end, text.end - text.start);
  }

  /**
   * Announces a join or a leave to everyone: at the end of the turn, or later in a
   * crowd.
   */
  announce(message: ServerMessage): void {
    this.#gather(message);
    const { size } = this.#seats;
    if (size < CROWD) return this.#handSoon();
    this.#cancelAnnouncement ??= this.#options.later(() => {
      this.#cancelAnnouncement = undefined;
      this.flush();
    }, size * DELAY_PER_MEMBER);
  }

  /** Delivers `frame` to one member, after all messages that come before it. */
  toOne(seat: Seat, frame: Uint8Array): void {
    this.handOver(seat);
    seat.member.deliver(frame);
  }

  /** Delivers to one member the gathered messages that this member has not received. */
  handOver(seat: Seat): void {
    const { end } = this.gathered;
    if (seat.taken === end) return;
    const bytes = this.gathered.slice(seat.taken, end);
    seat.taken = end;
    seat.member.deliver(bytes);
  }

  /** Schedules the end of the turn, even if nothing is gathered. */
  endTurnSoon(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#options.atEndOfTurn(() => {
      this.#isEnding = false;
      if (this.#isDue) this.flush();
      else this.#options.afterTurn();
    });
  }

  /** Delivers the gathered messages to all members, and ends the turn. */
  flush(): void {
    this.#handToAll();
    this.#options.afterTurn();
  }

  /** Cancels the announcement to a crowd. */
  close(): void {
    this.#cancelAnnouncement?.();
  }

  #handSoon(): void {
    this.#isDue = true;
    this.endTurnSoon();
  }

  #handToAll(): void {
    this.#isDue = false;
    this.#options.beforeHanding();
    const { end } = this.gathered;
    let start = -1;
    let shared = this.gathered.slice(0, 0);
    for (const seat of this.#seats) {
      if (seat.taken === end) continue;
      if (seat.taken !== start) {
        start = seat.taken;
        shared = this.gathered.slice(start, end);
      }
      seat.taken = end;
      seat.member.deliver(shared);
    }
  }

  #gather(message: ServerMessage | PlainSaid, except?: Seat): number {
    // The sender gets the messages before its own, then skips its own.
    if (except !== undefined) this.handOver(except);
    let start = this.gathered.end;
    if (!this.gathered.append(message)) {
      // The turn continues: events of a subscriber that spoke now would be lost with
      // the block.
      this.#handToAll();
      this.gathered.renew();
      for (const seat of this.#seats) seat.taken = 0;
      start = 0;
      this.gathered.append(message);
    }
    if (except !== undefined) except.taken = this.gathered.end;
    return start;
  }
}
