import { setImmediate } from "node:timers";
import { assertEquals } from "@std/assert";
import { SystemTurns } from "../../lib/server/system_turns.ts";
import { FakeTime } from "../testing.ts";

Deno.test({
  name: "SystemTurns.turn() rests every 15 ms of a flood, not in each turn",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const turns = new SystemTurns();
    let rests = 0;
    for (let turn = 0; turn <= 150; turn++) {
      let isOver = false;
      const over = turns.turn().then(() => isOver = true);
      // FakeTime holds a rest, and nothing else.
      while (!isOver && time.pending === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (!isOver) {
        assertEquals(++rests, turn / 15, `turn ${turn}`);
        await time.pass(0);
      }
      await over;
      await time.pass(1);
    }
    assertEquals(rests, 10);
  },
});

Deno.test({
  name: "SystemTurns.turn() never rests when turns are far apart",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const turns = new SystemTurns();
    for (let turn = 0; turn < 20; turn++) {
      await turns.turn();
      await time.pass(100);
    }
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "SystemTurns.close() ends a rest, and no other begins",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const turns = new SystemTurns();
    await turns.turn();
    await time.pass(20);
    const resting = turns.turn();
    for (let i = 0; i < 100 && time.pending === 0; i++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assertEquals(time.pending, 1);
    turns.close();
    await resting;
    assertEquals(time.pending, 0);
    await time.pass(20);
    await turns.turn();
    assertEquals(time.pending, 0);
  },
});
