import { assert, assertEquals } from "@std/assert";
import { ChunkBuffers } from "../../lib/files/chunk_buffers.ts";
import { CHUNK_LENGTH, FileMemory } from "../../lib/files/file_memory.ts";
import type { Outlet } from "../../lib/files/outlet.ts";
import { settle } from "../testing.ts";

/** An outlet that sends only when told to. */
class SlowOutlet implements Outlet {
  queuedLength = 0;
  sentLength = 0;

  get leftLength(): number {
    return this.sentLength;
  }

  readonly #empty = Promise.withResolvers<void>();

  room(): Promise<void> {
    return this.#empty.promise;
  }

  send(bytes: Uint8Array): void {
    this.queuedLength += bytes.length;
  }

  /** Makes the system take `count` bytes. */
  take(count: number): void {
    this.queuedLength -= count;
    this.sentLength += count;
  }

  /** Sends or drops everything. */
  end(): void {
    this.#empty.resolve();
  }
}

function setUp() {
  const outlet = new SlowOutlet();
  const memory = new FileMemory();
  return { outlet, memory, buffers: new ChunkBuffers(outlet, memory) };
}

Deno.test({
  name:
    "ChunkBuffers gives a buffer back when its last byte is sent, not before",
  permissions: "none",
  fn() {
    const { outlet, memory, buffers } = setUp();
    const first = buffers.take(CHUNK_LENGTH);
    buffers.send(first.subarray(0, 100), first);
    const second = buffers.take(CHUNK_LENGTH);
    buffers.send(second.subarray(0, 50), second);
    assertEquals(buffers.unsent, 2);
    assertEquals(memory.lent, first.length + second.length);
    outlet.take(99);
    assertEquals(buffers.unsent, 2);
    outlet.take(1);
    assertEquals(buffers.unsent, 1);
    assert(buffers.take(CHUNK_LENGTH) === first, "it is used again");
    outlet.take(50);
    assertEquals(buffers.unsent, 0);
  },
});

Deno.test({
  name: "ChunkBuffers.giveBack() returns a buffer that was not sent",
  permissions: "none",
  fn() {
    const { memory, buffers } = setUp();
    const buffer = buffers.take(10);
    assertEquals(memory.lent, buffer.length);
    buffers.giveBack(buffer);
    assertEquals([memory.lent, buffers.unsent], [0, 0]);
  },
});

Deno.test({
  name: "ChunkBuffers.end() gives back all buffers when the outlet is empty",
  permissions: "none",
  async fn() {
    const { outlet, memory, buffers } = setUp();
    const [first, late] = [buffers.take(10), buffers.take(10)];
    buffers.send(first, first);
    buffers.end();
    await settle();
    assertEquals(memory.lent, first.length + late.length);
    // A read in progress may still send.
    buffers.send(late, late);
    outlet.end();
    await settle();
    assertEquals([memory.lent, buffers.unsent], [0, 0]);
  },
});
