import type { HalfFile } from "./half_file.ts";

/**
 * File bytes that may wait for the disk, of one download: enough for a disk that
 * stops for a moment. Also what the server is asked not to be ahead by.
 */
export const WINDOW = 4 * 1024 * 1024;

/** Smaller pieces get a buffer of their own, larger ones one that is used again. */
const POOLED_LENGTH = 64 * 1024;

export type PartWriterOptions = {
  /** Hears of every piece that is written, with its length in bytes. */
  readonly onWritten: (length: number) => void;
  /** Hears of a failure of the disk, perhaps more than once. */
  readonly onFailure: (error: unknown) => void;
};

/**
 * Writes to a file behind the back of those who bring the bytes: they go on
 * reading, so that the chat does not wait for the disk.
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

  /** Resolves when all is written. Rejects with the first failure of the disk. */
  get done(): Promise<void> {
    return this.#last;
  }

  /**
   * Takes `bytes`, or, without `giveBack`, a copy; `giveBack` is called when they
   * are written. Resolves when more may come. Rejects like {@linkcode done}.
   */
  async push(bytes: Uint8Array, giveBack?: () => void): Promise<void> {
    const kept = giveBack === undefined
      ? this.#copy(bytes)
      : { bytes, giveBack };
    const { length } = bytes;
    this.#waiting += length;
    this.#last = this.#last.then(async () => {
      await this.#part.write(kept.bytes);
      this.#waiting -= length;
      kept.giveBack?.();
      this.#options.onWritten(length);
    });
    // At once: with nothing written the server does not go on, and no end comes.
    this.#last.catch((error) => this.#options.onFailure(error));
    // Only a server that does not keep to the window leads here.
    if (this.#waiting > 2 * WINDOW) await this.#last;
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
