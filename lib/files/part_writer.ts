import type { HalfFile } from "./half_file.ts";

/**
 * Most file bytes of one download that wait for the disk: enough for a disk that pauses
 * for a moment. The client also asks the server to be at most this far ahead.
 */
export const WINDOW = 4 * 1024 * 1024;

/** Bytes that a piece counts for at least: each takes memory beside its content. */
const MIN_PIECE = 4096;

/** Smaller pieces get a buffer of their own; larger ones get a pooled buffer. */
const POOLED_LENGTH = 64 * 1024;

export type PartWriterOptions = {
  /** Called for every piece written, with its length in bytes. */
  readonly onWritten: (length: number) => void;
  /** Called for a failure of the disk, possibly more than once. */
  readonly onFailure: (error: unknown) => void;
};

/**
 * Writes to a file in the background, so that the caller can go on reading from the
 * connection and the chat does not wait for the disk.
 */
export class PartWriter {
  readonly #part: HalfFile;
  readonly #options: PartWriterOptions;
  readonly #free: Uint8Array[] = [];
  #waiting = 0;
  #last = Promise.resolve();

  constructor(part: HalfFile, options: PartWriterOptions) {
    this.#part = part;
    this.#options = options;
  }

  /**
   * Resolves when all pieces are written. Rejects with the first failure of the disk.
   */
  get done(): Promise<void> {
    return this.#last;
  }

  /**
   * Queues `bytes`, or, without `giveBack`, a copy of them; calls `giveBack` when they
   * are written. Resolves when the caller may push more. Rejects like {@linkcode done}.
   */
  async push(bytes: Uint8Array, giveBack?: () => void): Promise<void> {
    const kept = giveBack === undefined
      ? this.#copy(bytes)
      : { bytes, giveBack };
    const { length } = bytes;
    const weight = Math.max(length, MIN_PIECE);
    this.#waiting += weight;
    this.#last = this.#last.then(async () => {
      await this.#part.write(kept.bytes);
      this.#waiting -= weight;
      kept.giveBack?.();
      this.#options.onWritten(length);
    });
    // Reported at once: with nothing written the server stops sending, and no `end`
    // comes.
    this.#last.catch((error) => this.#options.onFailure(error));
    // Reached only if the server ignores the window.
    if (this.#waiting > 2 * WINDOW) await this.#last;
  }

  /**
   * Reads from `position` on, after everything queued so far is written; resolves to the
   * number of bytes read. Rejects like {@linkcode done}.
   */
  async read(target: Uint8Array, position: number): Promise<number> {
    const reading = this.#last.then(() => this.#part.readAt(target, position));
    this.#last = reading.then(() => {});
    this.#last.catch((error) => this.#options.onFailure(error));
    return await reading;
  }

  #copy(bytes: Uint8Array): { bytes: Uint8Array; giveBack?: () => void } {
    if (bytes.length < POOLED_LENGTH) return { bytes: bytes.slice() };
    const copy = this.#pooled(bytes);
    return { bytes: copy, giveBack: () => this.#free.push(copy) };
  }

  #pooled(bytes: Uint8Array): Uint8Array {
    const free = this.#free.pop();
    if (free === undefined || free.buffer.byteLength < bytes.length) {
      return bytes.slice();
    }
    const copy = new Uint8Array(free.buffer, 0, bytes.length);
    copy.set(bytes);
    return copy;
  }
}
