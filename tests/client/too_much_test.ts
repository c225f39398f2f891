import { assert, assertEquals } from "@std/assert";
import { TooMuch } from "../../lib/client/too_much.ts";
import { ProtocolError } from "../../lib/framing.ts";

Deno.test({
  name: "TooMuch is a ProtocolError that says what is too much",
  permissions: "none",
  fn() {
    const error = new TooMuch("its pings do not end");
    assert(error instanceof ProtocolError);
    assertEquals(
      error.message,
      "This server sends too much: its pings do not end",
    );
  },
});
