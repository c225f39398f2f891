import { createHash } from "node:crypto";
import { HalfTouched } from "./own_writes.ts";

/**
 * Reads what was written, from `position` on, and resolves to the number of bytes read.
 * Bytes that still wait to be written are written first.
 */
export type ReadBack = (
  target: Uint8Array,
  position: number,
) => Promise<number>;

/**
 * A half is read in pieces of this many bytes: hashing one takes a millisecond at most,
 * so that the chat is not held up.
 */
const READ_LENGTH = 1024 * 1024;

/**
 * The SHA-256 of a file that arrives. If an earlier attempt left the beginning of the
 * file, it is read again while the rest already arrives, and the rest is read back from
 * the disk until the hash has caught up.
 */
export class ArrivingHash {
  readonly #hash = createHash("sha256");
  /** Bytes of the file that are on the disk, or on their way there. */
  #arrived = 0;
  /** Whether bytes that have arrived are not hashed yet. */
  #isBehind = false;
  #isStopped = false;
  #catchingUp = Promise.resolve();

  /** Begins to hash the `length` bytes that were there before, by reading them. */
  resume(length: number, read: ReadBack): void {
    this.#arrived = length;
    this.#isBehind = true;
    this.#catchingUp = this.#catchUp(read);
    // `digest` reports it.
    this.#catchingUp.catch(() => {});
  }

  /** Takes bytes that have arrived, after they were queued for the disk. */
  update(bytes: Uint8Array): void {
    this.#arrived += bytes.length;
    if (!this.#isBehind) this.#hash.update(bytes);
  }

  /**
   * Resolves to the hash of everything that has arrived, in hexadecimal; call it once.
   * Rejects if the disk fails, or if what was written cannot be read again.
   */
  async digest(): Promise<string> {
    await this.#catchingUp;
    return this.#hash.digest("hex");
  }

  /** Reads nothing more; resolves when nothing is being read. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#catchingUp.catch(() => {});
  }

  async #catchUp(read: ReadBack): Promise<void> {
    const buffers = [
      new Uint8Array(READ_LENGTH),
      new Uint8Array(READ_LENGTH),
    ] as const;
    let at = 0;
    const next = (buffer: Uint8Array) => {
      const length = Math.min(this.#arrived - at, buffer.length);
      return length > 0 ? read(buffer.subarray(0, length), at) : undefined;
    };
    let reading = next(buffers[0]);
    for (let turn = 0; reading !== undefined; turn++) {
      const count = await reading;
      if (this.#isStopped) return;
      if (count === 0) {
        throw new HalfTouched("another program changed the unfinished file");
      }
      at += count;
      // The disk reads the next piece while this one is hashed.
      reading = next(buffers[(turn + 1) % 2 as 0 | 1]);
      this.#hash.update(buffers[turn % 2 as 0 | 1].subarray(0, count));
    }
    // Nothing can have arrived since the last look.
    this.#isBehind = false;
  }
}
