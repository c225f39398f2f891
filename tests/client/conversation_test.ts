import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { converse } from "../../lib/client/conversation.ts";
import { type Memory, newMemory } from "../../lib/client/memory.ts";
import { ConnectionLost } from "../../lib/client/connection_lost.ts";
import { DownloadFolder } from "../../lib/files/download_folder.ts";
import {
  FakeTime,
  Peer,
  rawChunk,
  settle,
  streamPair,
  tempFolder,
} from "../testing.ts";
import type { TakenLine } from "../../lib/client/chat_screen.ts";
import { FakeScreen } from "./fake_screen.ts";

const WELCOME = {
  type: "welcome",
  protocol: 1,
  name: "Ann",
  text: "Hello\x1b[2J",
  users: ["Ann"],
};

type StartOptions = {
  readonly interactive?: boolean;
  readonly folder?: string;
  readonly screen?: FakeScreen;
  /** What an earlier conversation has left; then a lost connection is taken up again. */
  readonly memory?: Memory;
  readonly welcome?: object;
  readonly hint?: boolean;
  readonly place?: string;
};

/** A conversation with a server that does only what the test says. */
async function start({
  interactive = false,
  folder = "none",
  screen = new FakeScreen(interactive),
  memory,
  welcome = {},
  hint = false,
  place = "192.0.2.2:12000",
}: StartOptions = {}) {
  const [mine, other] = streamPair();
  const server = new Peer(other);
  const stopping = new AbortController();
  const { signal } = stopping;
  const ended = converse(mine, screen, {
    ...{ name: "Ann", signal, hint, place },
    folder: new DownloadFolder(folder),
    ...(memory && { memory, returns: true }),
  });
  ended.catch(() => {});
  const hello = await server.next();
  await server.send({ ...WELCOME, ...welcome });
  await settle();
  // What Tab needs: only where somebody sits.
  if (interactive) assertEquals((await server.next())?.type, "files");
  return { server, screen, stopping, ended, hello };
}

/** Answers the ping with which the client waits for the end of the answers. */
async function answerPing(server: Peer): Promise<void> {
  const { n } = (await server.until("ping")).at(-1)!;
  await server.send({ type: "pong", n });
}

/** Lets the client go: what it says before it has gone. */
async function farewell(server: Peer): Promise<string[]> {
  const said = (await server.farewell()).map(({ type, text }) => text ?? type);
  server.stream.close();
  return said;
}

Deno.test({
  name:
    "converse() carries out lines in order, waits for the answers and leaves",
  permissions: "none",
  async fn() {
    const { server, screen, ended } = await start();
    screen.type("one", "/msg Bob two", "/users", "three");
    screen.end();
    assertEquals((await server.until("users")).map(({ type }) => type), [
      "say",
      "tell",
      "users",
    ]);
    await server.send({ type: "said", from: "Bob", text: "hi" });
    await server.send({ type: "users", names: ["Ann"] });
    await answerPing(server);
    assertEquals(await farewell(server), ["bye"]);
    assertEquals(await ended, true);
    assertEquals(screen.shown, [
      "Hello\\x1b[2J",
      "(Ann to all) one",
      "(Ann to Bob) two",
      "Bob: hi",
      "  Ann (you)",
      "1 person is here",
      "(Ann to all) three",
    ]);
  },
});

Deno.test({
  name: "converse() resolves to false when something wanted was not done",
  permissions: "none",
  async fn() {
    const misspelt = await start();
    misspelt.screen.type("/uesrs");
    misspelt.screen.end();
    await answerPing(misspelt.server);
    await farewell(misspelt.server);
    assertEquals(await misspelt.ended, false);

    const refused = await start();
    refused.screen.type("/msg Bob hi");
    refused.screen.end();
    await refused.server.next();
    const refusal = { re: "tell", code: "no-such-user", text: "Nobody" };
    await refused.server.send({ type: "refused", ...refusal });
    await answerPing(refused.server);
    await farewell(refused.server);
    assertEquals(await refused.ended, false);
  },
});

Deno.test({
  name: "converse() carries out nothing after /quit",
  permissions: "none",
  async fn() {
    const { server, screen, ended } = await start({ interactive: true });
    screen.type("one", "/quit", "two");
    assertEquals(await farewell(server), ["one", "bye"]);
    assertEquals(await ended, true);
  },
});

Deno.test({
  name: "converse() leaves in order when it is called off",
  permissions: "none",
  async fn() {
    const { server, stopping, ended, screen } = await start({
      interactive: true,
    });
    stopping.abort();
    assertEquals(await farewell(server), ["bye"]);
    assertEquals(await ended, true);
    screen.end();
    await settle();
  },
});

