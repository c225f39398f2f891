/**
 * Bytes on the wire: one frame is a 4-byte big-endian length, a 1-byte kind and
 * a payload. Nothing here knows what a payload means; see docs/PROTOCOL.md.
 *
 * @module
 */

/** What a payload is: a JSON message, or a piece of a file. */
export const FrameKind = { message: 1, chunk: 2 } as const;
export type FrameKind = typeof FrameKind[keyof typeof FrameKind];

/**
 * One frame. The payload may be a view of the bytes given to
 * {@linkcode FrameDecoder.push}: use it before those bytes are reused.
 */
export type Frame = { readonly kind: FrameKind; readonly payload: Uint8Array };

/**
 * A frame where it stands among the bytes it arrived in, from `start` to `end`
 * without its header. The payload is only cut out for those who ask for it.
 */
export class ReceivedFrame implements Frame {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /**
   * If there is one, the bytes may be kept until it is called, once: it gives
   * them back when nobody needs them any more.
   */
  giveBack: (() => void) | undefined;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  get kind(): FrameKind {
    return this.bytes[this.start - 1] as FrameKind;
  }

  get payload(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }
}

/** Largest payload of each kind, in bytes. 0: the kind is not accepted. */
export type FrameLimits = { readonly message: number; readonly chunk: number };

/** Bytes before the payload: length (4) and kind (1). */
export const FRAME_HEADER_LENGTH = 5;

/** Bytes before the file bytes of a chunk frame: frame header and id (4). */
export const CHUNK_HEADER_LENGTH = FRAME_HEADER_LENGTH + 4;

/** Enough for a long pasted text, small enough to hold for every client. */
export const MAX_MESSAGE_LENGTH = 64 * 1024;

/** A hello is a name; a stranger gets no more memory than that needs. */
export const MAX_HELLO_LENGTH = 4 * 1024;

/** Large enough that a file costs few frames, small enough that chat fits in between. */
export const MAX_CHUNK_LENGTH = 1024 * 1024;

/** The largest transfer id that fits its 4 bytes. */
export const MAX_TRANSFER_ID = 0xffff_ffff;

/** Frames from this length on, in bytes, are read into a buffer of their own: chunks only. */
const LARGE_LENGTH = 2 * MAX_MESSAGE_LENGTH;

/** After so many arrivals without a large frame, no more are expected. */
const QUIET_ARRIVALS = 8;

/** Buffers that wait for large frames: as many as are with the disk at a time. */
const MAX_SPARE = 16;

const NO_BYTES = new Uint8Array(0);

/** The peer's program broke the rules of the wire. Ends that connection, no other. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/**
 * Writes a frame header at `at` and returns the position after it.
 * `payloadLength` is in bytes.
 */
export function writeFrameHeader(
  target: Uint8Array,
  at: number,
  { kind, payloadLength }: { kind: FrameKind; payloadLength: number },
): number {
  writeUint32(target, at, payloadLength + 1);
  target[at + 4] = kind;
  return at + FRAME_HEADER_LENGTH;
}

/** One whole frame as bytes. The payload is copied. */
export function encodeFrame(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_LENGTH + frame.payload.length);
  const at = writeFrameHeader(bytes, 0, {
    kind: frame.kind,
    payloadLength: frame.payload.length,
  });
  bytes.set(frame.payload, at);
  return bytes;
}

/**
 * Turns `buffer` into a chunk frame in place: the file bytes must already stand
 * at {@linkcode CHUNK_HEADER_LENGTH}, and the buffer must end where they end.
 */
export function writeChunkHeader(buffer: Uint8Array, id: number): void {
  const at = writeFrameHeader(buffer, 0, {
    kind: FrameKind.chunk,
    payloadLength: buffer.length - FRAME_HEADER_LENGTH,
  });
  writeUint32(buffer, at, id);
}

/** Splits the payload of a chunk frame; `data` is a view, not a copy. */
export function decodeChunk(
  payload: Uint8Array,
): { id: number; data: Uint8Array } {
  if (payload.length < 4) {
    throw new ProtocolError(
      `Cannot read chunk: ${payload.length} bytes, at least 4 needed for the transfer id`,
    );
  }
  return { id: readUint32(payload, 0), data: payload.subarray(4) };
}

