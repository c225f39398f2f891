import { assert, assertEquals } from "@std/assert";
import { ChunkBuffers } from "../../lib/files/chunk_buffers.ts";
import {
  CHUNK_LENGTH,
  FileMemory,
  MAX_FILE_MEMORY,
} from "../../lib/files/file_memory.ts";
import { settle } from "../testing.ts";

/** Takes nothing until told to. */
class StuckOutlet {
  queuedLength = 0;
  sentLength = 0;

  get leftLength(): number {
    return this.sentLength;
  }

  #waiting: (() => void)[] = [];

  room(below: number): Promise<void> {
    if (this.queuedLength < below) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  send(bytes: Uint8Array): void {
    this.queuedLength += bytes.length;
  }

  takeAll(): void {
    this.sentLength += this.queuedLength;
    this.queuedLength = 0;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

Deno.test({
  name: "FileMemory stays within its limit with any number of stuck receivers",
  permissions: "none",
  async fn() {
    const memory = new FileMemory();
    assertEquals(memory.chunkLength(CHUNK_LENGTH), CHUNK_LENGTH);
    const outlets: StuckOutlet[] = [];
    for (let i = 0; i < 500; i++) {
      const outlet = new StuckOutlet();
      outlets.push(outlet);
      // Sends as a transfer does: while less than two chunks wait.
      while (outlet.queuedLength < 2 * memory.chunkLength(CHUNK_LENGTH)) {
        const buffers = new ChunkBuffers(outlet, memory);
        const buffer = buffers.take(memory.chunkLength(CHUNK_LENGTH));
        buffers.send(buffer, buffer);
        buffers.end();
      }
    }
    const least = 500 * 3 * 16 * 1024;
    assert(memory.lent < MAX_FILE_MEMORY + least, `${memory.lent}`);
    // A new user still gets memory.
    assert(memory.chunkLength(CHUNK_LENGTH) >= 16 * 1024);
    for (const outlet of outlets) outlet.takeAll();
    await settle();
    assertEquals(memory.lent, 0);
    assertEquals(memory.chunkLength(CHUNK_LENGTH), CHUNK_LENGTH);
  },
});

Deno.test({
  name: "ChunkBuffers gives back what was sent, and not before",
  permissions: "none",
  fn() {
    const memory = new FileMemory();
    const outlet = new StuckOutlet();
    const buffers = new ChunkBuffers(outlet, memory);
    const first = buffers.take(CHUNK_LENGTH);
    buffers.send(first, first);
    const second = buffers.take(CHUNK_LENGTH);
    assert(second.buffer !== first.buffer);
    assertEquals(buffers.unsent, 1);
    outlet.takeAll();
    assertEquals(buffers.unsent, 0);
    assertEquals(buffers.take(CHUNK_LENGTH).buffer, first.buffer);
  },
});
