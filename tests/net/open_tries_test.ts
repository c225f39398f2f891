import { assert, assertEquals } from "@std/assert";
import { OpenTries } from "../../lib/net/open_tries.ts";

/** Notes the order in which those who wait are woken. */
function waiters(tries: OpenTries, address: string) {
  const woken: string[] = [];
  return {
    woken,
    wait(name: string) {
      const next = tries.next(address);
      assert(next !== undefined);
      void next.then(() => woken.push(name));
    },
  };
}

Deno.test({
  name: "OpenTries.next() waits for nothing if no try is in progress",
  permissions: "none",
  fn() {
    const tries = new OpenTries();
    const end = tries.begin("192.0.2.1");
    assertEquals(tries.next("192.0.2.2"), undefined);
    end();
    assertEquals(tries.next("192.0.2.1"), undefined);
    assertEquals(tries.size, 0);
  },
});

Deno.test({
  name: "OpenTries wakes one waiter for each end, and all at the last",
  permissions: "none",
  async fn() {
    const tries = new OpenTries();
    const ends = [1, 2, 3].map(() => tries.begin("192.0.2.1"));
    const { woken, wait } = waiters(tries, "192.0.2.1");
    ["a", "b", "c", "d"].forEach(wait);
    ends[1]!();
    await Promise.resolve();
    assertEquals(woken, ["a"]);
    // A second call changes nothing.
    ends[1]!();
    await Promise.resolve();
    assertEquals(woken, ["a"]);
    ends[0]!();
    await Promise.resolve();
    assertEquals(woken, ["a", "b"]);
    ends[2]!();
    await Promise.resolve();
    assertEquals(woken, ["a", "b", "c", "d"]);
    assertEquals(tries.size, 0);
  },
});

Deno.test({
  name: "OpenTries tells the addresses apart",
  permissions: "none",
  async fn() {
    const tries = new OpenTries();
    const one = tries.begin("192.0.2.1");
    const two = tries.begin("2001:db8::1");
    const { woken, wait } = waiters(tries, "2001:db8::1");
    wait("a");
    assert(tries.next("2001:DB8:0::1") !== undefined, "another spelling");
    one();
    await Promise.resolve();
    assertEquals([woken, tries.size], [[], 1]);
    two();
    await Promise.resolve();
    assertEquals([woken, tries.size], [["a"], 0]);
  },
});
