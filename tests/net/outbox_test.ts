import { assert, assertEquals } from "@std/assert";
import { type ByteSink, Outbox, ROOM_MARK } from "../../lib/net/outbox.ts";
import { concat, Random, settle } from "../testing.ts";

/** Takes `length` bytes a call; while it is held, it takes none. */
class Sink implements ByteSink {
  readonly calls: Uint8Array[] = [];
  #length: number;
  #held: PromiseWithResolvers<void> | undefined;

  constructor(length = Infinity) {
    this.#length = length;
  }

  hold(): void {
    this.#held = Promise.withResolvers();
  }

  release(): void {
    this.#held!.resolve();
    this.#held = undefined;
  }

  get bytes(): Uint8Array {
    return concat(...this.calls);
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#held?.promise;
    const taken = bytes.slice(0, this.#length);
    this.calls.push(taken);
    return taken.length;
  }
}

const never = {
  onLost(error: unknown) {
    throw error;
  },
};

Deno.test({
  name:
    "Outbox.push() sends everything in order through a sink that takes 5 bytes",
  permissions: "none",
  async fn() {
    const random = new Random(4);
    const parts = Array.from(
      { length: 60 },
      () => random.bytes(random.below(40)),
    );
    const sink = new Sink(5);
    const outbox = new Outbox(sink, never);
    for (const part of parts) {
      outbox.push(part);
      if (random.below(3) === 0) await settle();
    }
    await outbox.room(1);
    assertEquals(sink.bytes, concat(...parts));
    assertEquals(outbox.queuedLength, 0);
    assertEquals(outbox.sentLength, sink.bytes.length);
  },
});

Deno.test({
  name: "Outbox.push() sends small and large pieces in order",
  permissions: "none",
  async fn() {
    const random = new Random(5);
    const sizes = [3, 8192, 8193, 1, 65536, 65537, 2, 2, 300_000, 8192, 1];
    const parts = [...sizes, ...Array(20).fill(8000)].map((size) =>
      random.bytes(size)
    );
    const sink = new Sink(50_000);
    const outbox = new Outbox(sink, never);
    parts.forEach((part) => outbox.push(part));
    await outbox.room(1);
    assertEquals(sink.bytes, concat(...parts));
  },
});

Deno.test({
  name: "Outbox.push() gathers small pieces that wait, up to 64 KiB a write",
  permissions: "none",
  async fn() {
    const sink = new Sink();
    sink.hold();
    const outbox = new Outbox(sink, never);
    for (let i = 0; i < 1000; i++) outbox.push(new Uint8Array(100));
    sink.release();
    await outbox.room(1);
    assert(sink.calls.length <= 4, `${sink.calls.length} writes`);
    assert(sink.calls.every(({ length }) => length <= 65536));
  },
});

Deno.test({
  name:
    "Outbox.push() does not copy what is alone or large, and writes one at a time",
  permissions: "none",
  async fn() {
    const seen: Uint8Array[] = [];
    let writing = 0;
    const outbox = new Outbox({
      async write(bytes) {
        assertEquals(++writing, 1);
        seen.push(bytes);
        await settle();
        writing--;
        return bytes.length;
      },
    }, never);
    const parts = [9, 9000, 9001, 8].map((length) => new Uint8Array(length));
    parts.forEach((part) => outbox.push(part));
    await outbox.room(1);
    assert(seen.length === 4 && seen.every((bytes, i) => bytes === parts[i]));
  },
});

Deno.test({
  name: "Outbox.queuedLength counts what the system has not taken",
  permissions: "none",
  async fn() {
    const sink = new Sink(4);
    sink.hold();
    const outbox = new Outbox(sink, never);
    outbox.push(new Uint8Array(10));
    outbox.push(new Uint8Array(0));
    outbox.push(new Uint8Array(5));
    assertEquals([outbox.queuedLength, outbox.sentLength], [15, 0]);
    sink.release();
    const below = outbox.room(12);
    sink.hold();
    await below;
    assertEquals([outbox.queuedLength, outbox.sentLength], [11, 4]);
    outbox.close();
    sink.release();
  },
});

Deno.test({
  name: "Outbox.room() wakes those who wait in order, each at its mark",
  permissions: "none",
  async fn() {
    const sink = new Sink(10);
    sink.hold();
    const outbox = new Outbox(sink, never);
    outbox.push(new Uint8Array(ROOM_MARK + 5));
    const woken: [string, number][] = [];
    const waits = [
      ["last", 1] as const,
      ["exact", ROOM_MARK - 5] as const,
      ["a", ROOM_MARK] as const,
      ["b", undefined] as const,
      ["early", ROOM_MARK + 5] as const,
    ].map(async ([name, below]) => {
      await outbox.room(below);
      woken.push([name, outbox.queuedLength]);
    });
    await outbox.room(ROOM_MARK + 6);
    assertEquals(woken, []);
    sink.release();
    await Promise.all(waits);
    assertEquals(woken.map(([name]) => name), [
      "a",
      "b",
      "early",
      "exact",
      "last",
    ]);
    assertEquals(woken.at(-1), ["last", 0]);
  },
});

Deno.test({
  name: "Outbox.close() drops what is queued, takes no more and wakes all",
  permissions: "none",
  async fn() {
    const sink = new Sink(3);
    sink.hold();
    const outbox = new Outbox(sink, never);
    outbox.push(new Uint8Array(9));
    const waiting = outbox.room(1);
    outbox.close();
    await waiting;
    outbox.push(new Uint8Array(9));
    await outbox.room(0);
    assertEquals(outbox.queuedLength, 0);
    sink.release();
    await settle();
    assertEquals(sink.bytes.length, 3);
  },
});

Deno.test({
  name: "Outbox reports the first failed write once and drops the rest",
  permissions: "none",
  async fn() {
    const broken = [
      () => Promise.reject(new Error("reset")),
      () => {
        throw new Error("reset");
      },
      () => Promise.resolve(0),
    ];
    for (const write of broken) {
      const errors: unknown[] = [];
      const owner = { onLost: (error: unknown) => void errors.push(error) };
      const outbox = new Outbox({ write }, owner);
      outbox.push(new Uint8Array(1));
      outbox.push(new Uint8Array(1));
      await outbox.room(1);
      await settle();
      outbox.push(new Uint8Array(1));
      await settle();
      assertEquals(errors.length, 1);
      assertEquals(outbox.queuedLength, 0);
    }
  },
});

Deno.test({
  name: "Outbox does not report a write that fails because it was closed",
  permissions: "none",
  async fn() {
    const { promise, reject } = Promise.withResolvers<number>();
    const outbox = new Outbox({ write: () => promise }, never);
    outbox.push(new Uint8Array(1));
    outbox.close();
    reject(new Error("Bad resource ID"));
    await settle();
  },
});

Deno.test({
  name:
    "Outbox.replace() lets the piece under way leave whole, then other bytes",
  permissions: "none",
  async fn() {
    const sink = new Sink(3);
    sink.hold();
    const outbox = new Outbox(sink, never);
    const [first, dropped, last] = [10, 20, 4].map((length, i) =>
      new Uint8Array(length).fill(i + 1)
    );
    outbox.push(first!);
    await settle();
    outbox.push(dropped!);
    outbox.push(dropped!);
    assertEquals(outbox.queuedLength, 50);
    outbox.replace(last!);
    assertEquals(outbox.queuedLength, 14);
    sink.release();
    await outbox.room(1);
    assertEquals(sink.bytes, concat(first!, last!));
    assertEquals([outbox.queuedLength, outbox.sentLength], [0, 14]);
    // Nothing under way, and then as always.
    outbox.replace(last!);
    outbox.push(first!);
    await outbox.room(1);
    assertEquals(sink.bytes, concat(first!, last!, last!, first!));
    outbox.close();
    outbox.replace(last!);
    assertEquals(outbox.queuedLength, 0);
  },
});
