import { FrameDecoder, MAX_MESSAGE_LENGTH } from "../framing.ts";
import { type ChatMessage, decodeServerMessage } from "../messages.ts";
import type { GatherBuffer } from "./gather_buffer.ts";
import type { Seat } from "./seat.ts";

/**
 * What is kept for those who come back, in bytes: hours of a lesson's chat, and
 * nothing that a small computer would notice.
 */
export const MAX_HISTORY_LENGTH = 16 * 1024 * 1024;

/** What one who comes back is sent at most, in bytes: half of what may wait for it. */
const MAX_REPLAY_LENGTH = 4 * 1024 * 1024;

/** What an entry costs beside its bytes, and a replayed message beside its own, in bytes. */
const ENTRY_LENGTH = 100;

/** Messages that stand one after the other: of one speaker to all, or one for one. */
type Entry = {
  readonly block: Uint8Array;
  readonly start: number;
  end: number;
  /** How many there are. */
  count: number;
  /** When the first of them was said, in milliseconds since 1970. */
  readonly time: number;
  readonly from: Seat | undefined;
  /** `undefined`: for all. */
  readonly to: Seat | undefined;
};

/** What was said, as it went over the wire; the oldest is forgotten first. */
export class History {
  readonly #gathered: GatherBuffer;
  readonly #maxLength: number;
  #entries: (Entry | undefined)[] = [];
  /** Those before this one are forgotten. */
  #first = 0;
  #length = 0;
  /** Takes in what the same speaker says next in this turn. */
  #open: Entry | undefined;
  #said = 0;

  /** `gathered` is where the broadcasts stand; `maxLength` is in bytes. */
  constructor(gathered: GatherBuffer, maxLength = MAX_HISTORY_LENGTH) {
    this.#gathered = gathered;
    this.#maxLength = maxLength;
  }

  /** How many broadcasts there have been, kept or not. */
  get said(): number {
    return this.#said;
  }

  /** The last message of the gather buffer, from `start` on, was said to all. */
  addSaid(from: Seat | undefined, start: number): void {
    this.#said++;
    const { block, end } = this.#gathered;
    const open = this.#open;
    // In a flood nearly all messages end here: one entry for a whole turn.
    if (
      open !== undefined && open.from === from && open.block === block &&
      open.end === start
    ) {
      open.end = end;
      open.count++;
      this.#length += end - start;
      return;
    }
    this.#open = this.#add({ block, start, end, from, to: undefined });
  }

  /** `frame` was sent to one alone. */
  addPrivate(to: Seat, frame: Uint8Array): void {
    this.#add({
      block: frame,
      start: 0,
      end: frame.length,
      from: undefined,
      to,
    });
  }

  /** What comes next is said at another time. */
  endTurn(): void {
    this.#open = undefined;
  }

  /**
   * The last `count` messages that were for `seat`, marked as late, in their
   * order; `lost` is how many of them are not kept any more.
   */
  missed(seat: Seat, count: number): { messages: ChatMessage[]; lost: number } {
    const isFor = ({ from, to }: Entry) =>
      to === undefined ? from !== seat : to === seat;
    const messages = this.#last(count, isFor)
      .map((message) => ({ ...message, late: true }));
    return { messages, lost: count - messages.length };
  }

  /** The last `count` broadcasts, marked as earlier, in their order; fewer if there are not so many. */
  latest(count: number): ChatMessage[] {
    return this.#last(count, ({ to }) => to === undefined)
      .map((message) => ({ ...message, earlier: true }));
  }

  /** The last `count` messages of the entries that are meant, or fewer. */
  #last(count: number, isMeant: (entry: Entry) => boolean): ChatMessage[] {
    const found: Entry[] = [];
    let left = count;
    let length = 0;
    for (let i = this.#entries.length - 1; i >= this.#first && left > 0; i--) {
      const entry = this.#entries[i]!;
      if (!isMeant(entry)) continue;
      length += entry.end - entry.start + entry.count * ENTRY_LENGTH;
      if (length > MAX_REPLAY_LENGTH) break;
      found.push(entry);
      left -= entry.count;
    }
    const messages = found.reverse().flatMap(read);
    return messages.slice(Math.max(0, messages.length - count));
  }

  #add(
    entry: Pick<Entry, "block" | "start" | "end" | "from" | "to">,
  ): Entry {
    const added = { ...entry, count: 1, time: Date.now() };
    this.#open = undefined;
    this.#entries.push(added);
    this.#length += entry.end - entry.start + ENTRY_LENGTH;
    while (this.#length > this.#maxLength) {
      const entry = this.#entries[this.#first]!;
      if (entry === added) break;
      this.#length -= entry.end - entry.start + ENTRY_LENGTH;
      this.#entries[this.#first++] = undefined;
    }
    if (2 * this.#first > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    return added;
  }
}

/** The messages of one entry, with the time of their saying. */
function read({ block, start, end, time }: Entry): ChatMessage[] {
  const limits = { message: MAX_MESSAGE_LENGTH, chunk: 0 };
  return new FrameDecoder(limits).push(block.subarray(start, end))
    .map(({ payload }) => ({
      ...decodeServerMessage(payload) as ChatMessage,
      at: time,
    }));
}
