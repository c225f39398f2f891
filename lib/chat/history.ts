import type { GatherBuffer } from "./gather_buffer.ts";
import { HistorySegment, NOBODY, type StoredRun } from "./history_segment.ts";
import { type PastMark, Replay } from "./replay.ts";
import type { Seat } from "./seat.ts";

/**
 * Most memory for the history, in bytes, with everything that belongs to it: hours of a
 * lesson's chat, and little enough for a small computer.
 */
export const MAX_HISTORY_LENGTH = 16 * 1024 * 1024;

/**
 * The number of segments in a full history: it is forgotten one sixty-fourth at a time.
 */
const PARTS = 64;

/** The longest run, in bytes: short, so that little of a segment stays unused. */
const MAX_RUN_LENGTH = 32 * 1024;

/** The seat number of a person who has just joined: no seat has it. */
const NEWCOMER = 0xffff_ffff;

/** Broadcasts of one speaker that are still in the gather buffer only. */
type OpenRun = StoredRun & {
  readonly seat: Seat | undefined;
  end: number;
  count: number;
};

/**
 * The history of the chat, as sent over the wire; the oldest part is forgotten first.
 * Everything is copied into segments, so that no small message keeps a block of the
 * gather buffer or a seat alive, and the bound counts all memory taken.
 */
export class ChatHistory {
  readonly #gathered: GatherBuffer;
  readonly #maxLength: number;
  readonly #segments: HistorySegment[] = [];
  /** The number of segments forgotten, which is the number of the first one kept. */
  #forgotten = 0;
  /** Takes further messages of the same speaker in this turn. */
  #open: OpenRun | undefined;
  #said = 0;

  /**
   * Creates an empty history. `gathered` holds the broadcasts; `maxLength` is in bytes.
   */
  constructor(gathered: GatherBuffer, maxLength = MAX_HISTORY_LENGTH) {
    this.#gathered = gathered;
    this.#maxLength = maxLength;
  }

  /** Returns the number of broadcasts so far, kept or not. */
  get said(): number {
    return this.#said;
  }

  /** Returns the memory taken, in bytes: at most the bound and one segment. */
  get cost(): number {
    return this.#segments.reduce((sum, { cost }) => sum + cost, 0);
  }

  /** Adds the last message of the gather buffer, from `start` on, as a broadcast. */
  addSaid(from: Seat | undefined, start: number): void {
    this.#said++;
    const { block, end } = this.#gathered;
    const open = this.#open;
    // In a flood nearly all messages end here: one run for a whole turn.
    if (
      open !== undefined && open.seat === from && open.bytes === block &&
      open.end === start && end - open.start <= MAX_RUN_LENGTH
    ) {
      open.end = end;
      open.count++;
      return;
    }
    this.endTurn();
    const number = from?.number ?? NOBODY;
    const time = Date.now();
    this.#open = {
      seat: from,
      from: number,
      to: NOBODY,
      count: 1,
      time,
      bytes: block,
      start,
      end,
    };
  }

  /** Adds `frame`, which was sent to one person only. */
  addPrivate(to: Seat, frame: Uint8Array): void {
    this.endTurn();
    const time = Date.now();
    this.#add({
      ...{ from: NOBODY, to: to.number, count: 1, time },
      ...{ bytes: frame, start: 0, end: frame.length },
    });
  }

  /** Ends the turn: copies the open run, because later messages have another time. */
  endTurn(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.#add(open);
  }

  /**
   * Returns the last `count` messages for `seat`, marked as late, in order; fewer if
   * the others are no longer kept.
   */
  missed(seat: Seat, count: number): Replay {
    return this.#last(seat.number, { count, mark: "late" });
  }

  /** Returns at most the last `count` broadcasts, marked as earlier, in order. */
  latest(count: number): Replay {
    return this.#last(NEWCOMER, { count, mark: "earlier" });
  }

  #last(
    seat: number,
    { count, mark }: { readonly count: number; readonly mark: PastMark },
  ): Replay {
    this.endTurn();
    let found = 0;
    let index = this.#segments.length;
    while (index > 0 && found < count) {
      found += this.#segments[--index]!.countFor(seat);
    }
    return new Replay({
      segmentOf: (number) => this.#segments[number - this.#forgotten],
      segment: this.#forgotten + index,
      skip: Math.max(0, found - count),
      count: Math.min(found, count),
      ...{ seat, mark },
    });
  }

  #add(run: StoredRun): void {
    if (this.#segments.at(-1)?.append(run)) return;
    const usual = Math.ceil(this.#maxLength / PARTS);
    const needed = HistorySegment.lengthOf(run.end - run.start);
    const segment = new HistorySegment(Math.max(usual, needed));
    segment.append(run);
    this.#segments.push(segment);
    this.#forget();
  }

  /** Forgets the oldest segments until the memory taken is within the bound. */
  #forget(): void {
    let { cost } = this;
    while (cost > this.#maxLength && this.#segments.length > 1) {
      cost -= this.#segments.shift()!.cost;
      this.#forgotten++;
    }
  }
}
