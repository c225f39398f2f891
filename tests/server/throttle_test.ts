import { assert, assertEquals } from "@std/assert";
import { Backpressure } from "../../lib/server/backpressure.ts";
import { Throttle } from "../../lib/server/throttle.ts";
import { FakeTime, settle } from "../testing.ts";

/** A client, and what its throttle does to it. */
function open({ maxRate = 0 } = {}) {
  const turns: number[] = [];
  const relief = Promise.withResolvers<void>();
  const backpressure = Object.assign(new Backpressure(), {
    turn: (length: number) => {
      turns.push(length);
      return Promise.resolve();
    },
    relief: () => relief.promise,
  });
  const client = {
    isOver: false,
    heard: 0,
    warnings: 0,
    closed: [] as string[],
    warn: () => void client.warnings++,
    onHeard: () => void client.heard++,
    close: ({ kind }: { kind: string }) => {
      client.closed.push(kind);
      return Promise.resolve();
    },
  };
  const throttle = new Throttle(client, { backpressure, maxRate });
  return { throttle, client, turns, relief, backpressure };
}

Deno.test({
  name: "Throttle.beforeRead() waits for a turn from 16 KiB or 16 messages on",
  permissions: "none",
  async fn() {
    const { throttle, turns } = open();
    assertEquals(throttle.beforeRead(16 * 1024 - 1, 15), undefined);
    await throttle.beforeRead(16 * 1024, 1);
    await throttle.beforeRead(500, 16);
    await throttle.beforeRead(5_000, 300);
    assertEquals(turns, [16 * 1024, 16 * 1024, 128 * 1024]);
  },
});

Deno.test({
  name:
    "Throttle.afterMessage() gives other clients a turn after 128 decoded messages",
  permissions: "none",
  async fn() {
    const { throttle, turns } = open();
    for (let i = 1; i <= 256; i++) {
      throttle.countDecoded();
      const wait = throttle.afterMessage();
      assertEquals(wait !== undefined, i % 128 === 0, `${i}`);
      await wait;
    }
    assertEquals(turns, [128 * 1024, 128 * 1024]);
  },
});

Deno.test({
  name:
    "Throttle.afterRead() waits for slow readers after 64 KiB of text in a second",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { throttle, relief } = open();
    throttle.spend(1, 64 * 1024 - 1);
    assertEquals(throttle.afterRead(), undefined);
    throttle.spend(1, 1);
    const wait = throttle.afterRead();
    assert(wait !== undefined);
    relief.resolve();
    await wait;
    throttle.forget();
    throttle.spend(1, 64 * 1024 - 1);
    assertEquals(throttle.afterRead(), undefined);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "Throttle slows a client over its rate, warns it once, and cuts it off",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { throttle, client } = open({ maxRate: 1 });
    throttle.spend(9.9);
    assertEquals(throttle.afterMessage(), undefined);
    for (let i = 0; i < 40 && client.closed.length === 0; i++) {
      throttle.spend(1.1);
      const wait = throttle.afterMessage();
      await time.pass(1_100);
      await wait;
    }
    assertEquals([client.warnings, client.closed], [1, ["flooding"]]);
    assert(client.heard > 0, "it was not silent while nobody listened");
  },
});

Deno.test({
  name:
    "Throttle.patiently() ends when the client is gone, and does not wait after that",
  permissions: "none",
  async fn() {
    const { throttle, client } = open();
    const never = new Promise<void>(() => {});
    let isDone = false;
    const wait = throttle.patiently(never).then(() => isDone = true);
    await settle();
    assertEquals(isDone, false);
    throttle.interrupt();
    await wait;
    client.isOver = true;
    await throttle.patiently(never);
    throttle.interrupt();
  },
});

Deno.test({
  name: "Throttle.afterRead() does not wait for a client that is gone",
  permissions: "none",
  fn() {
    const { throttle, client } = open();
    throttle.spend(1, 1024 * 1024);
    client.isOver = true;
    assertEquals(throttle.afterRead(), undefined);
  },
});

Deno.test({
  name: "Throttle.patiently() counts the client as alive every 5 s",
  permissions: "none",
  async fn() {
    const { setInterval, clearInterval } = globalThis;
    const beats: { run: () => void; delay: number }[] = [];
    const cleared: unknown[] = [];
    try {
      globalThis.setInterval = ((run: () => void, delay: number) =>
        beats.push({ run, delay })) as unknown as typeof setInterval;
      globalThis.clearInterval = (id) =>
        void cleared.push(id);
      const { throttle, client } = open();
      const wait = throttle.patiently(new Promise<void>(() => {}));
      assertEquals(beats.map(({ delay }) => delay), [5_000]);
      beats[0]!.run();
      beats[0]!.run();
      assertEquals([client.heard, cleared.length], [2, 0]);
      throttle.interrupt();
      await wait;
      assertEquals(cleared, [1]);
    } finally {
      Object.assign(globalThis, { setInterval, clearInterval });
    }
  },
});

Deno.test({
  name:
    "Throttle counts a refusal as a decoded message and as one unit of work",
  permissions: "none",
  async fn() {
    using _time = new FakeTime();
    const { throttle, turns } = open();
    for (let i = 0; i < 127; i++) throttle.countRefusal();
    assertEquals(throttle.afterMessage(), undefined);
    throttle.countRefusal();
    await throttle.afterMessage();
    assertEquals(turns.length, 1);
    const slow = open({ maxRate: 1 });
    for (let i = 0; i < 9; i++) slow.throttle.countRefusal();
    assertEquals(slow.throttle.afterMessage(), undefined);
    slow.throttle.countRefusal();
    assertEquals(slow.throttle.afterMessage() instanceof Promise, true);
    slow.throttle.interrupt();
  },
});

Deno.test({
  name: "Throttle.afterMessage() slows a client down after its turn, too",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { throttle, client, turns } = open({ maxRate: 1 });
    throttle.spend(11);
    for (let i = 0; i < 128; i++) throttle.countDecoded();
    let isDone = false;
    void throttle.afterMessage()?.then(() => isDone = true);
    await time.pass(999);
    assertEquals([turns.length, client.warnings, isDone], [1, 1, false]);
    await time.pass(1);
    assertEquals([isDone, client.heard], [true, 1]);
  },
});

Deno.test({
  name: "Throttle.served() refunds most of a message that downloaded a file",
  permissions: "none",
  fn() {
    using _time = new FakeTime();
    const { throttle } = open({ maxRate: 1 });
    throttle.served(); // Nothing was spent yet.
    throttle.spend(10);
    throttle.served();
    assertEquals(throttle.afterMessage(), undefined);
  },
});

Deno.test({
  name: "Throttle.afterRead() waits from 8 KiB on while readers are behind",
  permissions: "none",
  fn() {
    using _time = new FakeTime();
    for (const isBehind of [false, true]) {
      const { throttle, client, backpressure } = open();
      Object.defineProperty(backpressure, "isBehind", { value: isBehind });
      throttle.spend(1, 8 * 1024 - 1);
      assertEquals(throttle.afterRead(), undefined);
      throttle.spend(1, 1);
      const wait = throttle.afterRead();
      assertEquals(wait !== undefined, isBehind);
      client.isOver = true;
      throttle.interrupt();
    }
  },
});
