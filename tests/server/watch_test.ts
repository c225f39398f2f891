import { assertEquals } from "@std/assert";
import { Watch } from "../../lib/server/watch.ts";
import { FakeTime, readFrames } from "../testing.ts";

/** A watched client, and what the watch does to it. */
function open(name = "") {
  const done: string[] = [];
  const client = {
    name,
    connection: {
      send: (bytes: Uint8Array) => {
        for (const { type, n } of readFrames(bytes)) done.push(`${type} ${n}`);
      },
    },
    transport: { isSecuring: false },
    close: ({ kind }: { kind: string }) => {
      done.push(`close ${kind}`);
      return Promise.resolve();
    },
    end: ({ kind }: { kind: string }) => void done.push(`end ${kind}`),
  };
  return { client, done, watch: new Watch(client) };
}

Deno.test({
  name: "Watch closes a client that has given no name within 5 seconds",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { watch, done } = open();
    await time.pass(4_999);
    assertEquals(done, []);
    await time.pass(1);
    assertEquals(done, ["close no hello"]);
    watch.stop();
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "Watch expects no hello from a client that has a name, or has joined",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const named = open("Ann");
    const joined = open();
    joined.watch.joined();
    await time.pass(9_999);
    assertEquals([named.done, joined.done], [[], []]);
    named.watch.stop();
    joined.watch.stop();
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "Watch pings a silent client, and ends it after 30 seconds",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { watch, done } = open("Ann");
    await time.pass(20_000);
    assertEquals(done, ["ping 1", "ping 2"]);
    watch.heard();
    await time.pass(29_999);
    assertEquals(done.slice(2), ["ping 3", "ping 4"]);
    await time.pass(1);
    assertEquals(done.at(-1), "end silent");
    watch.stop();
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name:
    "Watch waits for no hello during a handshake, and for the whole time after it",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { client, watch, done: all } = open();
    const ends = (done: string[]) =>
      done.filter((what) => what.startsWith("close"));
    await time.pass(4_000);
    client.transport.isSecuring = true;
    await time.pass(6_000);
    assertEquals(ends(all), []);
    client.transport.isSecuring = false;
    watch.secured();
    await time.pass(4_999);
    assertEquals(ends(all), []);
    await time.pass(1);
    assertEquals(ends(all), ["close no hello"]);
    watch.stop();
    const fast = open();
    await time.pass(4_999);
    fast.watch.secured();
    await time.pass(1);
    assertEquals(ends(fast.done), []);
    await time.pass(4_998);
    assertEquals(ends(fast.done), []);
    fast.watch.joined();
    await time.pass(5_000);
    assertEquals(ends(fast.done), []);
    fast.watch.stop();
    assertEquals(time.pending, 0);
  },
});
