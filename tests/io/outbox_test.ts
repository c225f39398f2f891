import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import {
  type ByteSink,
  Outbox,
  PIECE_OVERHEAD,
  ROOM_MARK,
  type Source,
} from "../../lib/io/outbox.ts";
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

/** Makes pieces that a test has written down, and counts the questions. */
class Maker implements Source {
  readonly length = 1_000;
  asked = 0;
  readonly #pieces: Uint8Array[];

  constructor(...pieces: Uint8Array[]) {
    this.#pieces = pieces;
  }

  next(): Promise<Uint8Array | undefined> {
    this.asked++;
    return Promise.resolve(this.#pieces.shift());
  }
}

Deno.test({
  name:
    "Outbox.push() asks a source as the sink takes it, in its place in the queue",
  permissions: "none",
  async fn() {
    const sink = new Sink();
    const outbox = new Outbox(sink, never);
    const bytes = (...values: number[]) => Uint8Array.from(values);
    const source = new Maker(bytes(2, 3), bytes(), bytes(4));
    sink.hold();
    outbox.push(bytes(1));
    outbox.push(source);
    outbox.push(bytes(5));
    outbox.push(bytes(6));
    await settle();
    assertEquals([source.asked, outbox.queuedLength], [0, 1_003]);
    let isEmpty = false;
    void outbox.room(1).then(() => isEmpty = true);
    sink.release();
    sink.hold();
    await settle();
    // The next piece is not made before the sink has taken this one.
    assertEquals([source.asked, outbox.queuedLength], [1, 1_004]);
    assertEquals(isEmpty, false);
    sink.release();
    await outbox.room(1);
    assertEquals(sink.bytes, bytes(1, 2, 3, 4, 5, 6));
    assertEquals([source.asked, outbox.queuedLength], [4, 0]);
    await settle();
    assertEquals(isEmpty, true);
  },
});

Deno.test({
  name: "Outbox.replace() and close() drop what a source has not made yet",
  permissions: "none",
  async fn() {
    for (const end of ["replace", "close"] as const) {
      const sink = new Sink();
      const outbox = new Outbox(sink, never);
      const source = new Maker(...Array(5).fill(new Uint8Array([1, 2])));
      sink.hold();
      outbox.push(source);
      outbox.push(new Uint8Array([3]));
      await settle();
      if (end === "replace") outbox.replace(new Uint8Array([9]));
      else outbox.close();
      sink.release();
      await outbox.room(1);
      await settle();
      assertEquals([source.asked, outbox.queuedLength], [1, 0]);
      assertEquals([...sink.bytes], end === "replace" ? [1, 2, 9] : [1, 2]);
    }
  },
});

Deno.test("Outbox counts in its budget what it holds, whatever happens to it", async () => {
  let counted = 0;
  const gate = { promise: Promise.resolve(), open: () => {} };
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    Object.assign(gate, { promise, open: resolve });
  };
  const outbox = new Outbox({
    async write(bytes) {
      await gate.promise;
      return Math.min(bytes.length, 30_000);
    },
  }, {
    onLost: () => {},
    budget: { add: (length) => void (counted += length) },
  });
  const held = () =>
    outbox.queuedLength + PIECE_OVERHEAD * [...outbox.queuedPieces()].length;
  hold();
  outbox.push(new Uint8Array(100_000));
  for (let i = 0; i < 10; i++) outbox.push(new Uint8Array(50));
  assertEquals(counted, held());
  gate.open();
  await outbox.room(1);
  assertEquals(counted, 0);
  assertEquals([...outbox.queuedPieces()], []);
  hold();
  for (let i = 0; i < 10; i++) outbox.push(new Uint8Array(20_000));
  outbox.replace(new Uint8Array(7));
  assertEquals(counted, held());
  outbox.close();
  assertEquals(counted, 0);
  gate.open();
  outbox.push(new Uint8Array(5));
  assertEquals(counted, 0);
});

Deno.test({
  name:
    "Outbox.leftLength says when each piece has left, behind sources of any length",
  permissions: "none",
  async fn() {
    const piece = fc.integer({ min: 1, max: 90 });
    // A source promises `length` bytes, and makes these pieces, fewer bytes or more.
    const source = fc.record({
      length: fc.integer({ min: 1, max: 50 }),
      pieces: fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(piece, source), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 60 }),
        async (pushes, taken) => {
          let written = 0;
          const ends: { at: number; end: number }[] = [];
          const check = () => {
            for (const { at, end } of ends) {
              if (outbox.leftLength >= end) assert(written >= at, "too early");
            }
          };
          const outbox = new Outbox({
            async write({ length }) {
              await Promise.resolve();
              check();
              const count = Math.min(length, taken);
              written += count;
              return count;
            },
          }, never);
          let total = 0;
          for (const push of pushes) {
            if (typeof push === "number") {
              outbox.push(new Uint8Array(push));
              total += push;
            } else {
              const { length, pieces } = push;
              const rest = pieces.map((length) => new Uint8Array(length));
              outbox.push({
                length,
                next: () => Promise.resolve(rest.shift()),
              });
              total += pieces.reduce((sum, length) => sum + length, 0);
            }
            const end = outbox.leftLength + outbox.queuedLength;
            ends.push({ at: total, end });
            if (total % 3 === 0) await settle();
          }
          await outbox.room(1);
          assertEquals(written, total);
          for (const { end } of ends) assert(outbox.leftLength >= end, "late");
        },
      ),
      { numRuns: 200 },
    );
  },
});
