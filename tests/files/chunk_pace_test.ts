import { assertEquals } from "@std/assert";
import { ChunkPace } from "../../lib/files/chunk_pace.ts";
import {
  CHUNK_LENGTH,
  LARGE_CHUNK_LENGTH,
} from "../../lib/files/file_memory.ts";

const MIB = 1024 * 1024;

Deno.test({
  name: "ChunkPace.length is large while the receiver is fast, and only then",
  permissions: "none",
  fn() {
    let now = 1_000;
    const pace = new ChunkPace(() => now);
    assertEquals(pace.length, CHUNK_LENGTH);
    const pass = (milliseconds: number) => {
      for (let sent = 0; sent < 8 * MIB; sent += pace.length) {
        pace.note(pace.length);
        now += milliseconds * pace.length / (8 * MIB);
      }
    };
    // Slower than 200 MB/s, as Gigabit Ethernet is.
    pass(71);
    pass(71);
    assertEquals(pace.length, CHUNK_LENGTH);
    pass(20);
    pass(20);
    assertEquals(pace.length, LARGE_CHUNK_LENGTH);
    // A receiver that stops for a moment gets small ones again.
    pass(500);
    pass(500);
    assertEquals(pace.length, CHUNK_LENGTH);
  },
});

Deno.test({
  name: "ChunkPace.length is what earlier versions sent for the first 8 MiB",
  permissions: "none",
  fn() {
    const pace = new ChunkPace(() => 0);
    for (let sent = 0; sent < 8 * MIB; sent += CHUNK_LENGTH) {
      assertEquals(pace.length, CHUNK_LENGTH);
      pace.note(CHUNK_LENGTH);
    }
    assertEquals(pace.length, LARGE_CHUNK_LENGTH);
  },
});
