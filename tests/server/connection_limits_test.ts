import { assertEquals } from "@std/assert";
import { ConnectionLimits } from "../../lib/server/connection_limits.ts";

Deno.test({
  name: "ConnectionLimits says when the server is full, and lets in after that",
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
    "ConnectionLimits counts each address for itself, but not this computer",
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
