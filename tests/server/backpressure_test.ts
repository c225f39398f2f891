import { assertEquals } from "@std/assert";
import { Backpressure, type Receiver } from "../../lib/server/backpressure.ts";
import { FakeTime } from "../testing.ts";

const HIGH = 1024 * 1024;
const LOW = 256 * 1024;

class FakeReceiver implements Receiver {
  queuedLength = 0;
  sentLength = 0;
  asked = 0;
  #waiting = Promise.withResolvers<void>();

  room(below: number): Promise<void> {
    assertEquals(below, LOW);
    this.asked++;
    return this.#waiting.promise;
  }

  drain(): void {
    this.queuedLength = 0;
    this.#waiting.resolve();
    this.#waiting = Promise.withResolvers();
  }
}

/** Whether `relief()` has resolved. */
function watch(backpressure: Backpressure): { done: boolean } {
  const state = { done: false };
  void backpressure.relief().then(() => state.done = true);
  return state;
}

Deno.test({
  name: "Backpressure.relief() resolves at once while nobody has much waiting",
  permissions: "none",
  async fn() {
    const backpressure = new Backpressure();
    const receiver = new FakeReceiver();
    receiver.queuedLength = HIGH;
    backpressure.note(receiver);
    await backpressure.relief();
    assertEquals(receiver.asked, 0);
  },
});

Deno.test({
  name: "Backpressure.relief() waits for a receiver as long as it reads",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const backpressure = new Backpressure();
    const receiver = new FakeReceiver();
    receiver.queuedLength = HIGH + 1;
    backpressure.note(receiver);
    backpressure.note(receiver);
    assertEquals(receiver.asked, 1);
    const relief = watch(backpressure);
    for (let i = 0; i < 100; i++) {
      receiver.sentLength += 16 * 1024;
      await time.pass(50);
    }
    assertEquals(relief.done, false);
    receiver.drain();
    await time.pass(0);
    assertEquals([relief.done, time.pending], [true, 0]);
  },
});

Deno.test({
  name: "Backpressure.relief() does not wait for one that does not read",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const backpressure = new Backpressure();
    const receiver = new FakeReceiver();
    receiver.queuedLength = HIGH + 1;
    backpressure.note(receiver);
    const relief = watch(backpressure);
    receiver.sentLength += 16 * 1024 - 1;
    await time.pass(49);
    assertEquals(relief.done, false);
    await time.pass(1);
    assertEquals(relief.done, true);
    backpressure.note(receiver);
    assertEquals(receiver.asked, 1, "given up until it has caught up");
    receiver.drain();
    await time.pass(0);
    receiver.queuedLength = HIGH + 1;
    backpressure.note(receiver);
    assertEquals(receiver.asked, 2);
    receiver.drain();
    await time.pass(0);
  },
});

Deno.test({
  name: "Backpressure.relief() waits for all who read, and for them only",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const backpressure = new Backpressure();
    const [quick, slow, dead] = [1, 2, 3].map(() => new FakeReceiver());
    for (const receiver of [quick!, slow!, dead!]) {
      receiver.queuedLength = HIGH + 1;
      backpressure.note(receiver);
    }
    const relief = watch(backpressure);
    quick!.drain();
    slow!.sentLength += HIGH;
    await time.pass(50);
    assertEquals(relief.done, false);
    slow!.drain();
    await time.pass(0);
    assertEquals(relief.done, true);
  },
});
