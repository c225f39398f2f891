import { assert, assertEquals, assertMatch } from "@std/assert";
import { FileCatalog } from "../../lib/files/file_catalog.ts";
import type { Acceptor, Incoming } from "../../lib/net/listen.ts";
import { ChatServer } from "../../lib/server/chat_server.ts";
import { runOperatorLine } from "../../lib/server/operator/operator.ts";
import { Security } from "../../lib/server/security.ts";
import type { OperatorContext } from "../../lib/server/operator/context.ts";
import {
  collectingLog,
  FakeTime,
  Peer,
  rawMessage,
  type Received,
  settle,
  streamPair,
} from "../testing.ts";

/** A whole server without a network, and its operator. */
class House implements AsyncDisposable {
  readonly printed: string[] = [];
  readonly answers: string[] = [];
  readonly lines: string[];
  readonly server: ChatServer;
  onPrint = (line: string): void => void this.printed.push(line);
  readonly #peers: Peer[] = [];
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  readonly #operator: OperatorContext;
  #incoming = Promise.withResolvers<Incoming>();

  constructor() {
    const { log, lines } = collectingLog();
    this.lines = lines;
    const catalog = new FileCatalog("no such folder");
    const print = (line: string) => this.onPrint(line);
    this.server = new ChatServer({ catalog, log, print, welcome: "Hello" });
    this.#operator = {
      moderation: this.server.moderation,
      security: new Security(),
      clients: () => this.server.sessions,
      stats: () => this.server.stats,
      files: () => catalog.list(),
      uptime: () => 0,
      memory: () => 0,
      say: (text) => this.server.say(text),
      logsPrivate: true,
      log: (event, details) => log.write(event, details),
      print: (line) => void this.answers.push(line),
      quit: (reason) => this.#stopping.abort(reason),
    };
    const acceptor: Acceptor = {
      accept: () => this.#incoming.promise,
      close: () => this.#incoming.reject(new Error("closed")),
    };
    this.#running = this.server.run([acceptor], this.#stopping.signal);
  }

  /** Connects a client from `from` that has sent nothing. */
  async connect(from = "10.0.0.1:5000"): Promise<Peer> {
    const [mine, other] = streamPair();
    const { resolve } = this.#incoming;
    this.#incoming = Promise.withResolvers();
    resolve({ stream: mine, from });
    await settle();
    const peer = new Peer(other);
    this.#peers.push(peer);
    return peer;
  }

  /** Connects a client that joins or gets the refusal. */
  async join(
    name: string,
    from?: string,
    token?: string,
  ): Promise<[Peer, Received]> {
    const peer = await this.connect(from);
    await peer.send({ type: "hello", protocol: 1, name, token });
    return [peer, (await peer.next())!];
  }

  /** Types lines as the operator; resolves to the answers. */
  async type(...lines: string[]): Promise<string[]> {
    this.answers.length = 0;
    for (const line of lines) await runOperatorLine(this.#operator, line);
    await settle();
    return [...this.answers];
  }

  /** Ends the server with all its clients; resolves when it has ended. */
  async ended(): Promise<void> {
    this.#peers.forEach((peer) => peer.stream.close());
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.ended();
  }
}

/**
 * Sends `messages`; resolves to everything that `peer` gets up to the answer to a ping.
 */
async function heard(peer: Peer, ...messages: object[]): Promise<Received[]> {
  for (const message of messages) await peer.send(message);
  await peer.send({ type: "ping", n: 99 });
  return (await peer.until("pong")).slice(0, -1);
}

Deno.test({
  name:
    "ChatServer tells the kicked client and the others why the operator kicked it",
  permissions: "none",
  async fn() {
    await using house = new House();
    const [ann] = await house.join("Ann");
    const [bob] = await house.join("Bob");
    await house.type("/kick BOB too loud");
    assertEquals(await bob.until(), [{
      type: "closing",
      reason: "The operator removed you: too loud",
      code: "kicked",
      final: true,
    }]);
    assertEquals((await heard(ann)).slice(1), [
      { type: "left", name: "Bob", reason: "kicked: too loud" },
    ]);
    assertEquals(
      house.printed.at(-1),
      "Bob has left (removed by the operator: too loud)",
    );
    await settle();
    assertEquals(house.lines.slice(-2), [
      'kicked name="Bob" reason="too loud" by="operator"',
      '#2 10.0.0.1:5000 left name="Bob" reason="kicked: too loud"',
    ]);
    const [, again] = await house.join("Bob");
    assertEquals(again.type, "welcome");
  },
});

Deno.test({
  name: "ChatServer refuses a banned name, and says why",
  permissions: "none",
  async fn() {
    await using house = new House();
    const [ann] = await house.join("Ann");
    const [bob] = await house.join("Bob");
    await house.type("/ban bob spam");
    assertEquals((await bob.until()).at(-1), {
      type: "closing",
      reason: "The operator banned you: spam",
      code: "banned",
      final: true,
    });
    assertEquals((await heard(ann)).at(-1), {
      type: "left",
      name: "Bob",
      reason: "banned: spam",
    });
    assert(
      house.printed.includes("Bob has left (banned by the operator: spam)"),
    );
    const [again, refused] = await house.join("ＢＯＢ");
    assertEquals(refused, {
      type: "refused",
      re: "hello",
      code: "banned",
      text: "The operator banned the name Bob: spam",
    });
    await again.send({ type: "hello", protocol: 1, name: "Rob" });
    assertEquals((await again.next())?.type, "welcome");
    await house.type("/unban BOB");
    assertEquals((await house.join("Bob"))[1].type, "welcome");
  },
});

