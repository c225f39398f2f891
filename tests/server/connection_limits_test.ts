import { assert, assertEquals } from "@std/assert";
import { ConnectionLimits } from "../../lib/server/connection_limits.ts";

Deno.test({
  name:
    "ConnectionLimits refuses a connection to a full server, and accepts one later",
  permissions: "none",
  fn() {
    const limits = new ConnectionLimits({ maxClients: 2 });
    assertEquals(limits.enter("10.0.0.1"), undefined);
    assertEquals(limits.enter("127.0.0.1"), undefined);
    assertEquals(
      limits.enter("10.0.0.2"),
      "the server is full: at most 2 can be connected. Try again later",
    );
    limits.leave("10.0.0.2");
    limits.leave("10.0.0.1");
    assertEquals(limits.enter("10.0.0.2"), undefined);
  },
});

Deno.test({
  name:
    "ConnectionLimits counts each address separately, but not this computer",
  permissions: "none",
  fn() {
    const limits = new ConnectionLimits();
    const enter = (address: string, count: number) => {
      const answers = Array.from(
        { length: count },
        () => limits.enter(address),
      );
      return answers.filter((answer) => answer !== undefined);
    };
    assertEquals(enter("10.0.0.1", 501), [
      "too many connections from 10.0.0.1: the limit is 500. " +
      "Close another client there, then try again",
    ]);
    assertEquals(enter("fe80::1", 500), []);
    for (const home of ["127.0.0.1", "127.3.2.1", "::1"]) {
      assertEquals(enter(home, 1_000), []);
    }
    const strict = new ConnectionLimits({ maxPerAddress: 1 });
    strict.enter("::1");
    assertEquals(
      strict.enter("::1"),
      "too many connections from ::1: the limit is 1. " +
        "Close another client there, then try again",
    );
    strict.leave("::1");
    strict.leave("::1");
    assertEquals(strict.enter("::1"), undefined);
  },
});

Deno.test({
  name: "ConnectionLimits counts all spellings of an address as one",
  permissions: "none",
  fn() {
    const limits = new ConnectionLimits({ maxPerAddress: 2 });
    for (
      const spellings of [
        ["10.0.0.7", "::ffff:10.0.0.7", "::FFFF:0a00:7"],
        ["fe80::1%eth0", "fe80::1%3", "FE80:0:0::1"],
      ]
    ) {
      const [one, two, three] = spellings.map((address) =>
        limits.enter(address)
      );
      assertEquals([one, two], [undefined, undefined]);
      assert(three?.startsWith("too many connections from"), three);
      for (const address of spellings.toReversed()) limits.leave(address);
      assertEquals(limits.enter(spellings[1]!), undefined);
    }
  },
});

Deno.test({
  name: "ConnectionLimits accepts 15,000 connections by default",
  permissions: "none",
  fn() {
    const limits = new ConnectionLimits();
    const enter = (n: number) => limits.enter(`10.0.${n >> 8}.${n & 255}`);
    for (let n = 1; n <= 15_000; n++) assertEquals(enter(n), undefined);
    assertEquals(
      enter(15_001),
      "the server is full: at most 15000 can be connected. Try again later",
    );
  },
});
