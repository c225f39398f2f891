import { assert, assertEquals } from "@std/assert";
import { ConnectionLost } from "../../lib/client/connection_lost.ts";

Deno.test({
  name: "ConnectionLost keeps its sentence, and is final only if that is said",
  permissions: "none",
  fn() {
    const lost = new ConnectionLost("Connection lost: no answer");
    assert(lost instanceof Error);
    assertEquals(lost.name, "ConnectionLost");
    assertEquals(lost.message, "Connection lost: no answer");
    assertEquals(lost.isFinal, false);
    assertEquals(new ConnectionLost("", { isFinal: true }).isFinal, true);
  },
});
