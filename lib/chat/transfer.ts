import { CHUNK_HEADER_LENGTH, writeChunkHeader } from "../framing.ts";
import { encodeMessage } from "../messages.ts";
import { ChatError } from "./chat_error.ts";
import type { OpenFile } from "./file_catalog.ts";
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
};

/**
 * Sends one file: `file`, chunks, `end` with the SHA-256 of the whole file.
 * Never holds more of it than the outlet has room for. Resolves to the number of
 * file bytes sent. Throws {@linkcode ChatError} if the offset is beyond the end
 * or the file changes meanwhile, and the signal's reason, at once, if it is
 * called off.
 */
export async function sendFile(
  file: OpenFile,
  outlet: Outlet,
  { id, offset, signal, window, windowSize }: TransferOptions,
): Promise<number> {
  const { entry, tag, hash } = file;
  const { name, size } = entry;
  if (offset > size) {
    throw new ChatError(
      "bad-offset",
      `${name} has only ${size} bytes, there is nothing at ${offset}`,
    );
  }
  outlet.send(encodeMessage({
    type: "file",
    id,
    offset,
    ...entry,
    tag,
    ...(windowSize === undefined ? {} : { window: windowSize }),
  }));
  const buffers = new ChunkBuffers(outlet);
  // Before the offset only what nobody has hashed yet is read.
  let at = Math.min(offset, hash.at);
  if (at > 0) await file.seek(at);
  while (at < size) {
    if (window !== undefined && at > offset) {
      await unlessAborted(window.room(at - offset), signal);
    }
    await unlessAborted(outlet.room(), signal);
    signal.throwIfAborted();
    const skipping = at < offset;
    const wanted = Math.min(CHUNK_LENGTH, (skipping ? offset : size) - at);
    const buffer = buffers.take();
    const data = buffer.subarray(
      CHUNK_HEADER_LENGTH,
      CHUNK_HEADER_LENGTH + wanted,
    );
    const length = await file.read(data);
    if (length === null) throw changed(name);
    hash.update(at, data.subarray(0, length));
    if (skipping) {
      buffers.giveBack(buffer);
    } else {
      const frame = buffer.subarray(0, CHUNK_HEADER_LENGTH + length);
      writeChunkHeader(frame, id);
      signal.throwIfAborted();
      outlet.send(frame);
      buffers.sent(buffer);
    }
    at += length;
  }
  if (await file.changed()) throw changed(name);
  signal.throwIfAborted();
  outlet.send(encodeMessage({ type: "end", id, size, sha256: hash.digest() }));
  return size - offset;
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

function changed(name: string): ChatError {
  return new ChatError(
    "changed",
    `${name} changed on the server while it was sent: ask for it again`,
  );
}
