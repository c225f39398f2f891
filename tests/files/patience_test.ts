import { assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { patiently, STALL_TIME } from "../../lib/files/patience.ts";
import { FakeTime } from "../testing.ts";

const MINUTE = STALL_TIME + 10_000;

/** Waits for room that never comes; counts the calls. */
function waitFor(progress: () => number) {
  const controller = new AbortController();
  const room = Promise.withResolvers<void>();
  const seen = { idle: 0 };
  const done = patiently(room.promise, {
    signal: controller.signal,
    progress,
    onIdle: () => seen.idle++,
    name: "a.bin",
  });
  done.catch(() => {});
  return { controller, room, seen, done };
}

Deno.test({
  name: "patiently() ends a download whose receiver takes nothing for a minute",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { done, seen } = waitFor(() => 5);
    await time.pass(STALL_TIME - 5_000);
    assertEquals([seen.idle, time.pending], [1, 1]);
    await time.pass(15_000);
    const { code } = await assertRejects(() => done, ChatError, "a.bin");
    assertEquals([code, time.pending], ["stalled", 0]);
  },
});

Deno.test({
  name:
    "patiently() waits as long as the receiver takes something from time to time",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    let taken = 0;
    const { done, room, seen } = waitFor(() => taken);
    for (let i = 0; i < 10; i++) {
      await time.pass(MINUTE - 20_000);
      taken++;
    }
    room.resolve();
    await done;
    assertEquals([seen.idle, time.pending], [1, 0]);
  },
});

Deno.test({
  name:
    "patiently() leaves no timer behind if there is room at once, or after an abort",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const first = waitFor(() => 0);
    first.room.resolve();
    await first.done;
    const second = waitFor(() => 0);
    second.controller.abort(new Error("gone"));
    await assertRejects(() => second.done, Error, "gone");
    await time.pass(MINUTE);
    assertEquals([first.seen.idle, second.seen.idle, time.pending], [0, 0, 0]);
  },
});