Deno.test({
  name: "converse() rejects when the connection is lost, whatever it waits for",
  permissions: "none",
  async fn() {
    const moments: Record<string, (screen: FakeScreen) => void> = {
      "for a line": () => {},
      "for an answer": (screen) => screen.type("/users"),
      "at the end of input": (screen) => screen.end(),
    };
    for (const [moment, act] of Object.entries(moments)) {
      const { server, screen, ended } = await start();
      act(screen);
      await settle();
      server.stream.close();
      await assertRejects(() => ended, Error, "Connection lost: ", moment);
      if (moment !== "at the end of input") screen.end();
      await settle();
    }
  },
});

Deno.test({
  name: "converse() passes on that the server refuses the name",
  permissions: "none",
  async fn() {
    const [mine, other] = streamPair();
    const server = new Peer(other);
    const { signal } = new AbortController();
    const ended = converse(mine, new FakeScreen(), {
      name: "Ann",
      folder: new DownloadFolder("none"),
      signal,
    });
    await server.next();
    const refusal = { re: "hello", code: "name-taken", text: "Taken" };
    await server.send({ type: "refused", ...refusal });
    await assertRejects(() => ended, ChatError, "Taken");
  },
});

Deno.test({
  name: "converse() holds the line when the one spoken to has left",
  permissions: "none",
  async fn() {
    const { server, screen, ended } = await start({ interactive: true });
    screen.type("/to Bob");
    await server.next();
    await server.send({ type: "users", names: ["Ann", "Bob"] });
    await settle();
    await server.send({ type: "left", name: "Bob", reason: "quit" });
    screen.type("secret");
    await settle();
    assertEquals(screen.givenBack, ["secret"]);
    assertEquals(screen.prompts.at(-1), "[@Bob, not here] > ");
    // Without the ids of a newer server nobody knows who this is.
    await server.send({ type: "joined", name: "Bob" });
    await settle();
    screen.type("secret", "/quit");
    assertEquals(await server.until(), [{ type: "bye" }]);
    assertEquals(screen.questions, [
      "Bob has joined, and may be a different person. Talk to them? (yes/no) ",
    ]);
    server.stream.close();
    await ended;
    assertEquals(screen.prompts.at(-1), "[@Bob, not here] > ");
  },
});

Deno.test({
  name: "converse() asks about one look-alike at a time, however many join",
  permissions: "none",
  async fn() {
    const screen = new FakeScreen(true);
    screen.holdsQuestions = true;
    const { server, ended } = await start({
      screen,
      interactive: true,
      welcome: { users: ["Ann", "Bob"], ids: ["a", "b"] },
    });
    screen.type("/to Bob");
    await settle();
    await server.send({ type: "left", name: "Bob", id: "b", reason: "quit" });
    for (let i = 0; i < 50; i++) {
      await server.send({ type: "joined", name: "Bob", id: `b${i}` });
    }
    await settle();
    assertEquals(screen.questions.length, 50);
    assertEquals(screen.openQuestions, 1);
    assertEquals(
      screen.shown.filter((line) =>
        line === "Question withdrawn: another Bob has joined"
      ).length,
      49,
    );
    screen.type("/quit");
    await farewell(server);
    await ended;
  },
});

Deno.test({
  name:
    "converse() rings for private messages and for the own name, unless quiet",
  permissions: "none",
  async fn() {
    const { server, screen, ended } = await start({ interactive: true });
    const say = (text: string) => ({ type: "said", from: "Bob", text });
    await server.send({ type: "told", from: "Bob", text: "psst" });
    for (const text of ["ann?", "hi Ann!", "Annette", "Joann"]) {
      await server.send(say(text));
    }
    await settle();
    screen.type("/quiet");
    await settle();
    await server.send({ type: "told", from: "Bob", text: "psst" });
    await server.send({ type: "joined", name: "Cy" });
    await server.send({ type: "left", name: "Cy", reason: "quit" });
    await settle();
    screen.type("/quit");
    await farewell(server);
    await ended;
    assertEquals(screen.shown.slice(1), [
      "(bell) Bob (private): psst",
      "(bell) Bob: ann?",
      "(bell) Bob: hi Ann!",
      "Bob: Annette",
      "Bob: Joann",
      "Quiet mode on: no bell, no join/leave notices",
      "Bob (private): psst",
    ]);
  },
});

