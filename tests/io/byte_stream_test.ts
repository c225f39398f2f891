import { assert, assertEquals } from "@std/assert";
import { TransportError } from "../../lib/io/byte_stream.ts";

Deno.test({
  name: "TransportError says why in its message, and keeps its cause",
  permissions: "none",
  fn() {
    const cause = new Error("alert 70");
    const error = new TransportError("no version in common", { cause });
    assert(error instanceof Error);
    assertEquals(
      [error.name, error.message, error.cause],
      ["TransportError", "no version in common", cause],
    );
  },
});
