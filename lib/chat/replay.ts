import {
  FRAME_HEADER_LENGTH,
  FrameKind,
  writeFrameHeader,
} from "../framing.ts";
import {
  type HistorySegment,
  isFor,
  type StoredRun,
} from "./history_segment.ts";

/**
 * How a past message is marked: missed by a person who is back (`late`), or sent before
 * a person joined (`earlier`).
 */
export type PastMark = "late" | "earlier";

/**
 * Bytes made at a time: few enough that making them holds up no one (some 0.1 ms) and
 * that every client can have them queued at once; enough that writes stay few.
 */
export const PIECE_LENGTH = 32 * 1024;

/**
 * Most runs looked at for one piece: skipping messages for other seats costs work, too.
 */
const MAX_LOOKS = 2_000;

export type ReplayOptions = {
  /** Returns the segment with this number; `undefined` if it is forgotten. */
  readonly segmentOf: (number: number) => HistorySegment | undefined;
  /** The number of the seat that the replay is for. */
  readonly seat: number;
  /** The segment that holds the first message. */
  readonly segment: number;
  /** Messages for this seat in the first segment to skip. */
  readonly skip: number;
  readonly count: number;
  readonly mark: PastMark;
};

/**
 * The past messages for one seat, made piece by piece from the history. Nothing is
 * decoded: each frame is copied, with its mark before the last brace.
 *
 * A replay holds no memory between two pieces: if the history forgets messages that are
 * still to come, the replay ends, and {@linkcode isBroken} says so.
 */
export class Replay {
  /** The number of messages in the whole replay. */
  readonly count: number;
  readonly #options: ReplayOptions;
  #segment: number;
  /** The position of the current run in the segment. */
  #at = 0;
  /** The position of the next frame in the current run, once the run has started. */
  #frame: number | undefined;
  #skip: number;
  #left: number;
  #isBroken = false;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#segment = options.segment;
    this.#skip = options.skip;
    this.#left = this.count = options.count;
  }

  /** Returns the number of messages still to come. */
  get left(): number {
    return this.#left;
  }

  /** Returns whether the history forgot messages that were still to come. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Ends the replay: no piece follows. */
  end(): void {
    this.#left = 0;
  }

  /**
   * Returns the next piece: whole frames of about {@linkcode PIECE_LENGTH} bytes at
   * most, or one longer frame. It may be empty; `undefined` at the end.
   */
  next(): Uint8Array | undefined {
    if (this.#left === 0) return undefined;
    const piece = new Piece();
    for (let looks = 0; looks < MAX_LOOKS && this.#left > 0; looks++) {
      const segment = this.#options.segmentOf(this.#segment);
      if (segment === undefined) {
        this.#isBroken = true;
        this.end();
      } else if (this.#at === segment.end) {
        this.#segment++;
        this.#at = 0;
      } else if (!this.#take(segment.runAt(this.#at), piece)) break;
    }
    return piece.bytes;
  }

  /** Takes what fits of a run. Returns `false` if the piece is full. */
  #take(run: StoredRun, piece: Piece): boolean {
    if (isFor(run, this.#options.seat)) {
      if (this.#frame === undefined && this.#skip >= run.count) {
        this.#skip -= run.count;
      } else if (!this.#copy(run, piece)) return false;
    }
    this.#at = run.end;
    this.#frame = undefined;
    return true;
  }

  #copy(run: StoredRun, piece: Piece): boolean {
    const mark = markOf(this.#options.mark, run.time);
    let at = this.#frame ?? run.start;
    while (at < run.end && this.#left > 0) {
      const end = at + 4 + lengthAt(run.bytes, at);
      if (this.#skip > 0) this.#skip--;
      else if (piece.add(run.bytes.subarray(at, end), mark)) this.#left--;
      else {
        this.#frame = at;
        return false;
      }
      at = end;
    }
    return true;
  }
}

/** Collects frames into one piece. */
class Piece {
  #bytes: Uint8Array | undefined;
  #end = 0;

  /**
   * Adds a frame with a mark. Returns `false` if the frame must wait for the next
   * piece.
   */
  add(frame: Uint8Array, mark: Uint8Array): boolean {
    const length = frame.length - 1 + mark.length;
    this.#bytes ??= new Uint8Array(Math.max(length, PIECE_LENGTH));
    const bytes = this.#bytes;
    if (this.#end + length > bytes.length) return false;
    const payloadLength = length - FRAME_HEADER_LENGTH;
    const kind = FrameKind.message;
    const start = writeFrameHeader(bytes, this.#end, { kind, payloadLength });
    bytes.set(frame.subarray(FRAME_HEADER_LENGTH, -1), start);
    this.#end += length;
    bytes.set(mark, this.#end - mark.length);
    return true;
  }

  /**
   * Returns the bytes. A short piece is copied, so that a stalled reader holds no more
   * memory than that.
   */
  get bytes(): Uint8Array {
    const bytes = this.#bytes ?? new Uint8Array(0);
    return this.#end < bytes.length / 2
      ? bytes.slice(0, this.#end)
      : bytes.subarray(0, this.#end);
  }
}

const encoder = new TextEncoder();

/** Returns the end of the JSON of a past message, which replaces the last brace. */
function markOf(mark: PastMark, time: number): Uint8Array {
  return encoder.encode(`,"at":${time},"${mark}":true}`);
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) |
    bytes[at + 3]!) >>> 0;
}
