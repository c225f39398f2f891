import { assertEquals } from "@std/assert";
import { maybeSameFile } from "../lib/same_file.ts";

Deno.test({
  name: "maybeSameFile() says no only where the system has said so",
  permissions: "none",
  fn() {
    const file = { dev: 1, ino: 2 };
    assertEquals(maybeSameFile(file, { dev: 1, ino: 2 }), true);
    assertEquals(maybeSameFile(file, { dev: 1, ino: 3 }), false);
    assertEquals(maybeSameFile(file, { dev: 2, ino: 2 }), false);
    assertEquals(maybeSameFile(file, { dev: 1, ino: null }), true);
    assertEquals(maybeSameFile({ dev: 0, ino: 0 }, file), true);
  },
});
