import {
  FRAME_HEADER_LENGTH,
  MAX_CHUNK_LENGTH,
  MAX_MESSAGE_LENGTH,
  readUint32,
  ReceivedFrame,
} from "./framing.ts";

/**
 * Bytes from which a frame is read into a buffer of its own: only chunks are this long.
 */
const LARGE_LENGTH = 2 * MAX_MESSAGE_LENGTH;

/**
 * Arrivals without a large frame after which the buffers for large frames are dropped.
 */
const QUIET_ARRIVALS = 8;

/** Bytes of spare buffers for large frames: as many as the disk works on at a time. */
const MAX_SPARE = 4 * (FRAME_HEADER_LENGTH + MAX_CHUNK_LENGTH);

const NO_BYTES = new Uint8Array(0);

/**
 * The buffers for a connection's incoming bytes: one for the start of an incomplete
 * frame, and those of large frames, which stay where they were read. Memory grows with
 * the bytes that have arrived, in this frame or in a complete earlier one, never with
 * the length that a header promises.
 */
export class FrameBuffers {
  #held: Uint8Array = NO_BYTES;
  #heldLength = 0;
  /**
   * Length of the last frame that came in pieces: the next one may get as much at once.
   */
  #usualLength = 0;
  /** Buffers of large frames that were given back; most connections never have any. */
  #spare: Uint8Array[] | undefined;
  #quietArrivals = 0;

  /**
   * The buffer of the incomplete frame; only its first {@linkcode heldLength} bytes are
   * valid.
   */
  get held(): Uint8Array {
    return this.#held;
  }

  /** How many bytes of the incomplete frame have arrived. */
  get heldLength(): number {
    return this.#heldLength;
  }

  /**
   * Returns the buffer to read the next bytes into: `usual`, unless large frames are
   * expected, whose bytes are then read straight into place.
   */
  target(usual: Uint8Array): Uint8Array {
    if (this.#usualLength < LARGE_LENGTH) return usual;
    if (this.#heldLength === 0 && this.#held.length < this.#usualLength) {
      this.#held = this.#buffer(this.#usualLength);
    }
    const wanted = this.#heldLength < FRAME_HEADER_LENGTH
      ? this.#usualLength
      : 4 + readUint32(this.#held, 0);
    // For a small frame, or for one whose memory must grow with the bytes that arrive.
    if (wanted < LARGE_LENGTH || this.#held.length < wanted) return usual;
    return this.#held.subarray(this.#heldLength, wanted);
  }

  /**
   * Notes that bytes arrive. Drops the spare buffers when no large frame has come for a
   * while.
   */
  arrive(): void {
    if (this.#usualLength < LARGE_LENGTH) return;
    if (++this.#quietArrivals < QUIET_ARRIVALS) return;
    this.#quietArrivals = 0;
    if (this.#heldLength > 0) return;
    this.#usualLength = 0;
    this.#spare = undefined;
  }

  /** Appends bytes of an incomplete frame that will be `wanted` bytes long. */
  hold(bytes: Uint8Array, wanted: number): void {
    if (bytes.length === 0) return;
    const needed = this.#heldLength + bytes.length;
    if (
      bytes.buffer === this.#held.buffer &&
      bytes.byteOffset === this.#heldLength
    ) {
      // The bytes were read straight into place.
      this.#heldLength = needed;
      return;
    }
    if (needed > this.#held.length) {
      const likely = Math.max(2 * this.#held.length, this.#usualLength);
      const grown = this.#buffer(
        Math.max(needed, Math.min(likely, wanted), FRAME_HEADER_LENGTH),
      );
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#heldLength);
    this.#heldLength = needed;
  }

  /**
   * Returns the held frame, which is now complete. It keeps the buffer: the next frame
   * gets another.
   */
  release(): ReceivedFrame {
    const length = this.#heldLength;
    const frame = new ReceivedFrame(this.#held, FRAME_HEADER_LENGTH, length);
    this.#held = NO_BYTES;
    this.#heldLength = 0;
    this.#usualLength = length;
    if (isLarge(frame)) this.#lend(frame);
    return frame;
  }

  /** Notes a frame that is complete among the bytes just read. */
  note(frame: ReceivedFrame): void {
    // Nearly always true: a flood of small frames takes this fast path.
    if (this.#held === NO_BYTES && !isLarge(frame)) return;
    const isTarget = frame.bytes.buffer === this.#held.buffer;
    // The rest of that buffer belongs to the frames that follow.
    if (isTarget) this.#held = NO_BYTES;
    if (!isLarge(frame)) return;
    if (isTarget) this.#lend(frame);
    else this.#quietArrivals = 0;
  }

  /**
   * Lets the first large frame in a buffer keep that buffer. Other frames in it are
   * valid until the next arrival, as usual: the buffer is not reused before.
   */
  #lend(frame: ReceivedFrame): void {
    this.#quietArrivals = 0;
    frame.giveBack = () => this.#takeBack(frame.bytes.buffer as ArrayBuffer);
  }

  #takeBack(buffer: ArrayBuffer): void {
    if (this.#usualLength < LARGE_LENGTH) return;
    const spare = this.#spare ??= [];
    const size = (spare.length + 1) * buffer.byteLength;
    if (size <= MAX_SPARE) spare.push(new Uint8Array(buffer));
  }

  /** Returns a buffer of at least `length` bytes. */
  #buffer(length: number): Uint8Array {
    const spare = length < LARGE_LENGTH ? undefined : this.#spare?.pop();
    return spare !== undefined && spare.length >= length
      ? spare
      : new Uint8Array(length);
  }
}

function isLarge(frame: ReceivedFrame): boolean {
  return FRAME_HEADER_LENGTH + frame.end - frame.start >= LARGE_LENGTH;
}