Deno.test({
  name: "ChatServer refuses a banned address before it has given a name",
  permissions: "none",
  async fn() {
    await using house = new House();
    const [bob] = await house.join("Bob", "10.0.0.2:5000");
    const silent = await house.connect("10.0.0.2:5001");
    await house.type("/ban 10.0.0.2");
    const closing = {
      type: "closing",
      reason: "The operator banned this computer",
      code: "banned",
      final: true,
    };
    assertEquals((await bob.until()).at(-1), closing);
    assertEquals(await silent.until(), [closing]);
    const [again, first] = await house.join("Rob", "10.0.0.2:5002");
    assertEquals(first, closing);
    assertEquals(await again.next(), undefined);
    assertEquals(
      house.printed.at(-1),
      "Connection from 10.0.0.2:5002 (banned)",
    );
    assertEquals((await house.join("Ann", "10.0.0.3:5000"))[1].type, "welcome");
    await house.type("/unban 10.0.0.2");
    assertEquals((await house.join("Rob", "10.0.0.2:5003"))[1].type, "welcome");
    assertEquals(house.server.stats.clients, 2);
  },
});

Deno.test({
  name: "ChatServer refuses new people while it is locked",
  permissions: "none",
  async fn() {
    await using house = new House();
    const [ann] = await house.join("Ann");
    await house.type("/lock");
    const [bob, refused] = await house.join("Bob");
    assertEquals([refused.type, refused["re"], refused["code"]], [
      "refused",
      "hello",
      "locked",
    ]);
    assertEquals(await heard(ann), [], "nobody hears of it");
    await house.type("/unlock");
    await bob.send({ type: "hello", protocol: 1, name: "Bob" });
    assertEquals((await bob.next())?.type, "welcome");
  },
});

Deno.test({
  name: "ChatServer passes on no message of a muted person, whatever its type",
  permissions: "none",
  async fn() {
    await using house = new House();
    const [ann] = await house.join("Ann");
    const [bob] = await house.join("Bob");
    await house.type("/mute bob");
    assertEquals(await heard(bob), [{
      type: "told",
      from: "server",
      text: "You are muted. You can read but not send",
    }]);
    const answers = await heard(
      bob,
      rawMessage('{"type":"say","text":"plain"}'),
      rawMessage('{"text":"other order","type":"say"}'),
      { type: "say", text: 'with "quotes"\n' },
      { type: "tell", to: "Ann", text: "private" },
      { type: "users" },
    );
    assertEquals(
      answers.map(({ type, code, re }) => [type, re, code]),
      [
        ...["say", "say", "say", "tell"].map((re) => ["refused", re, "muted"]),
        ["users", undefined, undefined],
      ],
    );
    assertEquals((await heard(ann)).map(({ type }) => type), ["joined"]);
    assertEquals(house.server.stats.messages, 0);
    await house.type("/unmute bob");
    await heard(bob, { type: "say", text: "again" });
    assertEquals((await heard(ann)).at(-1)?.["text"], "again");
  },
});

Deno.test({
  name: "ChatServer sends the operator's messages to everyone, in order",
  permissions: "none",
  async fn() {
    await using house = new House();
    const [ann] = await house.join("Ann");
    const [bob] = await house.join("Bob");
    await heard(ann, { type: "say", text: "one" });
    await house.type("/say two");
    await heard(ann, { type: "say", text: "three" });
    const said = (await heard(bob)).map(({ from, text }) => [from, text]);
    assertEquals(said, [["Ann", "one"], ["server", "two"], ["Ann", "three"]]);
  },
});

Deno.test({
  name: "ChatServer takes no command from a client, whatever its name",
  permissions: "none",
  async fn() {
    await using house = new House();
    const [ann] = await house.join("Ann");
    const [kick] = await house.join("kick");
    const commands = ["/kick Ann", "/ban Ann", "/lock", "/quit", "/say hi"];
    for (const text of commands) {
      await kick.send({ type: "say", text });
      await kick.send({ type: "tell", to: "Ann", text });
    }
    const types = ["kick", "operator", "ban", "quit", "/quit"];
    const refused = await heard(
      kick,
      ...types.map((type) => ({ type, name: "Ann", by: "operator" })),
    );
    assertEquals(
      refused.map(({ code }) => code),
      types.map(() => "unknown-type"),
    );
    const messages = await heard(ann);
    assertEquals(messages.slice(1).map(({ text }) => text), [
      ...commands.flatMap((text) => [text, text]),
    ]);
    assertEquals(house.server.moderation.bans, []);
    assertEquals(house.server.moderation.isLocked, false);
    assertEquals(house.server.stats.clients, 2);
    // The names of commands are valid names like any other.
    await house.type("/kick kick");
    assertEquals((await heard(ann)).at(-1)?.["name"], "kick");
  },
});

