import { assertEquals } from "@std/assert";
import { Buckets } from "../../lib/net/buckets.ts";

/** Buckets of three units, with two more a second, for at most two keys. */
function open() {
  const clock = { now: 0 };
  const buckets = new Buckets({
    ...{ perSecond: 2, burst: 3, maxBuckets: 2 },
    now: () => clock.now,
  });
  const takes = (key: string, count: number) =>
    Array.from({ length: count }, () => buckets.take(key));
  return { clock, buckets, takes };
}

Deno.test({
  name: "Buckets.take() takes what a bucket holds, and no more",
  permissions: "none",
  fn() {
    const { takes } = open();
    assertEquals(takes("a", 4), [true, true, true, false]);
    assertEquals(takes("b", 4), [true, true, true, false]);
  },
});

Deno.test({
  name:
    "Buckets.take() takes what time has filled in, up to the size of the bucket",
  permissions: "none",
  fn() {
    const { clock, takes } = open();
    takes("a", 3);
    clock.now = 499;
    assertEquals(takes("a", 1), [false]);
    clock.now = 500;
    assertEquals(takes("a", 2), [true, false]);
    clock.now = 1_000_000;
    assertEquals(takes("a", 4), [true, true, true, false]);
  },
});

Deno.test({
  name: "Buckets.take() takes the whole cost or nothing",
  permissions: "none",
  fn() {
    const { buckets } = open();
    assertEquals(buckets.take("a", 4), false);
    assertEquals(buckets.take("a", 3), true);
    assertEquals(buckets.take("a", 0.5), false);
  },
});

Deno.test({
  name: "Buckets keeps a bounded number, and drops the oldest",
  permissions: "none",
  fn() {
    const { buckets, takes } = open();
    takes("a", 3);
    takes("b", 3);
    assertEquals(takes("a", 1), [false]);
    takes("c", 1);
    assertEquals(buckets.size, 2);
    assertEquals(takes("b", 1), [false]);
    assertEquals(takes("a", 1), [true]);
    assertEquals(buckets.size, 2);
  },
});

Deno.test({
  name: "Buckets.take() counts units per second",
  permissions: "none",
  fn() {
    const clock = { now: 0 };
    const buckets = new Buckets({
      ...{ perSecond: 1, burst: 5_000, maxBuckets: 1 },
      now: () => clock.now,
    });
    assertEquals(buckets.take("a", 5_000), true);
    clock.now = 2_000_000;
    assertEquals(buckets.take("a", 2_001), false);
    assertEquals(buckets.take("a", 2_000), true);
  },
});

Deno.test({
  name: "Buckets.wait() says when the next unit is there, and takes nothing",
  permissions: "none",
  fn() {
    const { clock, buckets, takes } = open();
    assertEquals(buckets.wait("a"), 0);
    assertEquals(buckets.size, 0);
    takes("a", 3);
    assertEquals(buckets.wait("a"), 500);
    clock.now = 200;
    assertEquals(buckets.wait("a"), 300);
    clock.now = 500;
    assertEquals([buckets.wait("a"), buckets.wait("a")], [0, 0]);
    assertEquals(takes("a", 2), [true, false]);
  },
});

Deno.test({
  name: "Buckets.giveBack() puts a unit back, and never more than fit",
  permissions: "none",
  fn() {
    const { buckets, takes } = open();
    buckets.giveBack("a");
    assertEquals(buckets.size, 0);
    takes("a", 2);
    buckets.giveBack("a");
    assertEquals(takes("a", 3), [true, true, false]);
    for (let i = 0; i < 9; i++) buckets.giveBack("a");
    assertEquals(takes("a", 4), [true, true, true, false]);
  },
});
