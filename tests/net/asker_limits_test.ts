import { assert, assertEquals } from "@std/assert";
import { AskerLimits } from "../../lib/net/asker_limits.ts";

/**
 * The lengths of the shortest question, its answer, and a current question, in bytes.
 */
const SHORT = { asked: 38, answer: 110 };
const LONG = { asked: 384, answer: 110 };

type Lengths = typeof SHORT;

/** Limits with a test clock, and a function that counts the questions they allow. */
function limits() {
  const clock = { now: 0 };
  const askers = new AskerLimits(() => clock.now);
  const ask = (address: string, port: number, lengths: Lengths = LONG) =>
    askers.mayAsk({ address, port }) &&
    askers.mayAnswer({ address, port }, lengths);
  const count = (times: number, once: (index: number) => boolean) =>
    Array.from({ length: times }, (_, index) => once(index))
      .filter((answered) => answered).length;
  return { clock, askers, ask, count };
}

Deno.test({
  name:
    "AskerLimits answers a burst from one socket, then a few questions a second",
  permissions: "none",
  fn() {
    const { clock, ask, count } = limits();
    assertEquals(count(5_000, () => ask("10.0.0.1", 1)), 8);
    clock.now += 1_000;
    assertEquals(count(5_000, () => ask("10.0.0.1", 1)), 4);
  },
});

Deno.test({
  name:
    "AskerLimits answers an honest client during a flood from one socket, whatever its address",
  permissions: "none",
  fn() {
    const { clock, ask } = limits();
    for (let second = 0; second < 10; second++) {
      // 70 KB of the shortest questions.
      for (let i = 0; i < 1_840; i++) ask("10.0.0.1", 1, SHORT);
      assert(ask("10.0.0.1", 2), "the same computer");
      assert(ask("10.0.0.2", 1, SHORT), "an older client elsewhere");
      clock.now += 1_000;
    }
  },
});

Deno.test({
  name:
    "AskerLimits answers an honest client during a flood from a thousand addresses",
  permissions: "none",
  fn() {
    const { clock, ask } = limits();
    for (let second = 0; second < 10; second++) {
      for (let i = 0; i < 1_840; i++) {
        ask(`10.1.${i >> 8}.${i % 256}`, 9, SHORT);
      }
      assert(ask("10.0.0.2", 1));
      clock.now += 1_000;
    }
  },
});

Deno.test({
  name: "AskerLimits sends an address little more than it has sent",
  permissions: "none",
  fn() {
    const { clock, ask, count } = limits();
    clock.now += 1_000;
    const flood = (lengths: Lengths) =>
      count(20_000, (i) => ask("10.0.0.1", i, lengths));
    assertEquals(flood(SHORT), 50);
    clock.now += 1_000;
    assertEquals(flood(SHORT), 50);
    clock.now += 1_000;
    assertEquals(flood(LONG), 500);
  },
});

Deno.test({
  name: "AskerLimits answers 4,000 questions a second in all",
  permissions: "none",
  fn() {
    const { clock, ask, count } = limits();
    const flood = () =>
      count(10_000, (i) => ask(`10.2.${i >> 8}.${i % 256}`, 1));
    assertEquals(flood(), 4_000);
    clock.now += 1_000;
    assertEquals(flood(), 4_000);
    for (const _ of ["first half", "second half"]) {
      clock.now += 500;
      assertEquals(flood(), 2_000);
    }
  },
});

Deno.test({
  name: "AskerLimits keeps a bounded number of askers",
  permissions: "none",
  fn() {
    const { askers, ask, count } = limits();
    count(100_000, (i) => ask(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, i));
    assertEquals(askers.size, 8_192 + 4_096);
  },
});
