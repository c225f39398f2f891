import { assertEquals, assertRejects } from "@std/assert";
import type { ChatClient } from "../../lib/client/chat_client.ts";
import { CommandRunner } from "../../lib/client/command_runner.ts";
import { ConnectionLost } from "../../lib/client/connection_lost.ts";
import { Hearing } from "../../lib/client/hearing.ts";
import { newMemory } from "../../lib/client/memory.ts";
import { settle } from "../testing.ts";
import { FakeScreen } from "./fake_screen.ts";

const FILE = { name: "a.txt", size: 1 };

/** Ann, whose server does what the test says. */
function setUp({ interactive = true, returns = false } = {}) {
  const screen = new FakeScreen(interactive);
  const memory = newMemory();
  const done: string[] = [];
  const client = {
    isLost: false,
    isDismissed: false,
    downloads: [],
    say: (text: string) => void done.push(`say ${text}`),
    tell: (to: string, text: string) => void done.push(`tell ${to} ${text}`),
    users() {
      done.push("users");
      return Promise.resolve([]);
    },
    files() {
      done.push("files");
      return Promise.resolve([FILE]);
    },
    finished() {
      done.push("finished");
      return Promise.resolve();
    },
    downloadOf: () => undefined,
    get(name: string) {
      done.push(`get ${name}`);
      const pending = new Promise(() => {});
      return { name, started: pending, saved: pending, launched: undefined };
    },
  };
  const hearing = new Hearing(screen, memory);
  hearing.hear({
    ...{ type: "welcome", protocol: 1, name: "Ann", text: "Hi" },
    ...{ users: ["Ann", "Bob"], ids: ["a", "b"] },
  });
  screen.shown.length = 0;
  const runner = new CommandRunner(client as unknown as ChatClient, screen, {
    ...{ hearing, memory, returns },
  });
  const stopping = new AbortController();
  const run = () => runner.run(stopping.signal);
  return { screen, memory, done, client, runner, run, stopping };
}

Deno.test({
  name: "CommandRunner.run() of a script waits for its answers and downloads",
  permissions: "none",
  async fn() {
    const { screen, run, done } = setUp({ interactive: false });
    screen.type("one", "two");
    screen.end();
    await run();
    assertEquals(done, ["say one", "say two", "finished"]);
  },
});

Deno.test({
  name:
    "CommandRunner.run() of a person asks for the files, and waits for nothing",
  permissions: "none",
  async fn() {
    const { screen, run, done, runner } = setUp();
    screen.type("one");
    screen.end();
    await run();
    assertEquals(done, ["files", "say one"]);
    assertEquals(runner.listing, [FILE]);
    assertEquals(screen.complete("/get a"), ["/get a.txt"]);
    assertEquals(screen.complete("/to "), ["/to Bob "]);
  },
});

Deno.test({
  name:
    "CommandRunner.run() learns who is here first if a welcome did not say it",
  permissions: "none",
  async fn() {
    const { screen, memory, run, done } = setUp({ interactive: false });
    memory.presence.learn([], { isComplete: false });
    screen.type("one");
    screen.end();
    await run();
    assertEquals(done, ["users", "say one", "finished"]);
  },
});

Deno.test({
  name: "CommandRunner.run() ends after /quit, and leaves the next lines alone",
  permissions: "none",
  async fn() {
    const { screen, run, done, runner } = setUp();
    screen.type("one", "/quit", "two");
    await run();
    assertEquals(done, ["files", "say one"]);
    assertEquals(runner.isLeaving, true);
    assertEquals(screen.takeRest().map(({ text }) => text), ["two"]);
  },
});

Deno.test({
  name:
    "CommandRunner puts back the line that a lost connection has left undone",
  permissions: "none",
  async fn() {
    const { screen, client, run } = setUp();
    client.users = () => Promise.reject(new ConnectionLost("gone"));
    screen.type("/users", "two");
    await assertRejects(run, ConnectionLost, "gone");
    assertEquals(screen.takeRest().map(({ text }) => text), ["/users", "two"]);
  },
});

Deno.test({
  name: "CommandRunner resumes the downloads of the last connection, once",
  permissions: "none",
  async fn() {
    for (const returns of [true, false]) {
      const { screen, memory, run, done } = setUp({ returns });
      memory.unfinished.push({ name: "a.txt" });
      screen.end();
      await run();
      assertEquals(done.includes("get a.txt"), returns);
      assertEquals(memory.unfinished.length, returns ? 0 : 1);
    }
  },
});

Deno.test({
  name:
    "CommandRunner.postpone() keeps a file only for a connection that follows",
  permissions: "none",
  fn() {
    for (const returns of [true, false]) {
      for (const isLost of [true, false]) {
        for (const isDismissed of [true, false]) {
          const { runner, client, memory } = setUp({ returns });
          Object.assign(client, { isLost, isDismissed });
          const expected = returns && isLost && !isDismissed;
          assertEquals(runner.postpone({ name: "a.txt" }), expected);
          assertEquals(memory.unfinished.length, expected ? 1 : 0);
        }
      }
    }
  },
});

Deno.test({
  name:
    "CommandRunner of a script doubts the lines after a failed /to, until one decides",
  permissions: "none",
  async fn() {
    const { screen, memory, run, done } = setUp({ interactive: false });
    screen.type("/to", "secret", "/all hi", "public");
    screen.end();
    await run();
    assertEquals(done, ["say hi", "say public", "finished"]);
    assertEquals([memory.doubt, memory.somethingFailed], [undefined, true]);
  },
});

Deno.test({
  name: "CommandRunner leaves out a line that cannot be read, and says why",
  permissions: "none",
  async fn() {
    const { screen, memory, run, done } = setUp({ interactive: false });
    screen.send({
      text: "",
      problem: "Line 1 is too long",
      start: "/to Bob x",
    });
    screen.send({ text: "after" });
    screen.end();
    await run();
    assertEquals(screen.shown[0], "! Line 1 is too long");
    assertEquals(done, ["finished"], "nobody knows whom it is for");
    assertEquals(memory.doubt?.line, "/to Bob x");
  },
});

Deno.test({
  name: "CommandRunner.ask() knows yes, no and other, and withdraws",
  permissions: "none",
  async fn() {
    const { runner, screen, memory, client } = setUp();
    screen.answers.push("YES", "n", "maybe");
    assertEquals(await runner.ask("?"), "yes");
    assertEquals(await runner.ask("?"), "no");
    assertEquals(await runner.ask("?"), "other");
    screen.holdsQuestions = true;
    const asked = runner.ask("?", memory.presence.named("Bob"));
    await settle();
    runner.mode = { to: "Bob", id: "#b" };
    assertEquals(await asked, "withdrawn");
    assertEquals(
      screen.shown.at(-1),
      "Question withdrawn: you are talking to somebody else now",
    );
    const lost = runner.ask("?");
    client.isLost = true;
    runner.mode = {};
    await assertRejects(() => lost, ConnectionLost);
  },
});

Deno.test({
  name: "CommandRunner.fail() shows why, and notes it",
  permissions: "none",
  fn() {
    const { runner, memory, screen } = setUp();
    runner.fail("no");
    runner.fail({ kind: "problem", text: "not that" });
    assertEquals(screen.shown, ["! no", "! not that"]);
    assertEquals(memory.somethingFailed, true);
  },
});