Deno.test({
  name: "converse() completes commands, people and files",
  permissions: "none",
  async fn() {
    const { server, screen, ended } = await start({ interactive: true });
    await server.send({
      type: "files",
      files: [{ name: "my plan.pdf", size: 1 }, { name: "map.png", size: 1 }],
    });
    await server.send({ type: "joined", name: "Bob" });
    await settle();
    const cases: [typed: string, offered: string[]][] = [
      ["/fi", ["/files "]],
      ["/to b", ["/to Bob "]],
      ["/msg ", ["/msg Bob "]],
      ["/get m", ['/get "my plan.pdf"', "/get map.png"]],
      ['/get "m', ['/get "my plan.pdf"', '/get "map.png"']],
      ["/help ge", ["/help get"]],
      ["B", ["Bob: "]],
      ["hello @bo", ["hello @Bob "]],
      ["/users x", []],
      ["", []],
    ];
    for (const [typed, offered] of cases) {
      assertEquals(
        screen.complete(typed).filter((line) => line !== typed),
        offered,
        typed,
      );
    }
    await server.send({ type: "left", name: "Bob", reason: "quit" });
    await settle();
    assertEquals(screen.complete("/to "), []);
    screen.type("/quit");
    await farewell(server);
    await ended;
  },
});

Deno.test({
  name: "converse() replies to the last one who wrote privately",
  permissions: "none",
  async fn() {
    const { server, screen, ended } = await start({
      interactive: true,
      welcome: { users: ["Ann", "Bob", "Cy"] },
    });
    await server.send({ type: "told", from: "Bob", text: "psst" });
    await server.send({ type: "said", from: "Cy", text: "hi all" });
    await settle();
    screen.type("/reply what?", "/quit");
    assertEquals(await server.next(), {
      type: "tell",
      to: "Bob",
      text: "what?",
    });
    await farewell(server);
    await ended;
  },
});

Deno.test({
  name: "converse() goes on where a lost connection stopped",
  permissions: "none",
  async fn() {
    const memory = newMemory();
    const first = await start({ memory, welcome: { token: "t" } });
    const { screen } = first;
    assertEquals(first.hello!["token"], "");
    screen.type("one", "/msg Bob two", "/users");
    await first.server.until("users");
    await first.server.send({ type: "said", from: "Bob", text: "heard" });
    await settle();
    first.server.stream.close();
    await assertRejects(() => first.ended, ConnectionLost);
    // The question that was not answered is asked again, and two is said again.
    const again = await start({
      ...{ screen, memory },
      welcome: { token: "t", resumed: true, handled: 1 },
    });
    const { token, received } = again.hello!;
    assertEquals([token, received], ["t", 1]);
    const asked = await again.server.until("users");
    assertEquals(asked.map(({ type, text }) => text ?? type), ["two", "users"]);
    const late = { late: true, at: 0 };
    await again.server.send({
      type: "told",
      from: "Bob",
      text: "psst",
      ...late,
    });
    await again.server.send({ type: "users", names: ["Ann"] });
    await settle();
    screen.end();
    await answerPing(again.server);
    await farewell(again.server);
    assertEquals(await again.ended, true);
    assertEquals(screen.shown.slice(-4), [
      "Connected again",
      "(bell) Bob (private, late): psst",
      "  Ann (you)",
      "1 person is here",
    ]);
  },
});

Deno.test({
  name: "converse() says what may have been lost with the server",
  permissions: "none",
  async fn() {
    const memory = newMemory();
    const first = await start({ memory, welcome: { token: "t" } });
    const { screen } = first;
    screen.type("one");
    await first.server.until("say");
    first.server.stream.close();
    await assertRejects(() => first.ended, ConnectionLost);
    const again = await start({ screen, memory, welcome: { token: "u" } });
    screen.end();
    await answerPing(again.server);
    await farewell(again.server);
    assertEquals(await again.ended, false);
    assertEquals(screen.shown.slice(-3), [
      "Messages sent while you were away may be missing",
      "Hello\\x1b[2J",
      "! May not have been sent to everyone: the connection dropped. It was: one",
    ]);
  },
});

Deno.test({
  name: "converse() does not come back to a server that has sent it away",
  permissions: "none",
  async fn() {
    const { server, screen, ended } = await start({ memory: newMemory() });
    const reason = "The operator removed you: too loud";
    await server.send({ type: "closing", reason, code: "kicked", final: true });
    const error = await assertRejects(() => ended, ConnectionLost);
    assertEquals(error.message, reason);
    assertEquals(error.isFinal, true);
    // The caller says it, once.
    assertEquals(screen.shown, ["Hello\\x1b[2J"]);
    const other = await start({ memory: newMemory() });
    await other.server.send({ type: "closing", reason: "closing" });
    const passing = await assertRejects(() => other.ended, ConnectionLost);
    assertEquals(passing.isFinal, false);
  },
});

