import { assertEquals } from "@std/assert";
import { aborted, pause } from "../../lib/io/pause.ts";
import { FakeTime, settle } from "../testing.ts";

Deno.test({
  name: "pause() waits as long as it is told, and leaves no timer",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    let isOver = false;
    const paused = pause(100).then(() => isOver = true);
    await time.pass(99);
    assertEquals(isOver, false);
    await time.pass(1);
    await paused;
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "pause() ends when its signal aborts, before it or in between",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    await pause(100, AbortSignal.abort());
    const controller = new AbortController();
    const paused = pause(100, controller.signal);
    await settle();
    assertEquals(time.pending, 1);
    controller.abort();
    await paused;
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "aborted() resolves when the signal aborts, or has already",
  permissions: "none",
  async fn() {
    const controller = new AbortController();
    let isAborted = false;
    const done = aborted(controller.signal).then(() => isAborted = true);
    await settle();
    assertEquals(isAborted, false);
    controller.abort();
    await done;
    assertEquals(await aborted(controller.signal), undefined);
  },
});
