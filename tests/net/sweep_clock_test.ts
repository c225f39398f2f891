import { assertEquals } from "@std/assert";
import { Heartbeat, SweepClock } from "../../lib/net/heartbeat.ts";
import { onUncaught } from "../../lib/program.ts";
import { FakeTime } from "../testing.ts";

Deno.test({
  name:
    "SweepClock needs one timer for ten thousand heartbeats, and none for none",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const clock = new SweepClock();
    const pings: number[] = [];
    const stale: number[] = [];
    const hearts = Array.from({ length: 10_000 }, (_, index) =>
      new Heartbeat({
        sendPing: (n) => pings.push(n),
        onStale: () => stale.push(index),
      }, clock));
    assertEquals(time.pending, 1);
    await time.pass(9_999);
    assertEquals(pings.length, 0);
    await time.pass(251);
    assertEquals([pings.length, time.pending], [10_000, 1]);
    // All peers but one send something.
    for (const heart of hearts.slice(1)) heart.heard();
    await time.pass(20_500);
    assertEquals(stale, [0]);
    for (const heart of hearts) heart.stop();
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name:
    "SweepClock runs tasks at most a quarter of a second late, and cancelled ones never",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const clock = new SweepClock();
    const called: string[] = [];
    await time.pass(130);
    const note = (name: string) => ({
      run: () => void called.push(`${name} ${clock.now()}`),
    });
    const calledOff = note("b");
    clock.after(1000, note("a"));
    const handle = clock.after(1000, calledOff);
    clock.after(1500, note("c"));
    clock.cancel(handle, calledOff);
    clock.cancel(handle, calledOff);
    await time.pass(3000);
    assertEquals(called, ["a 1380", "c 1880"]);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "SweepClock runs all tasks that are due, though one of them fails",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const reported: unknown[] = [];
    using _uncaught = onUncaught((error) => reported.push(error));
    const clock = new SweepClock();
    const fault = new Error("a fault");
    let called = 0;
    const fails = {
      run() {
        throw fault;
      },
    };
    const counts = { run: () => void called++ };
    clock.after(1_000, fails);
    clock.after(1_000, counts);
    clock.after(2_000, counts);
    await time.pass(3_000);
    assertEquals(called, 2);
    assertEquals(reported, [fault]);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "SweepClock.cancel() leaves the tasks of other times",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const clock = new SweepClock();
    let called = 0;
    const [first, second] = [1, 2].map(() => ({ run: () => void called++ }));
    const handle = clock.after(1_000, first!);
    clock.after(2_000, second!);
    clock.cancel(handle, first!);
    await time.pass(3_000);
    assertEquals([called, time.pending], [1, 0]);
  },
});
