import { assert, assertEquals } from "@std/assert";
import { IdentityError } from "../../lib/client/identity_error.ts";
import { lastWords } from "../../lib/client/last_words.ts";
import { mayReconnect, needsOtherAddress } from "../../lib/client/setback.ts";

Deno.test({
  name:
    "IdentityError ends the visit with its sentence, and nothing is tried again",
  permissions: "none",
  fn() {
    const cause = new Error("why");
    const error = new IdentityError("not the same server", { cause });
    assert(error instanceof Error);
    assertEquals([error.name, error.cause], ["IdentityError", cause]);
    assertEquals(mayReconnect(error, { isKnown: true }), false);
    assertEquals(mayReconnect(error, { isKnown: false }), false);
    // Another address would not be the server that the user means.
    assertEquals(needsOtherAddress(error), false);
    assertEquals(lastWords(error), {
      texts: ["not the same server"],
      code: 1,
    });
  },
});
