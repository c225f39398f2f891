import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { FileCatalog } from "../../lib/chat/file_catalog.ts";
import { Moderation } from "../../lib/chat/moderation.ts";
import { Room } from "../../lib/chat/room.ts";
import { Backpressure } from "../../lib/server/backpressure.ts";
import { Session, type Shared } from "../../lib/server/session.ts";
import {
  collectingLog,
  concat,
  FakeTime,
  Peer,
  Random,
  rawChunk,
  rawFrame,
  rawMessage,
  type Received,
  settle,
  type StreamOptions,
  streamPair,
  tempFolder,
} from "../testing.ts";

/** A server without a listener: sessions are let in by hand. */
class Host {
  readonly printed: string[] = [];
  readonly lines: string[];
  readonly shared: Shared;
  readonly sessions: Session[] = [];
  readonly #ended = new Set<Session>();
  readonly #last = Promise.withResolvers<void>();

  constructor(folder = "no such folder", room = new Room()) {
    const { log, lines } = collectingLog();
    this.lines = lines;
    this.shared = {
      room,
      catalog: new FileCatalog(folder),
      backpressure: new Backpressure(),
      log,
      print: (line) => this.printed.push(line),
      counters: { messages: 0, deliveries: 0 },
      moderation: new Moderation(),
      welcome: "Welcome!",
      history: 50,
      maxRate: 100,
      onEnd: (session) => {
        assert(!this.#ended.has(session), "ends once");
        this.#ended.add(session);
        if (this.#ended.size === this.sessions.length) this.#last.resolve();
      },
    };
  }

  /** A client that has connected, and said nothing. */
  connect(options?: StreamOptions): Peer {
    const [mine, other] = streamPair(options);
    const number = this.sessions.length + 1;
    const incoming = { stream: mine, from: `10.0.0.${number}:5000` };
    const session = new Session(incoming, number, this.shared);
    this.sessions.push(session);
    session.start();
    return new Peer(other);
  }

  /** A client that has joined. */
  async join(name: string): Promise<Peer> {
    const peer = this.connect();
    await peer.send(hello(name));
    await peer.until("welcome");
    return peer;
  }

  /** Resolves when all sessions have ended. */
  async ended(...peers: Peer[]): Promise<void> {
    peers.forEach((peer) => peer.stream.close());
    await this.#last.promise;
    this.shared.log.flush();
  }
}

const FAULT =
  "failure in the server. Join again; if it happens again, tell the " +
  "operator to look into server.log";

const hello = (name: string) => ({ type: "hello", protocol: 1, name });

/** All that `peer` is told up to the answer to a ping. */
async function answers(peer: Peer, ...messages: object[]): Promise<Received[]> {
  for (const message of messages) await peer.send(message);
  await peer.send({ type: "ping", n: 99 });
  return (await peer.until("pong")).slice(0, -1);
}

/** What `peer` is told when its connection is ended for breaking the rules. */
async function violation(peer: Peer): Promise<string> {
  const last = (await peer.until()).at(-1);
  assertEquals(last?.type, "closing");
  return last!["reason"];
}

Deno.test({
  name: "Session says what the server is called, and how many messages follow",
  permissions: "none",
  async fn() {
    const host = new Host();
    Object.assign(host.shared, { name: "Lab 3" });
    const ann = await host.join("Ann");
    await ann.send({ type: "say", text: "one" });
    await ann.send({ type: "say", text: "two" });
    await settle();
    const bob = host.connect();
    await bob.send(hello("Bob"));
    const welcome = await bob.next();
    assertEquals([welcome?.["server"], welcome?.["follows"]], ["Lab 3", 2]);
    const past = [await bob.next(), await bob.next()];
    assertEquals(past.map((said) => said?.["text"]), ["one", "two"]);
    await host.ended(ann, bob);
  },
});

Deno.test({
  name: "Session welcomes who says hello, and tells the others",
  permissions: "none",
  async fn() {
    const host = new Host();
    const ann = await host.join("Ann");
    const bob = host.connect();
    await bob.send(hello("Bob"));
    assertEquals(await bob.next(), {
      type: "welcome",
      protocol: 1,
      name: "Bob",
      text: "Welcome!",
      users: ["Ann", "Bob"],
      count: 2,
    });
    assertEquals(await ann.next(), { type: "joined", name: "Bob" });
    await bob.send({ type: "bye" });
    assertEquals(await ann.next(), {
      type: "left",
      name: "Bob",
      reason: "quit",
    });
    assertEquals(await bob.next(), undefined);
    await host.ended(ann);
    assertEquals(host.printed, [
      "Connection from 10.0.0.1:5000",
      "Ann has joined",
      "Connection from 10.0.0.2:5000",
      "Bob has joined",
      "Bob has left (quit)",
      "Ann has left (connection lost)",
    ]);
    assertEquals(host.lines, [
      "#1 10.0.0.1:5000 connected",
      '#1 10.0.0.1:5000 joined name="Ann"',
      "#2 10.0.0.2:5000 connected",
      '#2 10.0.0.2:5000 joined name="Bob"',
      '#2 10.0.0.2:5000 left name="Bob" reason="quit"',
      '#1 10.0.0.1:5000 left name="Ann" reason="connection lost"',
    ]);
  },
});

Deno.test({
  name:
    "Session passes on what is said to all and to one, and stamps the sender",
  permissions: "none",
  async fn() {
    const host = new Host();
    const [ann, bob, cy] = [
      await host.join("Ann"),
      await host.join("Bob"),
      await host.join("Cy"),
    ];
    const own = await answers(
      ann,
      { type: "say", text: "to all", from: "Bob" },
      { type: "tell", to: "bob", text: "to one", from: "Cy" },
    );
    assertEquals(own.map(({ type }) => type), ["joined", "joined"]);
    assertEquals((await answers(bob)).slice(1), [
      { type: "said", from: "Ann", text: "to all" },
      { type: "told", from: "Ann", text: "to one" },
    ]);
    assertEquals(await answers(cy), [
      { type: "said", from: "Ann", text: "to all" },
    ]);
    await host.ended(ann, bob, cy);
  },
});

Deno.test({
  name: "Session answers users, files and ping in the order of the questions",
  async fn() {
    await using folder = await tempFolder();
    await Deno.writeTextFile(`${folder.path}/a.txt`, "hello");
    const host = new Host(folder.path);
    const ann = await host.join("Ann");
    const all = await answers(
      ann,
      { type: "files" },
      { type: "ping", n: 5 },
      { type: "users" },
    );
    // The first pong is that of the ping in the middle.
    assertEquals(all.map(({ type }) => type), ["files"]);
    assertEquals((await ann.until("pong")).map(({ type }) => type), [
      "users",
      "pong",
    ]);
    const { name, size } = all[0]!["files"][0];
    assertEquals([name, size], ["a.txt", 5]);
    await host.ended(ann);
  },
});

Deno.test({
  name: "Session refuses a second hello, and the connection lives",
  permissions: "none",
  async fn() {
    const host = new Host();
    const ann = await host.join("Ann");
    const [refused] = await answers(ann, hello("Other"));
    assertEquals([refused?.["re"], refused?.["code"]], [
      "hello",
      "out-of-order",
    ]);
    assertEquals(host.shared.room.names(), ["Ann"]);
    await host.ended(ann);
  },
});

Deno.test({
  name: "Session refuses names, and lets the client try again",
  permissions: "none",
  async fn() {
    const host = new Host();
    const zoe = await host.join("Zoë");
    const peer = host.connect();
    const names = [
      "zoe\u0308",
      "server",
      "..",
      "a b",
      "CON",
      "\x1b[2J",
      "Jоhn",
      "",
    ];
    const refusals = await answers(peer, ...names.map(hello));
    assertEquals(
      refusals.map(({ re, code }) => `${re} ${code}`),
      ["hello name-taken", ...Array(7).fill("hello name-invalid")],
    );
    await peer.send(hello("e\u0301va"));
    assertEquals((await peer.next())?.["name"], "\u00e9va");
    await host.ended(zoe, peer);
  },
});

Deno.test({
  name: "Session refuses another version of the protocol",
  permissions: "none",
  async fn() {
    const host = new Host();
    const peer = host.connect();
    const [refused] = await answers(peer, { ...hello("Ann"), protocol: 2 });
    assertEquals(refused?.["code"], "protocol");
    await host.ended(peer);
  },
});

Deno.test({
  name: "Session refuses an unknown type by its name, and the connection lives",
  permissions: "none",
  async fn() {
    const host = new Host();
    const ann = await host.join("Ann");
    const [refused] = await answers(ann, { type: "dance" });
    assertEquals(refused, {
      type: "refused",
      re: "dance",
      code: "unknown-type",
      text:
        "This server does not know messages of type dance: it may be older " +
        "than this client",
    });
    await host.ended(ann);
  },
});

Deno.test({
  name: "Session ends a connection that speaks before hello",
  permissions: "none",
  async fn() {
    const messages = [
      { type: "say", text: "hi" },
      { type: "tell", to: "Ann", text: "hi" },
      { type: "users" },
      { type: "files" },
      { type: "get", id: 1, name: "a" },
      { type: "cancel", id: 1 },
    ];
    for (const message of messages) {
      const host = new Host();
      const peer = host.connect();
      await peer.send(message);
      assertStringIncludes(
        await violation(peer),
        `"${message.type}" before hello`,
      );
      await host.ended(peer);
    }
  },
});

Deno.test({
  name: "Session ends only the connection that breaks the rules",
  permissions: "none",
  async fn() {
    const host = new Host();
    const ann = await host.join("Ann");
    const broken: [bytes: Uint8Array, reason: string][] = [
      [rawChunk(1, new Uint8Array(9)), "too long"],
      [rawFrame(2, new Uint8Array(0)), "file chunks"],
      [rawFrame(3, new Uint8Array(0)), "unknown kind 3"],
      [new Uint8Array(4), "length 0"],
      [new Uint8Array([255, 255, 255, 255]), "too long"],
      [rawFrame(1, new Uint8Array([0xff, 0xfe])), "not JSON in UTF-8"],
      [rawMessage("[]"), "not a JSON object"],
      [rawMessage('{"type":"say","text":1}'), "bad field"],
      [new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"), "too long"],
    ];
    for (const [bytes, reason] of broken) {
      const bob = await host.join("Bob");
      await bob.send(bytes);
      assertStringIncludes(await violation(bob), reason);
      bob.stream.close();
      assertStringIncludes((await ann.until("left")).at(-1)!["reason"], reason);
    }
    assertEquals(await answers(ann), []);
    await host.ended(ann);
    const noted = host.lines.filter((line) => line.includes(" violation "));
    assertEquals(noted.length, broken.length);
  },
});

Deno.test({
  name: "Session gives a stranger 4 KiB, and 64 KiB after hello",
  permissions: "none",
  async fn() {
    const host = new Host();
    const padded = (length: number) =>
      rawMessage(JSON.stringify(hello("Ann")).padEnd(length));
    const stranger = host.connect();
    await stranger.send(padded(4097));
    assertStringIncludes(await violation(stranger), "at most 4096");
    stranger.stream.close();

    const ann = host.connect();
    await ann.send(padded(4096));
    assertEquals((await ann.next())?.type, "welcome");
    assertEquals(
      await answers(ann, rawMessage('{"type":"users"}'.padEnd(65536))),
      [
        { type: "users", names: ["Ann"] },
      ],
    );
    await ann.send(rawMessage('{"type":"users"}'.padEnd(65537)));
    assertStringIncludes(await violation(ann), "at most 65536");
    await host.ended(ann);
  },
});

Deno.test({
  name: "Session refuses a text that is too long, and nobody hears it",
  permissions: "none",
  async fn() {
    const host = new Host();
    const [ann, bob] = [await host.join("Ann"), await host.join("Bob")];
    const text = "é".repeat(24 * 1024);
    const refusals = await answers(
      ann,
      { type: "say", text: text + "x" },
      { type: "tell", to: "Bob", text: text + "x" },
      { type: "say", text },
    );
    assertEquals(
      refusals.slice(1).map(({ re, code }) => `${re} ${code}`),
      ["say too-long", "tell too-long"],
    );
    assertEquals(await answers(bob), [{ type: "said", from: "Ann", text }]);
    await host.ended(ann, bob);
  },
});

Deno.test({
  name:
    "Session tells the sender when there is nobody to tell, and nobody else hears it",
  permissions: "none",
  async fn() {
    const host = new Host();
    const [ann, bob] = [await host.join("Ann"), await host.join("Bob")];
    const [, refused] = await answers(ann, {
      type: "tell",
      to: "Cy",
      text: "secret",
    });
    assertEquals([refused?.["re"], refused?.["code"]], [
      "tell",
      "no-such-user",
    ]);
    assertEquals(await answers(bob), []);
    await host.ended(ann, bob);
  },
});

Deno.test({
  name: "Session ends a connection that has not said hello after 5 seconds",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const host = new Host();
    const silent = host.connect();
    const ann = await host.join("Ann");
    await time.pass(4_999);
    await silent.send({ type: "ping", n: 1 });
    await time.pass(1);
    assertEquals((await silent.until()).map(({ type }) => type), [
      "pong",
      "closing",
    ]);
    assertEquals(await answers(ann), []);
    await host.ended(silent, ann);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "Session pings a silent client and lets it go after 30 seconds",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const host = new Host();
    const ann = await host.join("Ann");
    await time.pass(30_000);
    assertEquals((await ann.until()).map(({ type, n }) => `${type} ${n}`), [
      "ping 1",
      "ping 2",
    ]);
    await host.ended(ann);
    assertEquals(
      host.lines.at(-1),
      '#1 10.0.0.1:5000 left name="Ann" reason="no answer"',
    );
  },
});

Deno.test({
  name: "Session counts whatever the client says as a sign of life",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const host = new Host();
    const ann = await host.join("Ann");
    for (let i = 0; i < 10; i++) {
      await time.pass(9_000);
      assertEquals(await answers(ann, { type: "pong", n: i }), []);
    }
    await host.ended(ann);
  },
});

Deno.test({
  name: "Session gives an answer its place among what was said before",
  permissions: "none",
  async fn() {
    let endTurn = () => {};
    const room = new Room({ atEndOfTurn: (run) => endTurn = run });
    const host = new Host("", room);
    const [ann, bob] = [await host.join("Ann"), await host.join("Bob")];
    endTurn();
    await ann.send({ type: "say", text: "first" });
    await bob.send({ type: "users" });
    assertEquals((await bob.until("users")).map(({ type }) => type), [
      "said",
      "users",
    ]);
    await host.ended(ann, bob);
  },
});

Deno.test("Session stops the downloads of a client that is gone", async () => {
  await using folder = await tempFolder();
  await Deno.writeFile(`${folder.path}/a.bin`, new Uint8Array(3_000_000));
  const host = new Host(folder.path);
  const ann = host.connect({ capacity: 10_000 });
  await ann.send(hello("Ann"));
  await ann.send({ type: "get", id: 1, name: "a.bin" });
  await ann.until("chunk");
  await host.ended(ann);
  assertEquals(
    host.lines.slice(-2).map((line) => line.replace(/^\S+ \S+ /, "")),
    [
      'download failed file="a.bin" id=1 reason="connection lost"',
      'left name="Ann" reason="connection lost"',
    ],
  );
});

Deno.test({
  name:
    "Session.close() tells the client why, whatever the others do meanwhile",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const host = new Host();
    const peers = [
      await host.join("Ann"),
      await host.join("Bob"),
      host.connect(),
    ];
    await settle();
    const closed = host.sessions.map((session) => session.close("the end"));
    for (const peer of peers) {
      assertEquals((await peer.until()).at(-1), {
        type: "closing",
        reason: "the end",
      });
      peer.stream.close();
      await time.pass(1);
    }
    await Promise.all(closed);
    await host.ended();
    const endings = host.lines.filter((line) => line.includes("reason="));
    assertEquals(endings.length, 3);
    for (const line of endings) assertStringIncludes(line, 'reason="the end"');
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "Session survives a fault of the server and notes it with its stack",
  permissions: "none",
  async fn() {
    const host = new Host();
    const [ann, bob] = [await host.join("Ann"), await host.join("Bob")];
    host.shared.room.names = () => {
      throw new Error("a fault");
    };
    await ann.send({ type: "users" });
    assertEquals(await violation(ann), FAULT);
    ann.stream.close();
    assertEquals((await bob.until("left")).length, 1);
    await host.ended(bob);
    assert(
      host.lines.some((line) => /failure stack="Error: a fault\\n/.test(line)),
    );
  },
});

Deno.test({
  name: "Session takes a transcript in pieces of any size",
  permissions: "none",
  async fn() {
    const transcript = concat(
      ...[
        hello("Ann"),
        { type: "say", text: "é 你 🦄" },
        { type: "tell", to: "Bob", text: "psst" },
        { type: "users" },
        { type: "dance" },
        { type: "bye" },
        { type: "say", text: "after the end" },
      ].map((message) => rawMessage(JSON.stringify(message))),
    );
    for (const readLength of [1, 2, 3, 5, 11, 64, transcript.length]) {
      const host = new Host();
      const bob = await host.join("Bob");
      const ann = host.connect({ readLength });
      await ann.send(transcript);
      const heard = await bob.until("left");
      assertEquals(heard.map(({ type, text }) => text ?? type), [
        "joined",
        "é 你 🦄",
        "psst",
        "left",
      ]);
      await host.ended(ann, bob);
    }
  },
});

Deno.test({
  name: "Session lives through random bytes of a hundred strangers",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const random = new Random(11);
    const host = new Host();
    const ann = await host.join("Ann");
    for (let i = 0; i < 100; i++) {
      const peer = host.connect();
      await peer.send(rawMessage(JSON.stringify(hello(`guest${i}`))));
      const noise = random.bytes(random.below(100));
      await peer.send(i % 2 === 0 ? noise : rawFrame(1, noise));
      await settle();
      peer.stream.close();
    }
    await time.pass(2_000);
    assertEquals((await answers(ann)).length, 200);
    assertEquals(host.shared.room.names(), ["Ann"]);
    await host.ended(ann);
    assertMatch(host.lines.join("\n"), /violation/);
    assertEquals(/failure/.test(host.lines.join("\n")), false);
  },
});

Deno.test({
  name: "Session cuts off who does not read, and nobody waits for that one",
  permissions: "none",
  async fn() {
    const host = new Host();
    const ann = await host.join("Ann");
    const deaf = host.connect({ capacity: 1000 });
    await deaf.send(hello("Deaf"));
    assertEquals((await ann.next())?.type, "joined");
    const text = "x".repeat(40_000);
    for (let i = 0; i < 230; i++) await ann.send({ type: "say", text });
    await answers(ann);
    // It is told so, behind what was on its way already.
    const heard = await deaf.until("closing");
    assertEquals(
      heard.at(-1),
      {
        type: "closing",
        reason: "this client did not read messages fast enough. " +
          "Check the network, then join again",
        code: "too-slow",
      },
    );
    deaf.stream.close();
    assertEquals(await ann.next(), {
      type: "left",
      name: "Deaf",
      reason: "too slow",
    });
    await host.ended(ann, deaf);
  },
});

Deno.test({
  name: "Session holds back who floods, so that a slow reader is not cut off",
  permissions: "none",
  async fn() {
    // The time stands still: the patience with the reader does not end.
    using _time = new FakeTime();
    const host = new Host();
    const ann = await host.join("Ann");
    const slow = host.connect({ capacity: 4000 });
    await slow.send(hello("Slow"));
    const text = "x".repeat(40_000);
    for (let i = 0; i < 230; i++) await ann.send({ type: "say", text });
    for (let i = 0; i < 231; i++) {
      await settle();
      const message = await slow.next();
      assertEquals(message?.type, i === 0 ? "welcome" : "said");
    }
    await host.ended(ann, slow);
  },
});

/** A client that can come back; `token` is empty the first time. */
async function joinLasting(
  host: Host,
  place: { name: string; token?: string; received?: number },
): Promise<{ peer: Peer; welcome: Received }> {
  const peer = host.connect();
  await peer.send({ ...hello(place.name), token: "", ...place });
  const welcome = (await peer.until("welcome")).at(-1)!;
  return { peer, welcome };
}

Deno.test({
  name:
    "Session gives a place back, with what was missed and what was dealt with",
  permissions: "none",
  async fn() {
    const host = new Host();
    const { peer: ann, welcome } = await joinLasting(host, { name: "Ann" });
    const { token } = welcome;
    assertMatch(token, /^[0-9a-f-]{36}$/);
    assertEquals([welcome["resumed"], welcome["handled"]], [
      undefined,
      undefined,
    ]);
    const bob = await host.join("Bob");
    await answers(
      ann,
      { type: "say", text: "1" },
      { type: "say", text: "\u00e9" },
      { type: "tell", to: "Bob", text: "3" },
      { type: "tell", to: "Nobody", text: "4" },
    );
    await answers(bob, { type: "say", text: "heard" });
    assertEquals((await ann.until("said")).at(-1)!["text"], "heard");
    ann.stream.close();
    await bob.until("left");
    await answers(bob, { type: "say", text: "missed" });
    const { peer: again, welcome: back } = await joinLasting(host, {
      name: "Ann",
      token,
      received: 0,
    });
    assertEquals(back["token"], token);
    assertEquals([back["resumed"], back["handled"]], [true, 4]);
    const missed = await answers(again);
    assertEquals(
      missed.map(({ type, text, late }) => [type, text, late]),
      [
        [
          "refused",
          "There is nobody called Nobody, so your message was not sent. " +
          "Check the name: /users shows who is here",
          true,
        ],
        ["said", "heard", true],
        ["said", "missed", true],
      ],
    );
    assertEquals(await bob.next(), { type: "joined", name: "Ann" });
    await host.ended(again, bob);
    assert(host.lines.some((line) => line.includes("came back")));
    assertEquals(host.lines.some((line) => line.includes(token)), false);
    assert(host.printed.includes("Ann is here again"));
  },
});

Deno.test({
  name: "Session that is taken over ends, and nobody sees anybody leave",
  permissions: "none",
  async fn() {
    const host = new Host();
    const { peer: old, welcome } = await joinLasting(host, { name: "Ann" });
    const bob = await host.join("Bob");
    await old.until("joined");
    const place = { name: "Ann", token: welcome["token"], received: 0 };
    const { peer: again } = await joinLasting(host, place);
    assertEquals(await old.next(), {
      type: "closing",
      reason: "you have come back over another connection",
      code: "replaced",
      final: true,
    });
    await answers(again, { type: "say", text: "still me" });
    const heard = await answers(bob);
    assertEquals(heard, [{ type: "said", from: "Ann", text: "still me" }]);
    await host.ended(old, again, bob);
  },
});

Deno.test({
  name: "Session forgets the place of one who quits",
  permissions: "none",
  async fn() {
    const host = new Host();
    const { peer: ann, welcome } = await joinLasting(host, { name: "Ann" });
    await ann.send({ type: "bye" });
    await ann.until();
    const place = { name: "Ann", token: welcome["token"], received: 0 };
    const { peer: again, welcome: fresh } = await joinLasting(host, place);
    assertEquals(fresh["resumed"], undefined);
    assert(fresh["token"] !== welcome["token"]);
    await host.ended(again);
  },
});

Deno.test({
  name:
    "Session shows one who joins late the last broadcasts, and nothing private",
  permissions: "none",
  async fn() {
    const host = new Host();
    const ann = await host.join("Ann");
    const bob = await host.join("Bob");
    for (let i = 0; i < 60; i++) {
      await ann.send({ type: "say", text: `${i}` });
      await ann.send({ type: "tell", to: "Bob", text: "secret" });
    }
    await answers(ann);
    const cy = await host.join("Cy");
    const earlier = await answers(cy);
    assertEquals(earlier.length, 50);
    for (const [index, said] of earlier.entries()) {
      const { type, from, text, at, earlier } = said;
      const expected = ["said", "Ann", `${index + 10}`, true];
      assertEquals([type, from, text, earlier], expected);
      assert(Number.isSafeInteger(at));
    }
    await host.ended(ann, bob, cy);
  },
});

Deno.test({
  name: "Session slows a flood down, warns once, and cuts it off in words",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const host = new Host();
    const ann = await host.join("Ann");
    const bob = await host.join("Bob");
    const flood = Array.from(
      { length: 5_000 },
      (_, i) => rawMessage(`{"type":"say","text":"${i}"}`),
    );
    await ann.send(concat(...flood));
    await time.pass(29_000);
    for (let i = 0; i < 3; i++) await ann.send({ type: "pong", n: 0 });
    await time.pass(2_000);
    const heard = await ann.until("closing");
    assertEquals(heard.filter(({ type }) => type === "warning"), [{
      type: "warning",
      code: "flooding",
      text: "You are sending more than 100 messages a second, so the server " +
        "passes them on more slowly. Send more slowly, or the server will " +
        "disconnect you",
    }]);
    assertEquals(heard.at(-1), {
      type: "closing",
      reason: "you sent more than 100 messages a second for too long. " +
        "Join again, and send more slowly",
      code: "flooding",
      final: true,
    });
    const said = (await bob.until("left")).filter(({ type }) =>
      type === "said"
    );
    // The burst, and 100 a second; nothing of it lost or out of order.
    assert(said.length >= 3_900 && said.length <= 4_200, `${said.length}`);
    assertEquals(said.map(({ text }) => text), said.map((_, i) => `${i}`));
    await time.pass(2_000);
    await host.ended(ann, bob);
    assert(host.lines.some((line) => line.includes(" flooding ")));
    assert(host.lines.some((line) => line.includes('reason="flooding"')));
  },
});

