import { assertEquals } from "@std/assert";
import { END_ROWS, withReason } from "../../lib/net/end_reason.ts";

Deno.test({
  name: "END_ROWS give a code to an end only if it is told to the client",
  permissions: "none",
  fn() {
    const isCoded = Object.entries(END_ROWS)
      .filter(([, { code }]) => code !== undefined)
      .map(([kind]) => kind);
    assertEquals(isCoded.sort(), [
      ...["banned", "failure", "flooding", "full", "key changed", "kicked"],
      ...["out of memory", "replaced", "shutdown", "slow", "wrong key"],
    ]);
  },
});

Deno.test({
  name: "withReason() appends a reason, if there is one",
  permissions: "none",
  fn() {
    assertEquals(withReason("banned", "spam"), "banned: spam");
    assertEquals(withReason("banned", ""), "banned");
  },
});
