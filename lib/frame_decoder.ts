import { FrameBuffers } from "./frame_buffers.ts";
import {
  FRAME_HEADER_LENGTH,
  FrameKind,
  type FrameLimits,
  ProtocolError,
  readUint32,
  ReceivedFrame,
} from "./framing.ts";

const NO_BYTES = new Uint8Array(0);

/**
 * Cuts a byte stream into frames. Checks each length against the limits before it
 * allocates memory for the frame.
 */
export class FrameDecoder {
  /** May be changed between two calls of {@linkcode push}. */
  limits: FrameLimits;
  readonly #buffers = new FrameBuffers();
  /**
   * Bytes after complete frames that broke the rules: examined again by the next call.
   */
  #postponed = NO_BYTES;

  constructor(limits: FrameLimits) {
    this.limits = limits;
  }

  /**
   * Returns the buffer to read the next bytes into, for the next {@linkcode push}:
   * `usual`, unless large frames are expected, whose bytes are then read straight into
   * place. The caller must not write into the buffer after that.
   */
  target(usual: Uint8Array): Uint8Array {
    return this.#postponed.length > 0 ? usual : this.#buffers.target(usual);
  }

  /**
   * Takes the next bytes, any number of them, and returns the frames they complete.
   * Throws {@linkcode ProtocolError} for a length of 0 or over the limit and for an
   * unknown kind; the decoder is unusable after that.
   *
   * A violation after complete frames is left to the next call, which may bring no
   * bytes: those frames count, and may change the limits, however the stream was cut.
   */
  push(bytes: Uint8Array): ReceivedFrame[] {
    const frames: ReceivedFrame[] = [];
    const buffers = this.#buffers;
    buffers.arrive();
    if (this.#postponed.length > 0) bytes = this.#resume(bytes);
    let at = 0;
    try {
      if (buffers.heldLength > 0) {
        at = this.#complete(bytes, frames);
        if (buffers.heldLength > 0) return frames;
      }
      while (at < bytes.length) {
        const wanted = this.#frameLength(bytes, at, bytes.length);
        const end = at + wanted;
        if (end > bytes.length) {
          buffers.hold(bytes.subarray(at), wanted);
          break;
        }
        const frame = new ReceivedFrame(bytes, at + FRAME_HEADER_LENGTH, end);
        buffers.note(frame);
        frames.push(frame);
        at = end;
      }
    } catch (error) {
      if (frames.length === 0) throw error;
      this.#postponed = bytes.slice(at);
      return frames;
    }
    return frames;
  }

  /**
   * Ends the stream. Throws {@linkcode ProtocolError} if an incomplete frame is left.
   */
  end(): void {
    const length = this.#buffers.heldLength + this.#postponed.length;
    if (length > 0) {
      throw new ProtocolError(
        `Connection ended in the middle of a frame: ${length} bytes left over`,
      );
    }
  }

  /** Returns the postponed bytes followed by `bytes`. */
  #resume(bytes: Uint8Array): Uint8Array {
    const postponed = this.#postponed;
    this.#postponed = NO_BYTES;
    const whole = new Uint8Array(postponed.length + bytes.length);
    whole.set(postponed);
    whole.set(bytes, postponed.length);
    return whole;
  }

  /** Adds bytes to the held frame; returns how many bytes it took. */
  #complete(bytes: Uint8Array, frames: ReceivedFrame[]): number {
    const buffers = this.#buffers;
    let at = 0;
    for (;;) {
      const { held, heldLength } = buffers;
      const wanted = this.#frameLength(held, 0, heldLength);
      if (wanted === heldLength) {
        frames.push(buffers.release());
        return at;
      }
      if (at === bytes.length) return at;
      const piece = bytes.subarray(at, at + wanted - heldLength);
      buffers.hold(piece, wanted);
      at += piece.length;
    }
  }

  /**
   * Returns the whole length of the frame that begins at `at`, header included, in
   * bytes. While the header is incomplete, returns how many bytes are needed to
   * continue.
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
}

function tooLong(length: number, limit: number): ProtocolError {
  return new ProtocolError(
    `Frame is too long: ${length} bytes, at most ${limit} allowed`,
  );
}
