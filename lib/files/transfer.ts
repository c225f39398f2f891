import { CHUNK_HEADER_LENGTH, writeChunkHeader } from "../framing.ts";
import { encodeMessage } from "../messages.ts";
import { ChatError } from "../chat_error.ts";
import { ChunkBuffers } from "./chunk_buffers.ts";
import { ChunkPace } from "./chunk_pace.ts";
import { CHUNK_LENGTH, FileMemory } from "./file_memory.ts";
import type { OpenFile } from "./open_file.ts";
import type { Outlet } from "./outlet.ts";
import { patiently } from "./patience.ts";
import { FileChanged } from "./shared_file.ts";
import type { TransferWindow } from "./transfer_window.ts";

/**
 * Up to this many bytes a chunk is copied, so that its buffer can be reused at once.
 */
const COPIED_LENGTH = 8 * 1024;

export type TransferOptions = {
  /** Chosen by the receiver; every chunk carries it. */
  readonly id: number;
  /** Where to begin, in bytes; the bytes before it are read for the hash only. */
  readonly offset: number;
  readonly signal: AbortSignal;
  /**
   * Limits how far ahead of the receiver the transfer may be; default: as far as the
   * outlet allows.
   */
  readonly window?: TransferWindow;
  /** The size of that window in bytes, as the receiver is told. */
  readonly windowSize?: number;
  /** The tag by which the receiver knows this version; default: the file's tag. */
  readonly tag?: string;
  /** SHA-256 of files that the receiver has: a file among them is not sent. */
  readonly have?: readonly string[];
  /** Shared by all transfers of a server; default: memory of its own. */
  readonly memory?: FileMemory;
};

/**
 * Sends one file: `file`, chunks, then `end` with the SHA-256 of the whole file; no
 * chunks if the receiver already has the file. Never holds more of the file than the
 * outlet has room for. Resolves to the number of file bytes sent. Throws {@linkcode
 * ChatError} if the offset is beyond the end, if the receiver stalls or, at once, if
 * the file changes; throws the signal's reason, at once, if the signal aborts.
 */
export async function sendFile(
  file: OpenFile,
  outlet: Outlet,
  options: TransferOptions,
): Promise<number> {
  const sending = new Sending(file, outlet, options);
  try {
    return await sending.run();
  } catch (error) {
    if (!(error instanceof FileChanged)) throw error;
    const { name } = file.entry;
    throw new ChatError("changed", `${name} changed while it was sent`);
  } finally {
    sending.end();
  }
}

/** One transfer in progress. */
class Sending {
  readonly #file: OpenFile;
  readonly #outlet: Outlet;
  readonly #options: TransferOptions;
  readonly #memory: FileMemory;
  readonly #buffers: ChunkBuffers;
  readonly #pace = new ChunkPace();

  constructor(file: OpenFile, outlet: Outlet, options: TransferOptions) {
    this.#file = file;
    this.#outlet = outlet;
    this.#options = options;
    this.#memory = options.memory ?? new FileMemory();
    this.#buffers = new ChunkBuffers(outlet, this.#memory);
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
      await this.#hashTo(size);
      await this.#file.check();
      signal.throwIfAborted();
    }
    const same = have.length > 0 && have.includes(hash.digest());
    const start = same ? size : offset;
    this.#announce(start, same);
    for (let at = start; at < size;) {
      const count = await this.#sendChunk(at, start);
      at += count;
      // The bytes before the start are hashed while the rest is on its way.
      await this.#hashTo(Math.min(hash.at + count, at));
    }
    await this.#hashTo(size);
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

  /** Ends the transfer: nothing more is sent. */
  end(): void {
    this.#buffers.end();
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

  /**
   * Reads up to `end`, for the hash only, the bytes that no transfer has hashed yet.
   */
  async #hashTo(end: number): Promise<void> {
    const { hash } = this.#file;
    while (hash.at < end) {
      this.#options.signal.throwIfAborted();
      await hash.feedOnce(() =>
        this.#file.turn(async () => {
          const length = Math.min(CHUNK_LENGTH, end - hash.at);
          const buffer = this.#memory.lend(length);
          try {
            const { at } = hash;
            const data = buffer.subarray(0, length);
            const count = await this.#file.read(data, at);
            hash.update(at, data.subarray(0, count));
          } finally {
            this.#memory.giveBack(buffer);
          }
        })
      );
    }
  }

  /** Resolves to the number of file bytes sent. */
  async #sendChunk(at: number, start: number): Promise<number> {
    const { signal } = this.#options;
    for (;;) {
      if (at > start) await this.#windowRoom(at - start);
      const below = 2 * this.#memory.chunkLength(this.#pace.length);
      await this.#outletRoom(below);
      signal.throwIfAborted();
      const count = await this.#file.turn(async () => {
        // Other transfers may have filled the outlet during the wait for this turn.
        if (this.#outlet.queuedLength >= below) return 0;
        return await this.#readAndSend(at);
      });
      this.#pace.note(count);
      if (count > 0) return count;
    }
  }

  async #readAndSend(at: number): Promise<number> {
    const { id, signal } = this.#options;
    const { entry: { size }, hash } = this.#file;
    const most = this.#memory.chunkLength(this.#pace.length);
    const length = Math.min(most, size - at);
    const buffer = this.#buffers.take(length);
    try {
      const end = CHUNK_HEADER_LENGTH + length;
      const data = buffer.subarray(CHUNK_HEADER_LENGTH, end);
      const count = await this.#file.read(data, at);
      signal.throwIfAborted();
      if (at <= hash.at) hash.update(at, data.subarray(0, count));
      const frame = buffer.subarray(0, CHUNK_HEADER_LENGTH + count);
      writeChunkHeader(frame, id);
      if (count > COPIED_LENGTH) this.#buffers.send(frame, buffer);
      else {
        this.#outlet.send(frame.slice());
        this.#buffers.giveBack(buffer);
      }
      return count;
    } catch (error) {
      this.#buffers.giveBack(buffer);
      throw error;
    }
  }

  /** Waits until the receiver has processed enough of the `sent` bytes. */
  async #windowRoom(sent: number): Promise<void> {
    const { window } = this.#options;
    if (window === undefined) return;
    await this.#wait(window.room(sent), () => {
      // The receiver cannot process bytes that the system has not taken yet.
      return window.taken - this.#buffers.unsent;
    });
  }

  async #outletRoom(below: number): Promise<void> {
    const outlet = this.#outlet;
    try {
      await this.#wait(outlet.room(below), () => outlet.sentLength);
    } catch (error) {
      // Cutting the connection is the only way to drop the queue of a receiver that
      // does not read.
      const isStuck = error instanceof ChatError && error.code === "stalled";
      if (isStuck) outlet.cut?.({ kind: "slow" });
      throw error;
    }
  }

  async #wait(room: Promise<void>, progress: () => number): Promise<void> {
    const { signal } = this.#options;
    const { name } = this.#file.entry;
    const onIdle = () => this.#file.park();
    await patiently(room, { signal, progress, onIdle, name });
  }
}
