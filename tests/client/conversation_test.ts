import { assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/chat/chat_error.ts";
import {
  converse,
  type Memory,
  newMemory,
} from "../../lib/client/conversation.ts";
import { ConnectionLost } from "../../lib/client/chat_client.ts";
import { Peer, settle, streamPair, tempFolder } from "../testing.ts";
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
};

/** A conversation with a server that does only what the test says. */
async function start({
  interactive = false,
  folder = "none",
  screen = new FakeScreen(interactive),
  memory,
  welcome = {},
}: StartOptions = {}) {
  const [mine, other] = streamPair();
  const server = new Peer(other);
  const stopping = new AbortController();
  const { signal } = stopping;
  const ended = converse(mine, screen, {
    ...{ name: "Ann", folder, signal },
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
  const said = (await server.until()).map(({ type, text }) => text ?? type);
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
      "1 person is here:",
      "  Ann (you)",
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
    const ended = converse(mine, new FakeScreen(), { name: "Ann", signal });
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
    await server.send({ type: "joined", name: "Bob" });
    screen.type("secret", "/quit");
    assertEquals(await server.until(), [
      { type: "tell", to: "Bob", text: "secret" },
      { type: "bye" },
    ]);
    server.stream.close();
    await ended;
    assertEquals(screen.prompts, [
      "[all] > ",
      "[@Bob] > ",
      "[@Bob, not here] > ",
      "[@Bob] > ",
    ]);
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
      "Quiet now: no bell, and nobody is announced (/quiet to undo)",
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
    const { server, screen, ended } = await start({ interactive: true });
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
      "1 person is here:",
      "  Ann (you)",
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
    assertEquals(screen.shown.slice(-2), [
      "Hello\\x1b[2J",
      "! Perhaps not sent, the connection broke at that moment: one",
    ]);
  },
});

Deno.test({
  name: "converse() does not come back to a server that has sent it away",
  permissions: "none",
  async fn() {
    const { server, ended } = await start({ memory: newMemory() });
    await server.send({ type: "closing", reason: "kicked", final: true });
    const error = await assertRejects(() => ended, ConnectionLost, "kicked");
    assertEquals(error.isFinal, true);
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
