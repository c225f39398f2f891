import { assertEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { ReturnLimit } from "../../lib/chat/return_limit.ts";

Deno.test({
  name:
    "ReturnLimit allows ten returns, then one a second, and says how long to wait",
  permissions: "none",
  fn() {
    const limit = new ReturnLimit(0);
    for (let i = 0; i < 10; i++) limit.spend(0);
    const { code, message } = assertThrows(() => limit.spend(0), ChatError);
    assertEquals([code, message], [
      "too-soon",
      "You have come back too often in a short time: try again in 1 second",
    ]);
    limit.spend(1_000);
    assertThrows(() => limit.spend(1_500), ChatError);
    limit.spend(2_000);
    for (let i = 0; i < 10; i++) limit.spend(3_600_000);
    assertThrows(() => limit.spend(3_600_000), ChatError);
  },
});

Deno.test({
  name: "ReturnLimit counts replayed bytes, up to half a minute of waiting",
  permissions: "none",
  fn() {
    const limit = new ReturnLimit(0);
    limit.spend(0);
    limit.spendBytes(10 * 1024 * 1024);
    assertThrows(() => limit.spend(0), ChatError, "try again in 2 seconds");
    limit.spend(2_000);
    limit.spendBytes(1e12);
    assertThrows(() => limit.spend(2_000), ChatError, "in 31 seconds");
    limit.spend(33_000);
  },
});
