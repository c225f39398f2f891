import { assertEquals } from "@std/assert";
import { FileLimits, MAX_OPEN_FILES } from "../../lib/files/file_limits.ts";

Deno.test({
  name: "FileLimits allows 128 open files and two reads, counted separately",
  permissions: "none",
  async fn() {
    const { files, reads, memory } = new FileLimits();
    assertEquals(MAX_OPEN_FILES, 128);
    for (let i = 0; i < MAX_OPEN_FILES; i++) {
      assertEquals(files.isFull, false);
      await files.enter({ owner: {} });
    }
    assertEquals(files.isFull, true);
    for (let i = 0; i < 2; i++) {
      assertEquals(reads.isFull, false);
      await reads.enter({ owner: {} });
    }
    assertEquals(reads.isFull, true);
    assertEquals(memory.lent, 0);
  },
});
