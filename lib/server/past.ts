import { PIECE_LENGTH, type Replay } from "../chat/replay.ts";
import type { Seat } from "../chat/seat.ts";
import type { Connection } from "../net/connection.ts";
import type { Source } from "../io/outbox.ts";
import type { Backpressure } from "./backpressure.ts";
import { lengthPrice } from "./work.ts";

/** The estimated length of a past message, in bytes: most are short. */
const USUAL_LENGTH = 100;

/** The cost of finding and writing a piece, expressed in bytes of messages. */
const PIECE_COST = 4 * 1024;

/**
 * Longer pieces, in bytes, count as work of their own; shorter ones belong to the
 * welcome.
 */
const SHORT_LENGTH = 16 * 1024;

export type PastOptions = {
  /** The seat that gets the past messages. */
  readonly seat: Seat;
  /** The connection to the client. */
  readonly connection: Connection;
  readonly backpressure: Backpressure;
  /** Counts work that the client caused, in units. */
  readonly spend: (units: number) => void;
};

/**
 * The messages from before a client came or from its absence, read as fast as the
 * client takes them, and never faster than the server has time for.
 */
export class Past implements Source {
  readonly length = PIECE_LENGTH;
  readonly #replay: Replay;
  readonly #options: PastOptions;

  constructor(replay: Replay, options: PastOptions) {
    this.#replay = replay;
    this.#options = options;
  }

  /** Ends the replay: nothing more is read. */
  end(): void {
    this.#replay.end();
  }

  async next(): Promise<Uint8Array | undefined> {
    const replay = this.#replay;
    const { seat, connection, backpressure, spend } = this.#options;
    if (replay.left > 0) {
      const likely = PIECE_COST + replay.left * USUAL_LENGTH;
      await backpressure.turn(Math.min(likely, PIECE_LENGTH));
    }
    const piece = replay.next();
    // The client reconnects for the rest, and then learns how much is lost.
    if (piece === undefined && replay.isBroken) {
      connection.cut({ kind: "slow" });
    }
    if (piece === undefined) return undefined;
    seat.countReplayed(piece.length);
    if (piece.length > SHORT_LENGTH) spend(lengthPrice(piece.length));
    return piece;
  }
}
