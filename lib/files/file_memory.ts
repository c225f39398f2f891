import { CHUNK_HEADER_LENGTH } from "../framing.ts";

/**
 * File bytes in one chunk: at most 20 ms of a network with 100 Mbit/s, so that the chat
 * is hardly delayed.
 */
export const CHUNK_LENGTH = 256 * 1024;

/**
 * File bytes in one chunk for a fast receiver: whole pages of the disk, and as long as a
 * frame may be.
 */
export const LARGE_CHUNK_LENGTH = 1024 * 1024 - 4096;

/** File bytes in one chunk when memory is short: still far larger than a header. */
const MIN_CHUNK_LENGTH = 16 * 1024;

/**
 * Most file bytes that wait in the server to be sent, for all users together: enough
 * for a hundred downloads at full speed, small even for a small computer.
 */
export const MAX_FILE_MEMORY = 48 * 1024 * 1024;

/**
 * The next chunk may take this share of the free memory, so that some always remains.
 */
const SHARE = 1 / 8;

/** Bytes of free buffers of each size kept for the next chunks: what two disks fill. */
const MAX_FREE = 4 * 1024 * 1024;

/** A server's memory for file bytes: buffers that transfers borrow. */
export class FileMemory {
  /** Free buffers by their length. */
  readonly #free = new Map<number, Uint8Array[]>([
    [CHUNK_HEADER_LENGTH + CHUNK_LENGTH, []],
    [CHUNK_HEADER_LENGTH + LARGE_CHUNK_LENGTH, []],
  ]);
  #lent = 0;

  /** How many bytes are lent. */
  get lent(): number {
    return this.#lent;
  }

  /**
   * Returns how many file bytes the next chunk should have, at most `wished`. The more
   * bytes wait, the fewer: users whose connection is stuck leave memory for the others.
   */
  chunkLength(wished: number): number {
    const share = Math.floor((MAX_FILE_MEMORY - this.#lent) * SHARE);
    return Math.max(MIN_CHUNK_LENGTH, Math.min(wished, share));
  }

  /**
   * Lends a buffer for a header and `length` file bytes, at most {@linkcode
   * LARGE_CHUNK_LENGTH}.
   */
  lend(length: number): Uint8Array {
    const size = CHUNK_HEADER_LENGTH + roundedUp(length);
    const buffer = this.#free.get(size)?.pop() ?? new Uint8Array(size);
    this.#lent += buffer.length;
    return buffer;
  }

  /** Takes back a buffer that is no longer in use. */
  giveBack(buffer: Uint8Array): void {
    this.#lent -= buffer.length;
    const free = this.#free.get(buffer.length);
    if (free !== undefined && (free.length + 1) * buffer.length <= MAX_FREE) {
      free.push(buffer);
    }
  }
}

/** Returns the length of a buffer that can be used again, if that wastes little. */
function roundedUp(length: number): number {
  for (const usual of [CHUNK_LENGTH, LARGE_CHUNK_LENGTH]) {
    if (length > usual / 2 && length <= usual) return usual;
  }
  return length;
}