Deno.test("converse() goes on with the downloads of a lost connection", async () => {
  await using folder = await tempFolder();
  const memory = newMemory();
  const options = { memory, folder: `${folder.path}/Ann` };
  const first = await start(options);
  const { screen } = first;
  screen.type("/get a.txt");
  const { id } = (await first.server.until("get")).at(-1)!;
  await first.server.send({ type: "file", id, name: "a.txt", size: 3 });
  first.server.stream.close();
  await assertRejects(() => first.ended, ConnectionLost);
  const again = await start({ ...options, screen });
  const get = (await again.server.until("get")).at(-1)!;
  assertEquals(get["name"], "a.txt");
  await again.server.send({
    ...{ type: "refused", re: "get", code: "no-such-file", text: "Gone" },
    id: get["id"],
  });
  screen.end();
  await answerPing(again.server);
  await farewell(again.server);
  assertEquals(await again.ended, false);
  assertEquals(screen.shown.filter((line) => line.includes("a.txt")), [
    "! a.txt interrupted: it resumes when the server is back",
    '! Not saved: there is no file "a.txt" on the server. Type /files for the list',
  ]);
});

const past = (text: string, mark: "earlier" | "late" = "earlier") => ({
  ...{ type: "said", from: "Bob", text, at: 0 },
  [mark]: true,
});

const HINTS = [
  "Type a line and press Enter: everyone sees it. /to NAME talks to one person.",
  "/files lists the files, /get 1 downloads the first file.",
  "/help lists the commands, /quit leaves.",
];

Deno.test({
  name: "converse() shows earlier messages under a divider, then the welcome",
  permissions: "none",
  async fn() {
    const { server, screen, stopping, ended } = await start({
      ...{ interactive: true, hint: true },
      welcome: { follows: 2 },
    });
    await server.send(past("one"));
    await settle();
    assertEquals(screen.shown.length, 2);
    await server.send(past("two"));
    await server.send({ type: "said", from: "Bob", text: "now" });
    await settle();
    assertEquals(screen.shown, [
      "--- earlier messages ---",
      "Bob (earlier): one",
      "Bob (earlier): two",
      "Hello\\x1b[2J",
      ...HINTS,
      "Bob: now",
    ]);
    stopping.abort();
    await farewell(server);
    await ended;
  },
});

Deno.test({
  name:
    "converse() greets at once if nothing follows, or an old server does not say so",
  permissions: "none",
  async fn() {
    const { server, screen, stopping, ended } = await start({
      ...{ interactive: true, hint: true },
    });
    assertEquals(screen.shown, ["Hello\\x1b[2J", ...HINTS]);
    await server.send(past("one"));
    await settle();
    assertEquals(screen.shown.slice(4), [
      "--- earlier messages ---",
      "Bob (earlier): one",
    ]);
    stopping.abort();
    await farewell(server);
    await ended;
  },
});

Deno.test({
  name: "converse() does not wait for messages that a server only promised",
  permissions: "none",
  async fn() {
    for (const next of ["a line", "time", "the end"]) {
      using time = new FakeTime();
      const { server, screen, stopping, ended } = await start({
        ...{ interactive: true, welcome: { follows: 9e15 } },
      });
      await server.send(past("one"));
      await settle();
      assertEquals(screen.shown.length, 2);
      if (next === "a line") {
        await server.send({ type: "told", from: "Bob", text: "now" });
      } else if (next === "time") await time.pass(2_000);
      await settle();
      const isOver = next !== "the end";
      assertEquals(screen.shown[2], isOver ? "Hello\\x1b[2J" : undefined, next);
      stopping.abort();
      await farewell(server);
      await ended;
      assertEquals(screen.shown[2], "Hello\\x1b[2J", next);
    }
  },
});

Deno.test({
  name:
    "converse() greets a script first, without a divider and one line an event",
  permissions: "none",
  async fn() {
    const { server, screen, ended } = await start({ welcome: { follows: 1 } });
    await server.send(past("one"));
    for (const name of ["Bob", "Cy", "Dora"]) {
      await server.send({ type: "joined", name });
    }
    screen.end();
    await answerPing(server);
    await farewell(server);
    await ended;
    assertEquals(screen.shown, [
      "Hello\\x1b[2J",
      "Bob (earlier): one",
      "Bob has joined",
      "Cy has joined",
      "Dora has joined",
    ]);
  },
});

