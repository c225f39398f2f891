import { assertEquals } from "@std/assert";
import { lengthPrice, priceOf, REFUSAL_PRICE } from "../../lib/server/work.ts";

Deno.test({
  name:
    "priceOf() takes one unit for a usual message, less for those that programs send",
  permissions: "none",
  fn() {
    const types = ["users", "get", "hello", "unknown", "cancel"] as const;
    assertEquals(types.map((type) => priceOf(type, 0)), [1, 1, 1, 1, 0.2]);
    assertEquals([priceOf("pong", 0), priceOf("took", 0)], [0.1, 0.02]);
    assertEquals(REFUSAL_PRICE, 1);
  },
});

Deno.test({
  name: "priceOf() adds one unit for each 16 KiB of a text",
  permissions: "none",
  fn() {
    for (const type of ["say", "tell"] as const) {
      assertEquals(priceOf(type, 0), 1);
      assertEquals(priceOf(type, 16 * 1024), 2);
      assertEquals(priceOf(type, 48 * 1024), 4);
    }
    assertEquals(lengthPrice(8 * 1024), 0.5);
  },
});

Deno.test({
  name:
    "priceOf() takes one unit for each KiB of another message after the first",
  permissions: "none",
  fn() {
    assertEquals(priceOf("users", 1024), 1);
    assertEquals(priceOf("users", 1025), 1 + 1 / 1024);
    assertEquals(priceOf("get", 64 * 1024), 64);
  },
});
