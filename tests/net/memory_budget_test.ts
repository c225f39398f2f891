import { assertEquals } from "@std/assert";
import type { EndReason } from "../../lib/net/end_reason.ts";
import {
  type BudgetedQueue,
  MemoryBudget,
} from "../../lib/net/memory_budget.ts";
import { FakeTime } from "../testing.ts";

/** A queue in an array that records why it was cut. */
class Queue implements BudgetedQueue {
  queuedPieces: Uint8Array[] = [];
  reason: string | undefined;
  readonly #budget: () => MemoryBudget;

  constructor(budget: () => MemoryBudget) {
    this.#budget = budget;
  }

  get queuedLength(): number {
    return this.queuedPieces.reduce((sum, { length }) => sum + length, 0);
  }

  push(...pieces: Uint8Array[]): void {
    this.queuedPieces = this.queuedPieces.concat(pieces);
    for (const { length } of pieces) this.#budget().add(length + 200);
  }

  cut({ kind }: EndReason): void {
    this.reason = kind;
    this.#budget().add(-this.queuedLength - 200 * this.queuedPieces.length);
    this.queuedPieces = [];
  }
}

function queuesOf(max: number, count: number) {
  const queues: Queue[] = [];
  const budget = new MemoryBudget(max, () => queues);
  for (let i = 0; i < count; i++) queues.push(new Queue(() => budget));
  return queues;
}

Deno.test("MemoryBudget cuts the fullest queues first, and no more than needed", async () => {
  using time = new FakeTime();
  const queues = queuesOf(100_000, 5);
  queues.forEach((queue, i) => queue.push(new Uint8Array(10_000 * (i + 1))));
  assertEquals(queues.map(({ reason }) => reason), Array(5).fill(undefined));
  await time.pass(1_000);
  // 150,000 bytes: cutting the two fullest queues leaves 75,000.
  assertEquals(queues.map(({ reason }) => reason), [
    ...[undefined, undefined, undefined],
    ...["out of memory", "out of memory"],
  ]);
});

Deno.test("MemoryBudget counts memory that many queues share only once", async () => {
  using time = new FakeTime();
  const queues = queuesOf(100_000, 50);
  const shared = new Uint8Array(50_000);
  for (const queue of queues) queue.push(shared.subarray(0, 40_000));
  await time.pass(1_000);
  assertEquals(queues.filter(({ reason }) => reason).length, 0);
  queues[7]!.push(new Uint8Array(60_000));
  await time.pass(1_000);
  assertEquals(queues.findIndex(({ reason }) => reason), 7);
  assertEquals(queues.filter(({ reason }) => reason).length, 1);
});

Deno.test("MemoryBudget counts the objects around small pieces", async () => {
  using time = new FakeTime();
  const queues = queuesOf(10_000, 2);
  queues[0]!.push(...Array.from({ length: 100 }, () => new Uint8Array(20)));
  queues[1]!.push(new Uint8Array(1_000));
  await time.pass(1_000);
  // 2,000 bytes in 100 pieces take 22,000.
  assertEquals(queues.map(({ reason }) => reason), [
    "out of memory",
    undefined,
  ]);
});

Deno.test("MemoryBudget counts again as long as too much is queued, and then stops", async () => {
  using time = new FakeTime();
  const queues = queuesOf(1_000, 1);
  queues[0]!.push(new Uint8Array(700));
  assertEquals(time.pending, 0);
  queues[0]!.push(new Uint8Array(700));
  assertEquals(time.pending, 1);
  await time.pass(100);
  assertEquals(queues[0]!.reason, "out of memory");
  assertEquals(time.pending, 0);
});

Deno.test("MemoryBudget releases the pieces that it did not look at, too", async () => {
  using time = new FakeTime();
  const queues = queuesOf(1_000_000, 2);
  const shared = new Uint8Array(100);
  // 50,000 pieces take 100 bytes together; the 20,000 beyond them count in full.
  queues[0]!.push(...Array(70_000).fill(shared));
  await time.pass(1_000);
  assertEquals(queues.map(({ reason }) => reason), [
    "out of memory",
    undefined,
  ]);
  queues[0]!.reason = undefined;
  queues[0]!.push(...Array(70_000).fill(shared));
  queues[1]!.push(new Uint8Array(700_000));
  await time.pass(1_000);
  // 2,000,000 and 700,000 bytes: cutting the fuller queue is enough.
  assertEquals(queues.map(({ reason }) => reason), [
    "out of memory",
    undefined,
  ]);
});

Deno.test("MemoryBudget looks at 50,000 pieces of one count", async () => {
  using time = new FakeTime();
  const shared = new Uint8Array(100);
  for (
    const [extra, reason] of [[0, undefined], [1, "out of memory"]] as const
  ) {
    const [queue] = queuesOf(300 + 99, 1);
    queue!.push(...Array(50_000 + extra).fill(shared));
    await time.pass(1_000);
    assertEquals(queue!.reason, reason);
  }
});
