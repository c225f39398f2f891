import { assert, assertEquals } from "@std/assert";
import { Backpressure, type Recipient } from "../../lib/server/backpressure.ts";
import { Connection } from "../../lib/net/connection.ts";
import type { EndReason } from "../../lib/net/end_reason.ts";
import { logWords } from "../../lib/net/end_rules.ts";
import { FakeTime, settle, streamPair } from "../testing.ts";

const HIGH = 1024 * 1024;
const LOW = 256 * 1024;

class FakeReceiver implements Recipient {
  queuedLength = 0;
  sentLength = 0;
  asked = 0;
  reason = "";
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

  cut(reason: EndReason): void {
    this.reason = logWords(reason);
    this.drain();
  }
}

function behind(backpressure: Backpressure): FakeReceiver {
  const receiver = new FakeReceiver();
  receiver.queuedLength = HIGH + 1;
  backpressure.note(receiver);
  return receiver;
}

/** Returns an object that says whether `relief()` has resolved. */
function watch(backpressure: Backpressure): { done: boolean } {
  const state = { done: false };
  void backpressure.relief().then(() => state.done = true);
  return state;
}

Deno.test({
  name: "Backpressure.relief() resolves at once while no receiver is behind",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const backpressure = new Backpressure();
    const receiver = new FakeReceiver();
    receiver.queuedLength = HIGH;
    backpressure.note(receiver);
    await backpressure.relief();
    assertEquals([receiver.asked, time.pending], [0, 0]);
  },
});

Deno.test({
  name: "Backpressure.relief() waits for a receiver as long as it reads",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const backpressure = new Backpressure();
    const receiver = behind(backpressure);
    backpressure.note(receiver);
    assertEquals(receiver.asked, 1);
    const relief = watch(backpressure);
    for (let i = 0; i < 100; i++) {
      // Slow, but never stalled for long: the steps of a large socket buffer.
      receiver.sentLength += 1;
      await time.pass(79);
    }
    assertEquals(relief.done, false);
    receiver.drain();
    await time.pass(0);
    assertEquals([relief.done, time.pending], [true, 0]);
  },
});

Deno.test({
  name: "Backpressure.relief() pauses 80 ms at a time for a stalled receiver",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const backpressure = new Backpressure();
    const receiver = behind(backpressure);
    for (let i = 0; i < 3; i++) {
      const relief = watch(backpressure);
      await time.pass(79);
      assertEquals(relief.done, false);
      await time.pass(1);
      assertEquals(relief.done, true);
    }
    // The receiver reads again, so the sender waits for it again.
    const relief = watch(backpressure);
    for (let i = 0; i < 10; i++) {
      receiver.sentLength += 1;
      await time.pass(50);
    }
    assertEquals(relief.done, false);
    assertEquals(receiver.asked, 1);
    receiver.drain();
    await time.pass(0);
    assertEquals([relief.done, time.pending], [true, 0]);
  },
});

Deno.test({
  name:
    "Backpressure counts checks, not the time that the server itself was busy",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const backpressure = new Backpressure();
    const receiver = behind(backpressure);
    const relief = watch(backpressure);
    await time.pass(40);
    // A long turn of the server: nothing could be sent, and no check took place.
    const now = performance.now();
    performance.now = () => now + 500;
    await settle();
    assertEquals(relief.done, false);
    await time.pass(30);
    assertEquals(relief.done, false);
    receiver.sentLength++;
    await time.pass(20);
    assertEquals(relief.done, false);
    receiver.drain();
    await time.pass(0);
  },
});

Deno.test({
  name:
    "Backpressure.relief() waits for all receivers that read, and for no others",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const backpressure = new Backpressure();
    const [quick, slow, dead] = [1, 2, 3].map(() => behind(backpressure));
    const relief = watch(backpressure);
    quick!.drain();
    for (let i = 0; i < 4; i++) {
      slow!.sentLength += 1;
      await time.pass(50);
    }
    assertEquals(relief.done, false);
    slow!.drain();
    await time.pass(80);
    assertEquals(relief.done, true);
    dead!.drain();
    await time.pass(0);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "Backpressure cuts a receiver that is behind for 20 seconds",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const backpressure = new Backpressure();
    const [deaf, trickle] = [1, 2].map(() => behind(backpressure));
    for (let i = 0; i < 199; i++) {
      trickle!.sentLength += 1;
      await time.pass(100);
    }
    assertEquals([deaf!.reason, trickle!.reason], ["", ""]);
    await time.pass(100);
    assertEquals([deaf!.reason, trickle!.reason], ["too slow", "too slow"]);
    await backpressure.relief();
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name:
    "Backpressure and Connection: a flood of 20 MB does not cut a reader that pauses",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const backpressure = new Backpressure();
    const [mine, other] = streamPair({ capacity: 64 * 1024 });
    const limits = { message: 0, chunk: 0 };
    const receiver = new Connection(mine, { limits });
    const piece = new Uint8Array(256 * 1024);
    let flooded = 0;
    const flood = (async () => {
      for (; flooded < 80; flooded++) {
        receiver.send(piece);
        backpressure.note(receiver);
        await backpressure.relief();
      }
    })();
    // The reader stalls for one second, as a busy program may.
    await time.pass(1_000);
    assert(flooded > 10 && flooded < 20, `slowed: ${flooded} pieces in 1 s`);
    assertEquals(receiver.endReason, undefined);
    const buffer = new Uint8Array(64 * 1024);
    let read = 0;
    while (read < 80 * piece.length) {
      read += (await other.read(buffer))!;
      await settle();
    }
    await flood;
    await time.pass(0);
    assertEquals([receiver.endReason, receiver.queuedLength], [undefined, 0]);
    assertEquals(time.pending, 0);
    receiver.end({ kind: "quit" });
  },
});

Deno.test({
  name:
    "Backpressure.turn() takes little more than half a megabyte per turn from all senders",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const turns: (() => void)[] = [];
    const backpressure = new Backpressure({
      turn: () => new Promise((resolve) => void turns.push(resolve)),
      close() {},
    });
    let taken = 0;
    const floods = Array.from({ length: 100 }, async () => {
      await backpressure.turn(LOW);
      taken += LOW;
    });
    await settle();
    assertEquals(taken, 2 * LOW);
    const receiver = behind(backpressure);
    turns.pop()!();
    await time.pass(79);
    assertEquals(taken, 2 * LOW, "somebody is behind: the rest waits");
    receiver.drain();
    await settle();
    for (let turn = 2; turn <= 50; turn++) {
      assertEquals(taken, 2 * turn * LOW);
      turns.pop()!();
      await settle();
    }
    await Promise.all(floods);
    assertEquals([taken, time.pending], [100 * LOW, 0]);
  },
});
