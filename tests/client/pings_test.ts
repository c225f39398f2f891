import { assertEquals, assertRejects } from "@std/assert";
import { Pings } from "../../lib/client/pings.ts";

Deno.test({
  name:
    "Pings.ask() resolves at its own answer, which says how much was said before",
  permissions: "none",
  async fn() {
    const sent: number[] = [];
    const pings = new Pings((n) => sent.push(n));
    const first = pings.ask(5);
    const second = pings.ask(7);
    assertEquals(pings.answered(2), 7);
    await second;
    assertEquals(pings.answered(2), undefined);
    assertEquals(pings.answered(99), undefined);
    pings.fail(new Error("lost"));
    await assertRejects(() => first, Error, "lost");
    assertEquals(sent, [1, 2]);
  },
});

Deno.test({
  name:
    "Pings.nudge() goes on asking a server that never answers, and remembers 100",
  permissions: "none",
  fn() {
    const sent: number[] = [];
    const pings = new Pings((n) => sent.push(n));
    for (let i = 0; i < 1_000; i++) pings.nudge(0);
    assertEquals(sent.length, 1_000);
    assertEquals(new Set(sent).size, 100);
    assertEquals(pings.answered(100), 0);
  },
});
