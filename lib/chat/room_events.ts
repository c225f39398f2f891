import type { EndReason } from "../net/end_reason.ts";
import type { PlainText } from "../plain_say.ts";

/** Where a person's connection comes from, for the logs. */
export type Origin = {
  /** The number of the session, from 1. */
  readonly session: number;
  /** The address and the port of the peer. */
  readonly from: string;
};

/** A person, as events describe them. */
export type Person = {
  /** The public id of the seat. */
  readonly id: string;
  readonly name: string;
  /** Missing where members have no connection, as in a test. */
  readonly origin?: Origin | undefined;
};

/** A text for everyone. */
export type Said = {
  readonly type: "said";
  /** `undefined`: the server, with the operator's words. */
  readonly from: Person | undefined;
  /** May be kept; `textOf` in `plain_say.ts` turns it into a string. */
  readonly text: string | PlainText;
  /** Milliseconds since 1970. */
  readonly at: number;
};

/** A text for one person. */
export type Told = {
  readonly type: "told";
  readonly from: Person;
  readonly to: Person;
  readonly text: string;
  readonly at: number;
};

/** A person has joined, or has come back after the others were told of the loss. */
export type Joined = {
  readonly type: "joined";
  readonly who: Person;
  readonly at: number;
};

/** A person has left. A lost connection counts only after its grace period. */
export type Left = {
  readonly type: "left";
  readonly who: Person;
  readonly reason: EndReason;
  readonly at: number;
};

export type RoomEvent = Said | Told | Joined | Left;

/**
 * A subscriber: hears what happens in a room, in order, at the end of the turn, after
 * the members got it (a crowd may hear of joins and leaves a moment later), or sooner
 * if a session logs something that must come after it. Nothing waits for a subscriber.
 * The first error of each subscriber is reported, and changes nothing for the members
 * or the other subscribers.
 */
export type RoomEvents = {
  said?(event: Said): void;
  told?(event: Told): void;
  joined?(event: Joined): void;
  left?(event: Left): void;
};
