import { Duplex } from "node:stream";
import { nextTurn } from "./next_turn.ts";
import type { ByteStream } from "../io/byte_stream.ts";
import { ReadBuffer } from "./read_buffer.ts";

/**
 * Passes the bytes of a `ByteStream` to a node stream and back. A node stream reads
 * ahead; this one reads only during {@linkcode ByteDuplex.pull}. Destroying it closes
 * the stream, after the write in progress.
 */
export class ByteDuplex extends Duplex {
  readonly #stream: ByteStream;
  readonly #buffer = new ReadBuffer();
  /** The write in progress; never rejects. */
  #writing: Promise<void> | undefined;

  constructor(stream: ByteStream) {
    super({ allowHalfOpen: true });
    this.#stream = stream;
  }

  /**
   * Reads once, waits for `turn` if given, and hands the bytes on. Resolves to their
   * number, or `null` at the end, which is not handed on; rejects if the stream does. At
   * most one pull is in progress at a time.
   */
  async pull(turn?: () => Promise<void>): Promise<number | null> {
    const { bytes } = this.#buffer;
    const length = await this.#stream.read(bytes);
    if (length === null) return null;
    await turn?.();
    if (this.destroyed) return null;
    this.push(bytes.subarray(0, length));
    // The receiver copies bytes as they arrive, so the buffer is free for the next
    // read; but a receiver that is not ready yet finds them here later.
    if (this.readableLength > 0) this.#buffer.bytes = bytes.slice();
    this.#buffer.adapt(length);
    return length;
  }

  /** Returns whether the stream has not taken everything written. */
  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  /** Resolves when the stream has taken everything written. */
  async drained(): Promise<void> {
    while (this.#writing !== undefined) {
      await this.#writing;
      // Whoever waited for this write may write more.
      await nextTurn();
    }
  }

  /** Ends the writing direction of the stream, after everything written. */
  async finish(): Promise<void> {
    await this.drained();
    if (!this.destroyed) await this.#stream.closeWrite?.();
  }

  /** Closes the stream now, and drops what it has not taken. */
  abort(): void {
    this.#close();
    this.destroy();
  }

  /** Does nothing: only {@linkcode ByteDuplex.pull} reads. */
  override _read(): void {}

  override _write(
    bytes: Uint8Array,
    _encoding: string,
    done: (error?: Error | null) => void,
  ): void {
    this.#writing = this.#writeAll(bytes).then(() => {
      this.#writing = undefined;
      done();
    }, (error) => {
      this.#writing = undefined;
      done(error);
    });
  }

  override _destroy(
    error: Error | null,
    done: (error?: Error | null) => void,
  ): void {
    if (this.#writing === undefined) this.#close();
    else void this.#writing.then(() => this.#close());
    done(error);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#stream.write(at === 0 ? bytes : bytes.subarray(at));
    }
  }

  #close(): void {
    try {
      this.#stream.close();
    } catch {
      // The stream is already closed.
    }
  }
}
