import type { Replay } from "./replay.ts";
import type { Seat } from "./seat.ts";

/** How a member joins. */
export type JoinOptions = {
  /** Whether the seat gets a token for `Room.resume`. */
  readonly mayReturn?: boolean;
  /** A token that the server may have made before it was restarted. */
  readonly token?: string | undefined;
};

/** How a member comes back to a seat. */
export type Proof = {
  /** The secret of the seat. */
  readonly token: string;
  /** How many chat messages the member has received in that seat. */
  readonly received: number;
};

/** The result of a return. */
export type Return = {
  readonly seat: Seat;
  /** The missed messages, in order. */
  readonly missed: Replay;
  /** The number of missed messages that are no longer kept. */
  readonly lost: number;
};