Deno.test({
  name: "converse() shows what was missed, and then that it is connected again",
  permissions: "none",
  async fn() {
    const memory = newMemory();
    const options = { interactive: true, memory };
    const first = await start({ ...options, welcome: { token: "t" } });
    const { screen } = first;
    first.server.stream.close();
    await assertRejects(() => first.ended, ConnectionLost);
    const shown = screen.shown.length;
    const { server, stopping, ended } = await start({
      ...options,
      screen,
      welcome: { token: "t", resumed: true, follows: 2 },
    });
    await server.send(past("one", "late"));
    await server.send({
      ...{ type: "refused", re: "tell", code: "no-such-user", text: "Nobody" },
      ...{ late: true, at: 0 },
    });
    await settle();
    assertEquals(screen.shown.slice(shown), [
      "--- while you were away ---",
      "Bob (late): one",
      "! Not done: Nobody",
      "Connected again",
    ]);
    stopping.abort();
    await farewell(server);
    await ended;
  },
});

Deno.test({
  name:
    "converse() gathers people who join, and shows them before what they say",
  permissions: "none",
  async fn() {
    using _time = new FakeTime();
    const { server, screen, ended } = await start({ interactive: true });
    const join = (name: string) => server.send({ type: "joined", name });
    for (const name of ["Bob", "Cy", "Dora"]) await join(name);
    await server.send({ type: "said", from: "Bob", text: "hi" });
    await settle();
    assertEquals(screen.shown.slice(1), ["Bob has joined", "Bob: hi"]);
    await server.send({ type: "said", from: "Cy", text: "hi" });
    await join("Eve");
    await settle();
    screen.type("/users");
    await server.until("users");
    await server.send({ type: "users", names: ["Ann", "Bob"] });
    await join("Finn");
    await settle();
    screen.type("/quit");
    await farewell(server);
    await ended;
    assertEquals(screen.shown.slice(3), [
      "2 people have joined: Cy, Dora",
      "Cy: hi",
      "Eve has joined",
      "  Ann (you)",
      "  Bob",
      "2 people are here",
      "Finn has joined",
    ]);
  },
});

Deno.test({
  name: "converse() says in one line that the partner has left, or is back",
  permissions: "none",
  async fn() {
    for (const interactive of [true, false]) {
      const { server, screen, stopping, ended } = await start({ interactive });
      screen.type("/to Bob");
      await server.next();
      await server.send({ type: "users", names: ["Ann", "Bob"] });
      await settle();
      await server.send({ type: "joined", name: "Cy" });
      await server.send({ type: "left", name: "Bob", reason: "quit" });
      await server.send({ type: "joined", name: "bob" });
      await settle();
      assertEquals(screen.questions.length, interactive ? 1 : 0);
      const lines = [
        "Cy has joined",
        ...(interactive ? [] : ["Bob has left"]),
        "Bob has left. Your messages are on hold (/all to talk to everyone)",
        "bob has joined",
        ...(interactive ? [] : [
          "bob has joined, and may be a different person. Your messages are " +
          "on hold (/to bob to talk to them)",
        ]),
      ];
      assertEquals(screen.shown.slice(2), lines);
      stopping.abort();
      await farewell(server);
      await ended;
    }
  },
});

Deno.test({
  name:
    "converse() says who and where in the title, and counts what was not seen",
  permissions: "none",
  async fn() {
    const memory = newMemory();
    const { server, screen, stopping, ended } = await start({
      ...{ interactive: true, memory },
      welcome: { server: "Lab\x073", count: 12 },
    });
    screen.type("/quiet");
    await settle();
    await server.send({ type: "told", from: "Bob", text: "psst" });
    await server.send({ type: "said", from: "Bob", text: "Ann?" });
    await server.send({ type: "said", from: "Bob", text: "nothing" });
    await server.send({ type: "left", name: "Bob", reason: "quit" });
    await settle();
    screen.press();
    assertEquals(screen.titles, [
      "Ann @ Lab\\x073",
      "(1) Ann @ Lab\\x073",
      "(2) Ann @ Lab\\x073",
      "Ann @ Lab\\x073",
    ]);
    assertEquals(screen.statuses, [
      "Ann @ Lab\\x073 | 12 people",
      "Ann @ Lab\\x073 | 12 people | quiet",
      "Ann @ Lab\\x073 | 11 people | quiet",
    ]);
    stopping.abort();
    await farewell(server);
    await ended;

    const nameless = await start({
      ...{ interactive: true, welcome: { server: " " } },
    });
    assertEquals(nameless.screen.titles, ["Ann @ 192.0.2.2:12000"]);
    nameless.stopping.abort();
    await farewell(nameless.server);
    await nameless.ended;
  },
});

