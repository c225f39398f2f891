/**
 * Bytes on the wire: one frame is a 4-byte big-endian length, a 1-byte kind and a
 * payload. This module does not know what a payload means; see docs/PROTOCOL.md.
 *
 * @module
 */

/** The kind of a payload: a JSON message, or a piece of a file. */
export const FrameKind = { message: 1, chunk: 2 } as const;
export type FrameKind = typeof FrameKind[keyof typeof FrameKind];

/**
 * One frame. The payload may be a view of the bytes it arrived in: use it before those
 * bytes are reused.
 */
export type Frame = { readonly kind: FrameKind; readonly payload: Uint8Array };

/**
 * A received frame: a range of the bytes it arrived in, from `start` to `end`, without
 * its header. The payload is cut out only on demand.
 */
export class ReceivedFrame implements Frame {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /**
   * Returns the bytes to the decoder; call it once, when they are no longer needed. If
   * `undefined`, the bytes are valid only until the next read.
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

/**
 * Largest message, in bytes: enough for a long pasted text, small enough to hold for
 * every client.
 */
export const MAX_MESSAGE_LENGTH = 64 * 1024;

/**
 * Largest `hello`, in bytes: a client that has not joined gets no more memory than a
 * name needs.
 */
export const MAX_HELLO_LENGTH = 4 * 1024;

/**
 * Largest chunk, in bytes: a file needs few frames, and chat messages fit in between.
 */
export const MAX_CHUNK_LENGTH = 1024 * 1024;

/** The largest transfer id: the wire has 4 bytes for it. */
export const MAX_TRANSFER_ID = 0xffff_ffff;

/** The peer broke the rules of the wire. Ends that connection only. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/**
 * Writes a frame header at `at` and returns the position after it. `payloadLength` is
 * in bytes.
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

/** Returns one whole frame as bytes, with a copy of the payload. */
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
 * Turns `buffer` into a chunk frame in place: the file bytes must already be at
 * {@linkcode CHUNK_HEADER_LENGTH}, and the buffer must end where they end.
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

/** Reads a 32-bit big-endian number at `at`. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) |
    bytes[at + 3]!) >>> 0;
}

function writeUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = value >>> 16;
  target[at + 2] = value >>> 8;
  target[at + 3] = value;
}
