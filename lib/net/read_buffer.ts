/**
 * The read buffer of a quiet connection, in bytes: enough for a heartbeat, and small
 * because ten thousand connections have one.
 */
const MIN_READ_LENGTH = 128;

/**
 * The read buffer of a busy connection, in bytes: room for thousands of messages, so
 * that few writes pass them on.
 */
const MAX_READ_LENGTH = 256 * 1024;

/** A buffer shrinks after this many nearly empty reads in a row. */
const QUIET_READS = 8;

/** A buffer that grows when a read fills it, and shrinks when reads stay small. */
export class ReadBuffer {
  bytes = new Uint8Array(MIN_READ_LENGTH);
  #quietReads = 0;

  /** Chooses the size for the next read, after one of `length` bytes. */
  adapt(length: number): void {
    const size = this.bytes.length;
    if (length === size && size < MAX_READ_LENGTH) {
      this.bytes = new Uint8Array(Math.min(4 * size, MAX_READ_LENGTH));
      this.#quietReads = 0;
    } else if (length > size / 8 || size === MIN_READ_LENGTH) {
      this.#quietReads = 0;
    } else if (++this.#quietReads >= QUIET_READS) {
      this.bytes = new Uint8Array(MIN_READ_LENGTH);
      this.#quietReads = 0;
    }
  }
}