Deno.test({
  name: "converse() leaves a question of a lost connection to the next one",
  permissions: "none",
  async fn() {
    const memory = newMemory();
    const options = { interactive: true, memory };
    const first = await start({ ...options, welcome: { token: "t" } });
    const { screen } = first;
    const reply = Promise.withResolvers<string | undefined>();
    screen.ask = () => reply.promise;
    screen.type("help");
    await settle();
    first.server.stream.close();
    await assertRejects(() => first.ended, ConnectionLost);
    reply.resolve("no");
    await settle();
    const { server, ended } = await start({
      ...{ ...options, screen },
      welcome: { token: "t", resumed: true },
    });
    // It is asked again, and only this answer counts.
    screen.type("/quit");
    assertEquals(await server.farewell(), [
      { type: "say", text: "help" },
      { type: "bye" },
    ]);
    server.stream.close();
    await ended;
  },
});

/** What a script's lines send when Bob and Cleo are there, and Dan has left. */
async function sentBy(
  lines: readonly (string | TakenLine)[],
  { interactive = false } = {},
) {
  const people = ["Ann", "Bob", "Cleo"];
  const { server, screen, ended } = await start({
    interactive,
    welcome: { users: people, ids: ["a", "b", "c"] },
  });
  for (const line of lines) {
    screen.send(typeof line === "string" ? { text: line } : line);
  }
  screen.end();
  const sent: string[] = [];
  for (;;) {
    const message = await server.next();
    if (message === undefined || message.type === "bye") break;
    const { type, to = "all", text, n } = message;
    if (type === "ping") await server.send({ type: "pong", n });
    else if (type === "users") {
      await server.send({ type: "users", names: people, ids: ["a", "b", "c"] });
    } else sent.push(`${to}: ${text}`);
  }
  server.stream.close();
  return { sent, shown: screen.shown, isDone: await ended, screen };
}

Deno.test({
  name:
    "converse() of a script says nothing after a line that may have changed the recipients, and failed",
  permissions: "none",
  async fn() {
    const failing: (string | TakenLine)[] = [
      ...[
        "/to Nobody",
        "/to",
        "/query Nobody",
        "/to Ann",
        "/two Bob",
        "/wo Bob",
        "/t Bob",
        "/mgs Bob x",
      ],
      ...["to Bob", "/al", "/everyone", "/toBob", "/msg Bob", "query Bob"],
      ...["/to Nobody hello", "to Bob hello", "[@Bob] > s", "[all] > s"],
      { text: "", problem: "Line 1 is left out", start: "/to Bob xxx" },
    ];
    for (const before of ["/all", "/to Cleo"]) {
      for (const line of failing) {
        const { sent, shown, isDone } = await sentBy([
          ...[before, line, "secret1", "/me secret2", "/msg Bob direct"],
          ...["/nothing", "secret3", "/to Bob", "ok"],
        ]);
        assertEquals(sent, ["Bob: direct", "Bob: ok"], JSON.stringify(line));
        assertEquals(isDone, false);
        assertEquals(
          shown.filter((row) => row.includes("secret")).length,
          3,
        );
        assertMatch(
          shown.find((row) => row.includes("secret1"))!,
          /^! Not sent: "secret1"\. The line ".*" failed, so it is not clear who should get this one\. Type \/to NAME or \/all before it$/,
        );
      }
    }
  },
});

Deno.test({
  name: "converse() of a script goes on after a line that failed otherwise",
  permissions: "none",
  async fn() {
    const harmless: (string | TakenLine)[] = [
      ...["/show 3", "@Cleo hi", "/help nothing", "/quitt", "/uesrs", "/fiels"],
      { text: "", problem: "Line 1 is left out", start: "xxx" },
    ];
    for (const line of harmless) {
      const { sent } = await sentBy(["/to Bob", line, "one"]);
      assertEquals(sent, ["Bob: one"]);
      const all = await sentBy(["/to Nobody", line, "/all two", "three"]);
      assertEquals(all.sent, ["all: two", "all: three"]);
    }
  },
});

