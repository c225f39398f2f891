import { assert, assertEquals } from "@std/assert";
import type { EndReason } from "../../lib/net/end_reason.ts";
import { FloodGuard } from "../../lib/server/flood_guard.ts";
import { FakeTime } from "../testing.ts";

/** A guard for a client that may send two messages a second, and its actions. */
function open() {
  const warnings: string[] = [];
  const cuts: EndReason[] = [];
  const state = { heard: 0 };
  const guard = new FloodGuard(2, {
    warn: (text) => warnings.push(text),
    cut: (reason) => cuts.push(reason),
    heard: () => void state.heard++,
  });
  return { guard, warnings, cuts, state };
}

Deno.test({
  name:
    "FloodGuard.check() lets a burst pass, then waits until the debt is earned",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { guard, warnings, state } = open();
    guard.spend(19.9);
    assertEquals(guard.check(), undefined);
    guard.spend(1.1);
    let isOver = false;
    const wait = guard.check()!.then(() => isOver = true);
    await time.pass(499);
    assertEquals([isOver, state.heard], [false, 0]);
    await time.pass(1);
    await wait;
    assertEquals(state.heard, 1);
    assertEquals(warnings, [
      "You are sending more than 2 messages a second, so the server passes " +
      "them on more slowly. Send more slowly, or the server will disconnect you",
    ]);
  },
});

Deno.test({
  name: "FloodGuard warns once, and cuts a client that continues for 30 s",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { guard, warnings, cuts } = open();
    guard.spend(20);
    for (let second = 0; second < 30; second++) {
      guard.spend(2);
      const wait = guard.check();
      assert(wait !== undefined, `${second}`);
      await time.pass(1_000);
      await wait;
      assertEquals(cuts, [], `${second}`);
    }
    guard.spend(2);
    await guard.check();
    assertEquals(cuts, [{ kind: "flooding", maxRate: 2 }]);
    assertEquals(warnings.length, 1);
  },
});
