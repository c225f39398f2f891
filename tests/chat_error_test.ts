import { assert, assertEquals } from "@std/assert";
import { ChatError } from "../lib/chat_error.ts";

Deno.test({
  name: "ChatError carries what a refusal needs",
  permissions: "none",
  fn() {
    const cause = new Error("disk");
    const error = new ChatError("name-taken", "Ann is here already", {
      suggestion: "Ann2",
      cause,
    });
    assert(error instanceof Error);
    assertEquals(error.name, "ChatError");
    assertEquals(
      [error.code, error.message, error.suggestion, error.cause],
      ["name-taken", "Ann is here already", "Ann2", cause],
    );
    const plain = new ChatError("muted", "No");
    assertEquals([plain.suggestion, plain.cause], [undefined, undefined]);
  },
});
