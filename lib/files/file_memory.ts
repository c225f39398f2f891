import { CHUNK_HEADER_LENGTH } from "../framing.ts";

/**
 * File bytes in one chunk. Larger chunks delay the chat and are no faster (see
 * bench/README.md).
 */
export const CHUNK_LENGTH = 256 * 1024;

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

/** Free buffers kept for the next chunks: as many as two busy disks fill. */
const MAX_FREE = 16;

/** A server's memory for file bytes: buffers that transfers borrow. */
export class FileMemory {
  readonly #free: Uint8Array[] = [];
  #lent = 0;

  /** How many bytes are lent. */
  get lent(): number {
    return this.#lent;
  }

  /**
   * How many file bytes the next chunk should have. The more bytes wait, the fewer:
   * users whose connection is stuck leave memory for the others.
   */
  get chunkLength(): number {
    const share = Math.floor((MAX_FILE_MEMORY - this.#lent) * SHARE);
    return Math.max(MIN_CHUNK_LENGTH, Math.min(CHUNK_LENGTH, share));
  }

  /**
   * Lends a buffer for a header and `length` file bytes, at most {@linkcode
   * CHUNK_LENGTH}.
   */
  lend(length: number): Uint8Array {
    const isWhole = length > CHUNK_LENGTH / 2;
    const buffer = (isWhole ? this.#free.pop() : undefined) ??
      new Uint8Array(CHUNK_HEADER_LENGTH + (isWhole ? CHUNK_LENGTH : length));
    this.#lent += buffer.length;
    return buffer;
  }

  /** Takes back a buffer that is no longer in use. */
  giveBack(buffer: Uint8Array): void {
    this.#lent -= buffer.length;
    const isWhole = buffer.length === CHUNK_HEADER_LENGTH + CHUNK_LENGTH;
    if (isWhole && this.#free.length < MAX_FREE) this.#free.push(buffer);
  }
}