/**
 * Cuts a byte stream into frames. A length is checked against the limits before
 * anything is allocated for it, and memory then grows with the bytes that have
 * really arrived, in this frame or a whole one before it, never with what the
 * header promises.
 */
export class FrameDecoder {
  /** May be changed between two calls of {@linkcode push}. */
  limits: FrameLimits;
  /** The beginning of a frame whose end has not arrived. */
  #held: Uint8Array = NO_BYTES;
  #heldLength = 0;
  /** What could not be read behind whole frames: to be looked at again. */
  #postponed = NO_BYTES;
  /** Length of the last frame that came in pieces: the next may be given as much at once. */
  #usualLength = 0;
  /** Buffers of large frames that were given back; most connections never have any. */
  #spare: Uint8Array[] | undefined;
  #quietArrivals = 0;

  constructor(limits: FrameLimits) {
    this.limits = limits;
  }

  /**
   * Where the next bytes should be read into, to be handed to {@linkcode push}
   * then: `usual`, unless large frames are coming, whose bytes so land where
   * they stay. Nothing may be written there after that.
   */
  target(usual: Uint8Array): Uint8Array {
    if (this.#usualLength < LARGE_LENGTH || this.#postponed.length > 0) {
      return usual;
    }
    if (this.#heldLength === 0 && this.#held.length < this.#usualLength) {
      this.#held = this.#buffer(this.#usualLength);
    }
    const wanted = this.#heldLength < FRAME_HEADER_LENGTH
      ? this.#usualLength
      : 4 + readUint32(this.#held, 0);
    // A small frame, or one for which memory only grows with what arrives.
    if (wanted < LARGE_LENGTH || this.#held.length < wanted) return usual;
    return this.#held.subarray(this.#heldLength, wanted);
  }

  /**
   * Takes the next bytes, of any number, and returns the frames they complete.
   * Throws {@linkcode ProtocolError} for a length of 0 or over the limit and for
   * an unknown kind; the decoder is of no use after that.
   *
   * Behind whole frames that is left to the next call, which may bring no bytes:
   * those frames count, and may change the limits, however the stream was cut.
   */
  push(bytes: Uint8Array): ReceivedFrame[] {
    const frames: ReceivedFrame[] = [];
    if (this.#usualLength >= LARGE_LENGTH) this.#expectLess();
    if (this.#postponed.length > 0) bytes = this.#resume(bytes);
    let at = 0;
    try {
      if (this.#heldLength > 0) {
        at = this.#complete(bytes, frames);
        if (this.#heldLength > 0) return frames;
      }
      while (at < bytes.length) {
        const wanted = this.#frameLength(bytes, at, bytes.length);
        const end = at + wanted;
        if (end > bytes.length) {
          this.#hold(bytes.subarray(at), wanted);
          break;
        }
        frames.push(this.#cut(bytes, at, end));
        at = end;
      }
    } catch (error) {
      if (frames.length === 0) throw error;
      this.#postponed = bytes.slice(at);
      return frames;
    }
    return frames;
  }

  /** Says that no more bytes will come. Throws {@linkcode ProtocolError} if half a frame is left. */
  end(): void {
    const length = this.#heldLength + this.#postponed.length;
    if (length > 0) {
      throw new ProtocolError(
        `Connection ended in the middle of a frame: ${length} bytes left over`,
      );
    }
  }

  /** What was postponed and, after it, `bytes`. */
  #resume(bytes: Uint8Array): Uint8Array {
    const postponed = this.#postponed;
    this.#postponed = NO_BYTES;
    const whole = new Uint8Array(postponed.length + bytes.length);
    whole.set(postponed);
    whole.set(bytes, postponed.length);
    return whole;
  }

  /** Feeds the held frame from `bytes`; returns how many bytes it took. */
  #complete(bytes: Uint8Array, frames: ReceivedFrame[]): number {
    let at = 0;
    for (;;) {
      const wanted = this.#frameLength(this.#held, 0, this.#heldLength);
      const missing = wanted - this.#heldLength;
      if (missing === 0) {
        const held = this.#held;
        // The frame keeps the buffer: the next one gets its own.
        this.#held = NO_BYTES;
        this.#heldLength = 0;
        this.#usualLength = wanted;
        frames.push(this.#frame(held, 0, wanted));
        return at;
      }
      if (at === bytes.length) return at;
      const piece = bytes.subarray(at, at + missing);
      this.#hold(piece, wanted);
      at += piece.length;
    }
  }

  /**
   * Whole length of the frame that begins at `at`, header included, in bytes.
   * While its header is not complete: as many bytes as are needed to go on.
   */
  #frameLength(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < 4) return FRAME_HEADER_LENGTH;
    const length = readUint32(bytes, at);
    const { message, chunk } = this.limits;
    if (length === 0) throw new ProtocolError("Frame has length 0");
    if (length - 1 > message && length - 1 > chunk) {
      throw tooLong(length - 1, Math.max(message, chunk));
    }
    if (end - at < FRAME_HEADER_LENGTH) return FRAME_HEADER_LENGTH;
    const kind = bytes[at + 4];
    if (kind !== FrameKind.message && kind !== FrameKind.chunk) {
      throw new ProtocolError(`Frame has unknown kind ${kind}`);
    }
    const limit = kind === FrameKind.message ? message : chunk;
    if (length - 1 > limit) throw tooLong(length - 1, limit);
    return 4 + length;
  }

  /** A frame from among `bytes`, which may be what {@linkcode target} has given out. */
  #cut(bytes: Uint8Array, start: number, end: number): ReceivedFrame {
    // Nearly always there is nothing to look at: this is how a flood arrives.
    if (this.#held !== NO_BYTES && bytes.buffer === this.#held.buffer) {
      // The rest of that buffer belongs to the frames that follow.
      this.#held = NO_BYTES;
      return this.#frame(bytes, start, end);
    }
    if (end - start >= LARGE_LENGTH) this.#quietArrivals = 0;
    return new ReceivedFrame(bytes, start + FRAME_HEADER_LENGTH, end);
  }

  /**
   * The first frame in a buffer, which may be kept if it is large. Others in it are
   * only good until the next call, as all are: nothing is used again before.
   */
  #frame(bytes: Uint8Array, start: number, end: number): ReceivedFrame {
    const frame = new ReceivedFrame(bytes, start + FRAME_HEADER_LENGTH, end);
    if (end - start < LARGE_LENGTH) return frame;
    this.#quietArrivals = 0;
    frame.giveBack = () => this.#takeBack(bytes.buffer as ArrayBuffer);
    return frame;
  }

  #takeBack(buffer: ArrayBuffer): void {
    if (this.#usualLength < LARGE_LENGTH) return;
    const spare = this.#spare ??= [];
    if (spare.length < MAX_SPARE) spare.push(new Uint8Array(buffer));
  }

  /** Forgets the large frames when none has come for a while. */
  #expectLess(): void {
    if (++this.#quietArrivals < QUIET_ARRIVALS) return;
    this.#quietArrivals = 0;
    if (this.#heldLength > 0) return;
    this.#usualLength = 0;
    this.#spare = undefined;
  }

  /** A buffer of at least `length` bytes. */
  #buffer(length: number): Uint8Array {
    const spare = length < LARGE_LENGTH ? undefined : this.#spare?.pop();
    return spare !== undefined && spare.length >= length
      ? spare
      : new Uint8Array(length);
  }

  #hold(bytes: Uint8Array, wanted: number): void {
    if (bytes.length === 0) return;
    const needed = this.#heldLength + bytes.length;
    if (
      bytes.buffer === this.#held.buffer &&
      bytes.byteOffset === this.#heldLength
    ) {
      // Read to where it belongs.
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
}

function tooLong(length: number, limit: number): ProtocolError {
  return new ProtocolError(
    `Frame is too long: ${length} bytes, at most ${limit} allowed`,
  );
}

function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) |
    bytes[at + 3]!) >>> 0;
}

function writeUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}
