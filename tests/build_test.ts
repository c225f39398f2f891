import { assertEquals } from "@std/assert";
import { COMMIT } from "../lib/build.ts";

Deno.test({
  name: "COMMIT is set in packed programs only: the sources have none",
  permissions: "none",
  fn() {
    assertEquals(COMMIT, undefined);
  },
});