Deno.test({
  name:
    "converse() gives back what was typed ahead after a line that has failed",
  permissions: "none",
  async fn() {
    // Typed before anybody could decide: no prompt was there.
    const { sent, shown, screen } = await aheadOf(["/two Bob", "secret"]);
    assertEquals(sent, []);
    assertEquals(screen.givenBack, ["secret"]);
    assertMatch(
      shown.at(-1)!,
      /^! Not sent: "secret".* Press Enter to send it to whoever the prompt/,
    );
  },
});

/** What happens with lines that a person types while the client connects. */
async function aheadOf(lines: readonly string[]) {
  using time = new FakeTime();
  const screen = new FakeScreen(true);
  for (const text of lines) screen.send({ text });
  const { server, ended } = await start({ interactive: true, screen });
  await time.pass(500);
  screen.type("seen");
  screen.end();
  const sent = await farewell(server);
  await ended;
  assertEquals(sent.splice(-2), ["seen", "bye"]);
  return { sent, shown: screen.shown.slice(0, -1), screen };
}

Deno.test({
  name: "converse() of a script knows all people before its first line",
  permissions: "none",
  async fn() {
    const screen = new FakeScreen();
    screen.type("@Zed S", "hi /w Zed S", "w Zed S", "to Zed", "/all over");
    screen.end();
    const { server, ended } = await start({
      screen,
      welcome: { users: ["Ann", "Bob"], ids: ["a", "b"], count: 3 },
    });
    assertEquals((await server.next())?.type, "users");
    await server.send({
      ...{ type: "users", names: ["Ann", "Bob", "Zed"] },
      ids: ["a", "b", "z"],
    });
    const said = (await server.farewell()).map(({ text, type }) =>
      text ?? type
    );
    server.stream.close();
    assertEquals(await ended, false);
    assertEquals(said, ["over", "bye"]);
  },
});

/** Ann, with Bob and Cleo there, on a terminal that does not show what is typed. */
async function blind() {
  const { server, screen, ended } = await start({
    interactive: true,
    welcome: { users: ["Ann", "Bob", "Cleo"], ids: ["a", "b", "c"] },
  });
  return {
    screen,
    async hears(...messages: object[]) {
      for (const message of messages) await server.send(message);
      await settle();
    },
    /** Enters a line; what was printed last. */
    async enters(text: string) {
      screen.send({ text });
      await settle();
      return screen.shown.at(-1)!;
    },
    async leaves() {
      screen.type("/quit");
      const sent = await server.farewell();
      server.stream.close();
      await ended;
      return sent.slice(0, -1).map(({ to = "all", text }) => `${to}: ${text}`);
    },
  };
}

const tells = (from: string, id: string) => ({
  ...{ type: "told", from, id, text: "psst" },
});

Deno.test({
  name:
    "converse() holds a reply that was typed blindly while somebody else wrote",
  permissions: "none",
  async fn() {
    const { screen, hears, enters, leaves } = await blind();
    await hears(tells("Bob", "b"));
    await enters("/reply one");
    // Of Bob, who is the only one so far, and then of Bob or Cleo.
    await hears(tells("Cleo", "c"));
    const held =
      "! Not sent: Cleo has written meanwhile. Type /msg Bob and the text";
    assertEquals(await enters("/r two"), held);
    assertEquals(screen.givenBack, ["/r two"]);
    await enters("/r three");
    await hears(tells("Bob", "b"), tells("Cleo", "c"));
    assertEquals(
      await enters("/r four"),
      "! Not sent: Bob has written meanwhile. Type /msg Cleo and the text",
    );
    assertEquals(await leaves(), ["Bob: one", "Cleo: three"]);
  },
});

Deno.test({
  name:
    "converse() holds the first reply of a run, too, if two people have written",
  permissions: "none",
  async fn() {
    const { hears, enters, leaves } = await blind();
    await hears(tells("Bob", "b"), tells("Cleo", "c"));
    const held =
      "! Not sent: Cleo has written meanwhile. Type /msg Bob and the text";
    assertEquals(await enters("/reply one"), held);
    assertEquals(await leaves(), []);
  },
});

Deno.test({
  name:
    "converse() holds what was typed blindly for a name that another person has taken",
  permissions: "none",
  async fn() {
    for (const line of ["/msg BOB one", "/to Bob one"]) {
      const { screen, hears, enters, leaves } = await blind();
      await hears(
        { type: "left", name: "Bob", id: "b", reason: "quit" },
        { type: "joined", name: "Bob", id: "b2" },
      );
      assertMatch(
        await enters(line),
        /^! Not sent: Bob has left, and this is a different Bob\. /,
      );
      assertEquals(screen.givenBack, [line]);
      await enters(line);
      // The same person who is back is nobody else.
      await hears(
        { type: "left", name: "Cleo", id: "c", reason: "quit" },
        { type: "joined", name: "Cleo", id: "c" },
      );
      await enters("/msg Cleo two");
      assertEquals(await leaves(), ["Bob: one", "Cleo: two"]);
    }
  },
});

