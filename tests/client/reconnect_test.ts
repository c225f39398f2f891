import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { IdentityError } from "../../lib/client/identity_error.ts";
import { newMemory } from "../../lib/client/memory.ts";
import { Reconnect } from "../../lib/client/reconnect.ts";
import { FakeTime, settle, streamPair } from "../testing.ts";
import { FakeScreen } from "./fake_screen.ts";

/** A client that has lost its server, which comes back at try number `back`. */
function lost(back: number) {
  const screen = new FakeScreen(true);
  const memory = Object.assign(newMemory(), { name: "Ann", place: "Lab 3" });
  const stopping = new AbortController();
  const [stream] = streamPair();
  const found = Promise.withResolvers<void>();
  let tries = 0;
  const reconnect = new Reconnect(screen, {
    memory,
    signal: stopping.signal,
    connect() {
      if (++tries < back) return Promise.reject(new Error("not there"));
      found.resolve();
      return Promise.resolve(stream);
    },
  });
  return { screen, memory, stopping, stream, reconnect, tries: () => tries };
}

Deno.test("Reconnect.run() tries until the server is there, and says when in the status line", async () => {
  const { screen, stream, reconnect, tries } = lost(2);
  assertEquals(await reconnect.run(), stream);
  assertEquals(tries(), 2);
  for (const status of screen.statuses) {
    assertMatch(
      status,
      /^Ann @ Lab 3 \| offline, trying (?:again in \d+ s|now)$/,
    );
  }
  assert(
    screen.statuses.includes("Ann @ Lab 3 | offline, trying again in 1 s"),
  );
  assertEquals(screen.prompts, ["[all, offline] > "]);
});

Deno.test("Reconnect.run() holds what is typed, for the next conversation", async () => {
  const { screen, reconnect, stream } = lost(1);
  screen.type("one", "  ", "/msg Bob two");
  assertEquals(await reconnect.run(), stream);
  assertEquals(screen.shown, [
    "Kept, and sent when the connection is back: one",
    "Kept, and carried out when the connection is back: /msg Bob two",
  ]);
  screen.end();
  const held: string[] = [];
  const { signal } = new AbortController();
  for await (const line of screen.lines(signal)) held.push(line.text);
  assertEquals(held, ["one", "/msg Bob two"]);
});

Deno.test("Reconnect.run() carries out at once what needs no server", async () => {
  const { screen, memory, reconnect, stopping } = lost(Infinity);
  const running = reconnect.run();
  screen.type("/help quit", "/quiet", "/clear", "/uesrs", "/nick Zoe", "quit");
  await settle();
  assertEquals(screen.shown.filter((line) => !line.startsWith("  ")), [
    "/quit - leave (also Ctrl+C)",
    "Quiet mode on: no bell, no join/leave notices",
    "! There is no command /uesrs. Did you mean /users? Type /help for the list",
    "! Names are chosen when joining: leave with /quit and start again with " +
    "another name",
    "Kept, and asked about when the connection is back: quit",
  ]);
  assertEquals([memory.quiet, memory.somethingFailed], [true, true]);
  assertEquals(screen.cleared, 1);
  assertMatch(screen.statuses.at(-1)!, / \| quiet$/);
  stopping.abort();
  assertEquals(await running, undefined);
});

Deno.test("Reconnect.run() keeps naming the recipients in the prompt", async () => {
  const { screen, memory, reconnect, stopping } = lost(Infinity);
  memory.mode = { to: "Bob", gone: true };
  const running = reconnect.run();
  await settle();
  assertEquals(screen.prompts, ["[@Bob, not here, offline] > "]);
  stopping.abort();
  await running;
});

Deno.test("Reconnect.run() gives up when the user leaves, or is stopped", async () => {
  const leaving = lost(Infinity);
  leaving.screen.type("/exit ");
  assertEquals(await leaving.reconnect.run(), undefined);
  const stopped = lost(Infinity);
  const running = stopped.reconnect.run();
  await settle();
  stopped.stopping.abort();
  assertEquals(await running, undefined);
});

Deno.test("Reconnect.succeeded() makes the next pauses short again", async () => {
  using time = new FakeTime();
  const { random } = Math;
  using _random = { [Symbol.dispose]: () => void (Math.random = random) };
  Math.random = () => 0.999;
  const { reconnect, screen } = lost(5);
  let isFound = false;
  void reconnect.run().then(() => isFound = true);
  for (let i = 0; i < 60 && !isFound; i++) await time.pass(1_000);
  assert(isFound);
  assert(screen.statuses.some((status) => status.endsWith("in 15 s")));
  for (const [succeeds, first] of [[false, "15 s"], [true, "1 s"]] as const) {
    if (succeeds) reconnect.succeeded();
    screen.statuses.length = 0;
    const running = reconnect.run();
    await settle();
    assert(screen.statuses[0]!.endsWith(first), screen.statuses[0]);
    for (let i = 0; i < 20; i++) await time.pass(1_000);
    await running;
  }
});

Deno.test("Reconnect.run() waits half a second at least, and 15 s at most", async () => {
  using time = new FakeTime();
  const { random } = Math;
  using _random = { [Symbol.dispose]: () => void (Math.random = random) };
  for (
    const [chance, pauses] of [
      [0, [500, 500, 500, 500, 500, 500, 500]],
      [1, [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]],
    ] as const
  ) {
    Math.random = () => chance;
    const { reconnect, tries, stopping } = lost(Infinity);
    const running = reconnect.run();
    for (const [before, pause] of pauses.entries()) {
      await time.pass(pause - 1);
      assertEquals(tries(), before);
      await time.pass(1);
      assertEquals(tries(), before + 1);
    }
    stopping.abort();
    await running;
    assertEquals(time.pending, 0);
  }
});

Deno.test("Reconnect.run() counts down the seconds that are left", async () => {
  using time = new FakeTime();
  const { random } = Math;
  using _random = { [Symbol.dispose]: () => void (Math.random = random) };
  Math.random = () => 1;
  const { reconnect, screen, memory } = lost(3);
  const running = reconnect.run();
  assertEquals(memory.isOffline, true);
  await time.pass(7_000);
  await running;
  assertEquals(
    screen.statuses.map((status) => status.replace("Ann @ Lab 3 | ", "")),
    [
      "offline, trying again in 1 s",
      "offline, trying now",
      "offline, trying again in 2 s",
      "offline, trying again in 1 s",
      "offline, trying now",
      ...[4, 3, 2, 1].map((left) => `offline, trying again in ${left} s`),
      "offline, trying now",
    ],
  );
});

Deno.test("Reconnect.run() stops when another server answers, and gives the lines back", async () => {
  using time = new FakeTime();
  const { screen, memory, stopping } = lost(1);
  let tries = 0;
  const reconnect = new Reconnect(screen, {
    ...{ memory, signal: stopping.signal },
    connect: () => {
      const error = ++tries < 3
        ? new Error("not there")
        : new IdentityError("not the same server as before");
      return Promise.reject(error);
    },
  });
  const running = assertRejects(() => reconnect.run(), IdentityError);
  await settle();
  screen.type("hello", "/msg Bob secret");
  await time.pass(60_000);
  await running;
  assertEquals(tries, 3);
  assertEquals(screen.takeRest().map(({ text }) => text), [
    "hello",
    "/msg Bob secret",
  ]);
  assertEquals(time.pending, 0);
});
