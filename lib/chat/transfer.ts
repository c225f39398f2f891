import { CHUNK_HEADER_LENGTH, writeChunkHeader } from "../framing.ts";
import { encodeMessage } from "../messages.ts";
import { ChatError } from "./chat_error.ts";
import type { OpenFile } from "./file_catalog.ts";
import { FileChanged } from "./shared_file.ts";
import type { TransferWindow } from "./transfer_window.ts";

/**
 * File bytes in one chunk. Larger ones hold up the chat longer and are no
 * faster (see bench/README.md).
 */
export const CHUNK_LENGTH = 256 * 1024;

/** Where a file goes: only when there is room. */
export type Outlet = {
  /** Resolves when more may be sent, or nothing can be any more. */
  room(): Promise<void>;
  send(bytes: Uint8Array): void;
  /** Bytes that wait to be sent. */
  readonly queuedLength: number;
  /** Bytes sent so far: they may be changed again. */
  readonly sentLength: number;
};

export type TransferOptions = {
  /** Chosen by the receiver, on every chunk. */
  readonly id: number;
  /** Where to begin, in bytes; what is before it is read for the hash only. */
  readonly offset: number;
  readonly signal: AbortSignal;
  /** How far ahead of the receiver it may be; default: as far as the outlet lets it. */
  readonly window?: TransferWindow;
  /** The size of that window, in bytes, which the receiver is told. */
  readonly windowSize?: number;
  /** The tag by which the receiver knows this version; default: that of the file. */
  readonly tag?: string;
  /** SHA-256 of files that the receiver has: if it is one of them, it is not sent. */
  readonly have?: readonly string[];
};

/**
 * Sends one file: `file`, chunks, `end` with the SHA-256 of the whole file; of a
 * file that the receiver has already, no chunks. Never holds more of it than the
 * outlet has room for. Resolves to the number of file bytes sent. Throws
 * {@linkcode ChatError} if the offset is beyond the end or, at once, if anything
 * happens to the file meanwhile; and the signal's reason, at once, if it is called
 * off.
 */
export async function sendFile(
  file: OpenFile,
  outlet: Outlet,
  options: TransferOptions,
): Promise<number> {
  try {
    return await new Sending(file, outlet, options).run();
  } catch (error) {
    if (!(error instanceof FileChanged)) throw error;
    const { name } = file.entry;
    throw new ChatError("changed", `${name} changed while it was sent`);
  }
}

/** One file on its way out. */
class Sending {
  readonly #file: OpenFile;
  readonly #outlet: Outlet;
  readonly #options: TransferOptions;
  readonly #buffers: ChunkBuffers;

  constructor(file: OpenFile, outlet: Outlet, options: TransferOptions) {
    this.#file = file;
    this.#outlet = outlet;
    this.#options = options;
    this.#buffers = new ChunkBuffers(outlet);
  }

  async run(): Promise<number> {
    const { entry: { name, size }, hash } = this.#file;
    const { have = [], offset, signal } = this.#options;
    if (offset > size) {
      throw new ChatError(
        "bad-offset",
        `${name} has only ${size} bytes, there is nothing at ${offset}`,
      );
    }
    if (have.length > 0) {
      await this.#pass(hash.at, size);
      await this.#file.check();
      signal.throwIfAborted();
    }
    const same = have.length > 0 && have.includes(hash.digest());
    const start = same ? size : offset;
    this.#announce(start, same);
    // Before the offset only what nobody has hashed yet is read.
    if (hash.at < start) await this.#pass(hash.at, start);
    await this.#sendFrom(start);
    await this.#file.check();
    signal.throwIfAborted();
    this.#outlet.send(encodeMessage({
      type: "end",
      id: this.#options.id,
      size,
      sha256: hash.digest(),
    }));
    return size - start;
  }

  #announce(offset: number, same: boolean): void {
    const { id, windowSize, tag = this.#file.tag } = this.#options;
    this.#outlet.send(encodeMessage({
      type: "file",
      id,
      offset,
      ...this.#file.entry,
      tag,
      ...(windowSize === undefined ? {} : { window: windowSize }),
      ...(same && { same }),
    }));
  }

  /** Reads from `at` to `end` for the hash only. */
  async #pass(at: number, end: number): Promise<void> {
    this.#file.seek(at);
    while (at < end) {
      this.#options.signal.throwIfAborted();
      const buffer = this.#buffers.take();
      const length = Math.min(CHUNK_LENGTH, end - at);
      const data = buffer.subarray(0, length);
      const count = await this.#file.read(data);
      this.#file.hash.update(at, data.subarray(0, count));
      this.#buffers.giveBack(buffer);
      at += count;
    }
  }

  async #sendFrom(offset: number): Promise<void> {
    const { id, signal, window } = this.#options;
    const { entry: { size }, hash } = this.#file;
    this.#file.seek(offset);
    for (let at = offset; at < size;) {
      if (window !== undefined && at > offset) {
        await unlessAborted(window.room(at - offset), signal);
      }
      await unlessAborted(this.#outlet.room(), signal);
      signal.throwIfAborted();
      const buffer = this.#buffers.take();
      const end = CHUNK_HEADER_LENGTH + Math.min(CHUNK_LENGTH, size - at);
      const data = buffer.subarray(CHUNK_HEADER_LENGTH, end);
      const count = await this.#file.read(data);
      hash.update(at, data.subarray(0, count));
      const frame = buffer.subarray(0, CHUNK_HEADER_LENGTH + count);
      writeChunkHeader(frame, id);
      signal.throwIfAborted();
      this.#outlet.send(frame);
      this.#buffers.sent(buffer);
      at += count;
    }
  }
}

/**
 * The buffers of one transfer, used again as soon as the system has taken what
 * was in them: memory does not grow with the speed, and nothing is left to the
 * garbage collector.
 */
class ChunkBuffers {
  readonly #outlet: Outlet;
  /** In the order of sending; `end` is what the outlet will have sent with it. */
  readonly #used: { buffer: Uint8Array; end: number }[] = [];
  readonly #free: Uint8Array[] = [];

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  take(): Uint8Array {
    const [oldest] = this.#used;
    if (oldest !== undefined && oldest.end <= this.#outlet.sentLength) {
      this.#used.shift();
      return oldest.buffer;
    }
    return this.#free.pop() ??
      new Uint8Array(CHUNK_HEADER_LENGTH + CHUNK_LENGTH);
  }

  /** `buffer`, or part of it, is the last that was sent. */
  sent(buffer: Uint8Array): void {
    const { sentLength, queuedLength } = this.#outlet;
    this.#used.push({ buffer, end: sentLength + queuedLength });
  }

  giveBack(buffer: Uint8Array): void {
    this.#free.push(buffer);
  }
}

/** Like `work`, but rejects at once when `signal` aborts. */
function unlessAborted(
  work: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  work.then(resolve, reject);
  return promise.finally(() => signal.removeEventListener("abort", stop));
}