Deno.test({
  name:
    "converse() of a script replies to the person who had written when the line began",
  permissions: "none",
  async fn() {
    const screen = new FakeScreen();
    const { server, ended } = await start({
      screen,
      welcome: { users: ["Ann", "Bob", "Cleo"], ids: ["a", "b", "c"] },
    });
    const begins = async (from: string, id: string) => {
      await server.send(tells(from, id));
      await settle();
      return screen.beginBlindly();
    };
    const first = screen.beginBlindly();
    const second = await begins("Bob", "b");
    await begins("Cleo", "c");
    screen.send({ text: "/reply one", blind: first });
    screen.send({ text: "/reply two", blind: second });
    screen.end();
    const sent = (await server.farewell()).map(({ to, text }) => [to, text]);
    server.stream.close();
    assertEquals(await ended, false);
    assertEquals(sent.slice(0, -1), [["Bob", "two"]]);
    assertEquals(
      screen.shown.filter((row) => row.startsWith("! ")),
      ["! Not sent: Cleo has written meanwhile. Type /msg Cleo and the text"],
    );
  },
});

Deno.test({
  name:
    "converse() holds what was entered blindly before a failure was shown, and only that",
  permissions: "none",
  async fn() {
    const { screen, enters, leaves } = await blind();
    screen.send({ text: "/two Bob" });
    assertMatch(await enters("secret"), /^! Not sent: "secret"\. /);
    assertEquals(screen.givenBack, ["secret"]);
    await enters("seen");
    assertEquals(await leaves(), ["all: seen"]);
  },
});

Deno.test({
  name: "converse() asks about a line only while no other line is being typed",
  permissions: "none",
  async fn() {
    const { server, screen, ended } = await start({ interactive: true });
    screen.answers.push("no", "no");
    screen.type("help", "one\n/msg Bob two", "x\n".repeat(30), "/quit");
    await farewell(server);
    await ended;
    assertEquals(screen.questions.length, 3);
    assertEquals(screen.patient, screen.questions);
  },
});

/** A folder whose unfinished downloads take as long to leave as the test says. */
class SlowFolder extends DownloadFolder {
  readonly left = Promise.withResolvers<void>();

  override async create(version: Parameters<DownloadFolder["create"]>[0]) {
    const half = await super.create(version);
    const leave = half.leave.bind(half);
    half.leave = async () => {
      await this.left.promise;
      return await leave();
    };
    return half;
  }
}

Deno.test("converse() waits for the client's end before it rejects", async () => {
  await using outer = await tempFolder();
  const folder = new SlowFolder(`${outer.path}/Ann`);
  const [mine, other] = streamPair();
  const server = new Peer(other);
  const screen = new FakeScreen();
  const ended = converse(mine, screen, {
    ...{ name: "Ann", folder, signal: new AbortController().signal },
  });
  let isOver = false;
  const over = ended.catch(() => {}).then(() => void (isOver = true));
  await server.next();
  await server.send(WELCOME);
  screen.type("/get a.txt");
  const { id } = (await server.until("get")).at(-1)!;
  await server.send({ type: "file", id, name: "a.txt", size: 9, tag: "v" });
  await server.send(rawChunk(id, new Uint8Array(3)));
  screen.type("/users");
  await server.until("users");
  // The half is on the disk.
  const half = async () => {
    const found = await Array.fromAsync(Deno.readDir(outer.path));
    return found.length > 0;
  };
  while (!await half()) await settle();
  server.stream.close();
  for (let turn = 0; turn < 20; turn++) await settle();
  assertEquals(isOver, false, "the download has not ended");
  folder.left.resolve();
  await over;
  await assertRejects(() => ended, ConnectionLost);
});

Deno.test({
  name: "converse() waits for the client's last words before it resolves",
  permissions: "none",
  async fn() {
    const { server, screen, ended } = await start({ interactive: true });
    let isOver = false;
    void ended.then(() => void (isOver = true));
    screen.type("/quit");
    assertEquals((await server.next())?.type, "bye");
    await settle();
    assertEquals(isOver, false, "the server has not closed");
    server.stream.close();
    assertEquals(await ended, true);
  },
});
