import { assertEquals } from "@std/assert";
import {
  FREE_TIME,
  FREE_TRIES,
  GuessLimits,
  MAX_FREE_ADDRESSES,
} from "../../lib/net/guess_limits.ts";

const pure = { permissions: "none" } as const;

/** Limits with a test clock; `flood` returns how many tries get through. */
function open() {
  const clock = { now: 0 };
  const limits = new GuessLimits(() => clock.now);
  const flood = (times: number, address: (index: number) => string) =>
    Array.from({ length: times }, (_, index) => limits.take(address(index)))
      .filter((wait) => wait === 0).length;
  return { clock, limits, flood };
}

const school = (index: number) => `10.0.${index >> 8 & 1}.${index & 255}`;

Deno.test({
  ...pure,
  name: "GuessLimits gives each of 512 addresses three free tries an hour",
  fn() {
    assertEquals([FREE_TRIES, FREE_TIME], [3, 60 * 60_000]);
    assertEquals(MAX_FREE_ADDRESSES, 512);
  },
});

Deno.test({
  ...pure,
  name: "GuessLimits gives an address a few tries, then one in ten seconds",
  fn() {
    const { clock, limits, flood } = open();
    assertEquals(flood(100, () => "10.0.0.1"), FREE_TRIES + 10);
    assertEquals(limits.take("10.0.0.1"), 10_000);
    clock.now += 9_999;
    assertEquals(limits.take("10.0.0.1"), 1);
    clock.now += 1;
    assertEquals(flood(100, () => "10.0.0.1"), 1);
    clock.now += FREE_TIME - 10_001;
    assertEquals(flood(100, () => "10.0.0.1"), 10);
    clock.now += 1;
    assertEquals(flood(100, () => "10.0.0.1"), FREE_TRIES);
  },
});

Deno.test({
  ...pure,
  name: "GuessLimits counts the spellings of an address as one",
  fn() {
    const { flood } = open();
    const spellings = ["10.0.0.1", "::ffff:10.0.0.1", "::FFFF:a00:1"];
    assertEquals(flood(100, (i) => spellings[i % 3]!), FREE_TRIES + 10);
  },
});

Deno.test({
  ...pure,
  name: "GuessLimits counts all addresses together after their free tries",
  fn() {
    const { clock, limits, flood } = open();
    const all = flood(10_000, school);
    assertEquals(all, MAX_FREE_ADDRESSES * FREE_TRIES + 60);
    clock.now += 1_000;
    assertEquals(flood(10_000, school), 1);
    clock.now += 500;
    assertEquals(limits.take(school(0)), 500);
  },
});

Deno.test({
  ...pure,
  name: "GuessLimits lets a class in during a flood from many addresses",
  fn() {
    const { clock, limits, flood } = open();
    for (let second = 0; second < 60; second++) {
      flood(1_000, (i) => `10.1.${i % 250}.1`);
      // Somebody who has not been here before, and mistypes twice.
      for (let attempt = 0; attempt < FREE_TRIES; attempt++) {
        assertEquals(limits.take(`10.2.0.${second}`), 0);
      }
      clock.now += 1_000;
    }
    // Any number of IPv6 addresses leaves IPv4 alone.
    flood(10_000, (i) => `fe80::${i.toString(16)}`);
    assertEquals(limits.take("10.3.0.1"), 0);
  },
});

Deno.test({
  ...pure,
  name: "GuessLimits takes nothing for a right key, however often",
  fn() {
    const { clock, limits, flood } = open();
    for (let i = 0; i < 1_000; i++) {
      assertEquals(limits.take("10.0.0.1"), 0);
      limits.giveBack("10.0.0.1");
    }
    assertEquals(flood(100, () => "10.0.0.1"), FREE_TRIES + 10);
    // A right key among wrong ones gives back what it has taken.
    assertEquals(flood(FREE_TRIES + 1, () => "10.0.0.2"), FREE_TRIES + 1);
    limits.giveBack("10.0.0.2");
    assertEquals(flood(100, () => "10.0.0.2"), 10);
    limits.giveBack("10.9.9.9");
    // A try that began an hour ago is given back, and makes no fourth free one.
    limits.take("10.0.0.3");
    clock.now += FREE_TIME;
    limits.take("10.0.0.3");
    limits.giveBack("10.0.0.3");
    limits.giveBack("10.0.0.3");
    assertEquals(flood(100, () => "10.0.0.3"), FREE_TRIES + 10);
    assertEquals(flood(100, () => "10.9.9.9"), FREE_TRIES + 10);
  },
});

Deno.test({
  ...pure,
  name: "GuessLimits gives back a paced try where there are no free ones",
  fn() {
    const { limits, flood } = open();
    flood(MAX_FREE_ADDRESSES, school);
    for (let i = 0; i < 100; i++) {
      assertEquals(limits.take("192.168.0.1"), 0);
      limits.giveBack("192.168.0.1");
    }
    assertEquals(flood(100, () => "192.168.0.1"), 10);
    // All of them together had 60, and 10 are gone.
    assertEquals(flood(1_000, (i) => `192.168.1.${i % 100}`), 50);
  },
});

Deno.test({
  ...pure,
  name: "GuessLimits remembers a bounded number of addresses",
  fn() {
    const { clock, limits, flood } = open();
    for (let round = 0; round < 100; round++) {
      flood(1_000, (i) => `10.${round}.${i >> 8}.${i & 255}`);
      flood(1_000, (i) => `fd00::${round}:${i}`);
      clock.now += 60_000;
    }
    assertEquals(limits.size <= 2 * MAX_FREE_ADDRESSES + 4_096, true);
  },
});