Deno.test({
  name:
    "Session lets a pasted page pass, and does not count what a download needs",
  permissions: "none",
  async fn() {
    const host = new Host();
    const ann = await host.join("Ann");
    const bob = await host.join("Bob");
    const page = Array.from({ length: 100 }, (_, i) => `${i}`);
    for (const text of page) await ann.send({ type: "say", text });
    const took = rawMessage('{"type":"took","id":1,"size":1}');
    await ann.send(concat(...Array.from({ length: 3_000 }, () => took)));
    const heard = await answers(ann);
    assertEquals(heard, [{ type: "joined", name: "Bob" }]);
    const said = await answers(bob);
    assertEquals(said.map(({ text }) => text), page);
    await host.ended(ann, bob);
  },
});

Deno.test({
  name:
    "Session alone ends when something fails while it is told what others say",
  permissions: "none",
  async fn() {
    class Faulty extends Backpressure {
      override note(receiver: Parameters<Backpressure["note"]>[0]): void {
        if (receiver.queuedLength > 3_000) throw new Error("a fault");
      }
    }
    const host = new Host();
    Object.assign(host.shared, { backpressure: new Faulty() });
    const ann = await host.join("Ann");
    const deaf = host.connect({ capacity: 1_000 });
    await deaf.send(hello("Deaf"));
    const cy = await host.join("Cy");
    const text = "x".repeat(2_500);
    for (let i = 0; i < 3; i++) {
      await ann.send({ type: "say", text });
      assertEquals((await cy.next())?.["text"], text);
      await settle();
    }
    assertEquals(await cy.next(), {
      type: "left",
      name: "Deaf",
      reason: "failure in the server",
    });
    assertEquals((await answers(ann, { type: "users" })).at(-1)?.["names"], [
      "Ann",
      "Cy",
    ]);
    await host.ended(ann, deaf, cy);
    assertMatch(host.lines.join("\n"), /#2 .* failure stack="Error: a fault/);
  },
});

Deno.test({
  name: "Session ends even if something fails while it says goodbye",
  permissions: "none",
  async fn() {
    class Faulty extends Room {
      override send(): void {
        throw new Error("a fault");
      }
    }
    const host = new Host(undefined, new Faulty());
    const bob = host.connect();
    await bob.send(hello("Bob"));
    assertEquals(await bob.until(), []);
    await host.ended(bob);
    assertEquals(host.shared.room.size, 0);
  },
});