Deno.test({
  name:
    "ChatServer.stats adds up the traffic of all clients, gone ones included",
  permissions: "none",
  async fn() {
    await using house = new House();
    const [ann] = await house.join("Ann");
    const [bob] = await house.join("Bob");
    await house.join("Cy");
    await heard(ann, { type: "say", text: "to two" });
    await heard(bob, { type: "tell", to: "Ann", text: "to one" });
    const before = house.server.stats;
    assertEquals([before.messages, before.deliveries], [2, 3]);
    await bob.send({ type: "bye" });
    await bob.until();
    bob.stream.close();
    await settle();
    const { clients, connections, connected, ...after } = house.server.stats;
    assertEquals([clients, connections, connected], [2, 2, 3]);
    assertEquals(
      after.receivedLength,
      before.receivedLength + rawMessage('{"type":"bye"}').length,
    );
    const id = "id of a seat";
    const left = rawMessage(
      JSON.stringify({ type: "left", name: "Bob", reason: "quit", id }),
    );
    assertEquals(after.sentLength, before.sentLength + 2 * left.length);
  },
});

Deno.test({
  name: "ChatServer tells everyone why it closes",
  permissions: "none",
  async fn() {
    for (const reason of ["", "back at noon"]) {
      const house = new House();
      const [ann] = await house.join("Ann");
      await house.type(`/quit ${reason}`);
      const [closing] = await ann.until();
      assertEquals(closing?.type, "closing");
      assertMatch(
        closing!["reason"],
        reason === ""
          ? /^the server has shut down$/
          : /^the server has shut down: back at noon$/,
      );
      await house.ended();
    }
  },
});

Deno.test({
  name: "ChatServer ends at most one connection for a fault at its start",
  permissions: "none",
  async fn() {
    await using house = new House();
    const [ann] = await house.join("Ann");
    const { onPrint } = house;
    house.onPrint = () => {
      throw new Error("a fault");
    };
    const bob = await house.connect();
    assertEquals(await bob.until(), []);
    house.onPrint = onPrint;
    assertEquals((await house.join("Cy"))[1].type, "welcome");
    assertEquals((await heard(ann)).map(({ name }) => name), ["Cy"]);
    assertEquals(house.server.stats.connections, 2);
    assertMatch(house.lines.join("\n"), /failure stack="Error: a fault/);
  },
});

Deno.test({
  name:
    "ChatServer counts and keeps the operator's messages for a client that comes back",
  permissions: "none",
  async fn() {
    for (const received of [0, 1, 2]) {
      await using house = new House();
      const [bob, welcome] = await house.join("Bob", "10.0.0.2:5000", "");
      await house.type("/mute Bob", "/say Hello, Bob", "/lock");
      assertEquals((await heard(bob)).map(({ from }) => from), [
        "server",
        "server",
      ]);
      bob.stream.close();
      await settle();
      const { token } = welcome;
      const back = await house.connect("10.0.0.2:5001");
      const hello = {
        type: "hello",
        protocol: 1,
        name: "Bob",
        token,
        received,
      };
      const [again, ...missed] = await heard(back, hello);
      assertEquals(again?.["resumed"], true, "although it is locked");
      assertEquals(
        missed.map(({ type }) => type),
        ["told", "said"].slice(received),
      );
      // A banned person stays out, also with a token.
      back.stream.close();
      await house.type("/ban Bob");
      const last = await house.connect("10.0.0.2:5002");
      const [refused] = await heard(last, { ...hello, received: 2 });
      assertEquals(refused?.["code"], "banned");
    }
  },
});

Deno.test({
  name: "ChatServer gives a newcomer the last 50 messages by default",
  permissions: "none",
  async fn() {
    await using house = new House();
    for (let i = 0; i < 60; i++) house.server.say(`${i}`);
    await settle();
    const [peer, welcome] = await house.join("Ann");
    assertEquals(welcome["follows"], 50);
    assertEquals((await peer.next())?.text, "10");
  },
});

Deno.test({
  name:
    "ChatServer closes the oldest of more than 4,000 clients without a name",
  permissions: "none",
  async fn() {
    // However slow this computer is, no client takes too long for its hello.
    using time = new FakeTime();
    await using house = new House();
    const [named] = await house.join("Ann");
    const from = (n: number) => `10.0.${n >> 8}.${n & 255}:5000`;
    const first = await house.connect(from(1));
    let closing: Received | undefined;
    void first.next().then((message) => closing = message);
    for (let n = 2; n <= 4_000; n++) {
      await house.connect(from(n));
      // The loop pauses after each sixteenth, of whom Ann was the first.
      if ((n + 1) % 16 === 0) await time.pass(0);
    }
    assertEquals(closing, undefined);
    await house.connect(from(4_001));
    // The last words wait for the first byte of a client that may encrypt.
    await time.pass(500);
    assertEquals(closing?.["reason"], "too many connections without a name");
    assertEquals(await heard(named), []);
  },
});
