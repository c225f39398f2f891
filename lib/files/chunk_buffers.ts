import type { FileMemory } from "./file_memory.ts";
import type { Outlet } from "./outlet.ts";

/**
 * The buffers of one transfer. Each goes back to the memory that all transfers share as
 * soon as the system has sent its bytes.
 */
export class ChunkBuffers {
  readonly #outlet: Outlet;
  readonly #memory: FileMemory;
  /** In sending order; `end` is the outlet's `leftLength` once the buffer is sent. */
  #used: { readonly buffer: Uint8Array; readonly end: number }[] = [];
  #isOver = false;

  constructor(outlet: Outlet, memory: FileMemory) {
    this.#outlet = outlet;
    this.#memory = memory;
  }

  /** How many buffers are still waiting to be sent. */
  get unsent(): number {
    this.#collect();
    return this.#used.length;
  }

  /** Returns a buffer for a header and `length` file bytes. */
  take(length: number): Uint8Array {
    this.#collect();
    return this.#memory.lend(length);
  }

  /** Sends `frame`, which is part of `buffer`. */
  send(frame: Uint8Array, buffer: Uint8Array): void {
    this.#outlet.send(frame);
    const { leftLength, queuedLength } = this.#outlet;
    this.#used.push({ buffer, end: leftLength + queuedLength });
    if (this.#isOver) this.end();
  }

  /** Takes back a buffer that was not sent. */
  giveBack(buffer: Uint8Array): void {
    this.#memory.giveBack(buffer);
  }

  /** Ends the transfer: buffers still being sent go back once they are sent. */
  end(): void {
    this.#isOver = true;
    this.#collect();
    if (this.#used.length === 0) return;
    // Also resolves when the outlet closes, which drops its queue.
    void this.#outlet.room(1).then(() => {
      for (const { buffer } of this.#used) this.#memory.giveBack(buffer);
      this.#used = [];
    });
  }

  #collect(): void {
    const { leftLength } = this.#outlet;
    while (this.#used.length > 0 && this.#used[0]!.end <= leftLength) {
      this.#memory.giveBack(this.#used.shift()!.buffer);
    }
  }
}
