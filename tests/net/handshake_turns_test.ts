import { assert, assertEquals } from "@std/assert";
import { HandshakeTurns } from "../../lib/net/handshake_turns.ts";
import { nextTurn } from "../../lib/net/next_turn.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

test("HandshakeTurns.turn() comes at once when nobody waits", async () => {
  const turns = new HandshakeTurns();
  await turns.turn();
  await nextTurn();
  await nextTurn();
  await turns.turn();
  assertEquals(turns.waiting, 0);
  await nextTurn();
});

test("HandshakeTurns.turn() comes in order, one in each turn of the event loop", async () => {
  const turns = new HandshakeTurns();
  const order: number[] = [];
  const all = Promise.all(
    [0, 1, 2, 3].map((i) => turns.turn().then(() => order.push(i))),
  );
  assertEquals(turns.waiting, 3);
  const seen: number[] = [];
  while (order.length < 4) {
    await nextTurn();
    seen.push(order.length);
  }
  await all;
  assertEquals(order, [0, 1, 2, 3]);
  // No turn of the event loop had two steps.
  let before = 1; // The first step comes at once.
  for (const count of seen) {
    assert(count - before <= 1, String(seen));
    before = count;
  }
  await nextTurn();
});

test("HandshakeTurns gives timers a turn during a flood of long steps", async () => {
  const turns = new HandshakeTurns();
  let steps = 0;
  let stepsAtTimer = -1;
  setTimeout(() => stepsAtTimer = steps, 0);
  const work = async () => {
    await turns.turn();
    steps++;
    for (const end = performance.now() + 5; performance.now() < end;);
  };
  await Promise.all(Array.from({ length: 20 }, work));
  assert(stepsAtTimer >= 0 && stepsAtTimer < 20, String(stepsAtTimer));
  await nextTurn();
  await new Promise((resolve) => setTimeout(resolve, 0));
});
