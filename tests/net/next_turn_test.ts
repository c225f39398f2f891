import { assertEquals } from "@std/assert";
import { nextTick } from "node:process";
import { nextTurn } from "../../lib/net/next_turn.ts";

Deno.test({
  name: "nextTurn() waits for microtasks and for all ticks of node",
  permissions: "none",
  async fn() {
    const order: string[] = [];
    nextTick(() => {
      order.push("tick");
      nextTick(() => order.push("later tick"));
    });
    queueMicrotask(() => order.push("microtask"));
    await nextTurn();
    assertEquals(order.toSorted(), ["later tick", "microtask", "tick"]);
  },
});
