import { assert, assertEquals, assertMatch } from "@std/assert";
import { newMemory } from "../../lib/client/memory.ts";
import { Profile } from "../../lib/client/profile.ts";
import { Reconnect } from "../../lib/client/reconnect.ts";
import { settle, streamPair } from "../testing.ts";
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
  for await (const line of screen.lines(signal)) held.push(line);
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
    "Kept, and sent when the connection is back: quit. Type /quit for the command",
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
  assertEquals(screen.prompts, ["[@Bob, offline] > "]);
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

Deno.test({
  name: "Profile keeps what it is given, and does without storage",
  permissions: "none",
  fn() {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    const profile = new Profile(storage);
    assertEquals([profile.history, profile.name], [[], undefined]);
    assertEquals(profile.welcomed, false);
    profile.keepHistory(["b", "a"]);
    profile.name = "Ann";
    profile.welcomed = true;
    const again = new Profile(storage);
    assertEquals([again.history, again.name], [["b", "a"], "Ann"]);
    assertEquals(again.welcomed, true);
    kept.set("history", '{"not":"a list"');
    assertEquals(again.history, []);

    const fails = () => {
      throw new Error("no storage");
    };
    for (const none of [undefined, { getItem: fails, setItem: fails }]) {
      const empty = new Profile(none);
      empty.keepHistory(["a"]);
      empty.name = "Ann";
      assertEquals([empty.history, empty.name], [[], undefined]);
    }
  },
});
