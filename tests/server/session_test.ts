import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { Room } from "../../lib/chat/room.ts";
import { Backpressure } from "../../lib/server/backpressure.ts";
import { answers, Hall, hello } from "./hall.ts";
import {
  concat,
  FakeTime,
  Peer,
  Random,
  rawChunk,
  rawFrame,
  rawMessage,
  type Received,
  settle,
  tempFolder,
} from "../testing.ts";

const FAULT =
  "failure in the server. Join again; if it happens again, tell the " +
  "operator to look into server.log";

/** Resolves to what `peer` reads when its connection ends for breaking the rules. */
async function violation(peer: Peer): Promise<string> {
  const last = (await peer.until()).at(-1);
  assertEquals(last?.type, "closing");
  return last!["reason"];
}

Deno.test({
  name: "Session introduces the server before hello, unless the server hides",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const hidden = hall.connect();
    const [refused] = await answers(hidden, { type: "where", n: 7 });
    assertEquals([refused?.["re"], refused?.["code"]], ["where", "hidden"]);
    const here = { type: "here", server: "a", name: "Lab", port: 1 } as const;
    const introduce = (n: number) => ({ ...here, n });
    Object.assign(hall.shared, { introduce });
    const peer = hall.connect();
    assertEquals(await answers(peer, { type: "where", n: 7 }), [introduce(7)]);
    assertEquals((await answers(peer, hello("Ann")))[0]?.type, "welcome");
    await hall.ended(hidden, peer);
  },
});

Deno.test({
  name:
    "Session gives the server's name and the number of messages that follow",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    Object.assign(hall.shared, { name: "Lab 3" });
    const ann = await hall.join("Ann");
    await ann.send({ type: "say", text: "one" });
    await ann.send({ type: "say", text: "two" });
    await settle();
    const bob = hall.connect();
    await bob.send(hello("Bob"));
    const welcome = await bob.next();
    assertEquals([welcome?.["server"], welcome?.["follows"]], ["Lab 3", 2]);
    const past = [await bob.next(), await bob.next()];
    assertEquals(past.map((said) => said?.["text"]), ["one", "two"]);
    await hall.ended(ann, bob);
  },
});

Deno.test({
  name: "Session welcomes a client that says hello, and tells the others",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const ann = await hall.join("Ann");
    const bob = hall.connect();
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
    await hall.ended(ann);
    assertEquals(hall.printed, [
      "Connection from 10.0.0.1:5000",
      "Ann has joined",
      "Connection from 10.0.0.2:5000",
      "Bob has joined",
      "Bob has left (quit)",
      "Ann has left (connection lost)",
    ]);
    assertEquals(hall.lines, [
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
  name: "Session passes on messages to all and to one, and stamps the sender",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const [ann, bob, cy] = [
      await hall.join("Ann"),
      await hall.join("Bob"),
      await hall.join("Cy"),
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
    await hall.ended(ann, bob, cy);
  },
});

Deno.test({
  name: "Session answers users, files and ping in the order of the questions",
  async fn() {
    await using folder = await tempFolder();
    await Deno.writeTextFile(`${folder.path}/a.txt`, "hello");
    const hall = new Hall(folder.path);
    const ann = await hall.join("Ann");
    const all = await answers(
      ann,
      { type: "files" },
      { type: "ping", n: 5 },
      { type: "users" },
    );
    // The first pong answers the ping in the middle.
    assertEquals(all.map(({ type }) => type), ["files"]);
    assertEquals((await ann.until("pong")).map(({ type }) => type), [
      "users",
      "pong",
    ]);
    const { name, size } = all[0]!["files"][0];
    assertEquals([name, size], ["a.txt", 5]);
    await hall.ended(ann);
  },
});

Deno.test({
  name: "Session refuses a second hello, and the connection stays open",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const ann = await hall.join("Ann");
    const [refused] = await answers(ann, hello("Other"));
    assertEquals([refused?.["re"], refused?.["code"]], [
      "hello",
      "out-of-order",
    ]);
    assertEquals(hall.shared.room.names(), ["Ann"]);
    await hall.ended(ann);
  },
});

Deno.test({
  name: "Session refuses a name, and lets the client try again",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const zoe = await hall.join("Zoë");
    const peer = hall.connect();
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
    await hall.ended(zoe, peer);
  },
});

Deno.test({
  name: "Session refuses another version of the protocol",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const peer = hall.connect();
    const [refused] = await answers(peer, { ...hello("Ann"), protocol: 2 });
    assertEquals(refused?.["code"], "protocol");
    await hall.ended(peer);
  },
});

Deno.test({
  name:
    "Session refuses an unknown type by its name, and the connection stays open",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const ann = await hall.join("Ann");
    const [refused] = await answers(ann, { type: "dance" });
    assertEquals(refused, {
      type: "refused",
      re: "dance",
      code: "unknown-type",
      text:
        "This server does not know messages of type dance: it may be older " +
        "than this client",
    });
    await hall.ended(ann);
  },
});

Deno.test({
  name: "Session ends a connection that sends other messages before hello",
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
      const hall = new Hall();
      const peer = hall.connect();
      await peer.send(message);
      assertStringIncludes(
        await violation(peer),
        `"${message.type}" before hello`,
      );
      await hall.ended(peer);
    }
  },
});

Deno.test({
  name: "Session ends only the connection that breaks the rules",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const ann = await hall.join("Ann");
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
      const bob = await hall.join("Bob");
      await bob.send(bytes);
      assertStringIncludes(await violation(bob), reason);
      bob.stream.close();
      assertStringIncludes((await ann.until("left")).at(-1)!["reason"], reason);
    }
    assertEquals(await answers(ann), []);
    await hall.ended(ann);
    const noted = hall.lines.filter((line) => line.includes(" violation "));
    assertEquals(noted.length, broken.length);
  },
});

Deno.test({
  name: "Session accepts 4 KiB before hello, and 64 KiB after it",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const padded = (length: number) =>
      rawMessage(JSON.stringify(hello("Ann")).padEnd(length));
    const stranger = hall.connect();
    await stranger.send(padded(4097));
    assertStringIncludes(await violation(stranger), "at most 4096");
    stranger.stream.close();

    const ann = hall.connect();
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
    await hall.ended(ann);
  },
});

Deno.test({
  name: "Session refuses a text that is too long, and passes it to no one",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const [ann, bob] = [await hall.join("Ann"), await hall.join("Bob")];
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
    await hall.ended(ann, bob);
  },
});

Deno.test({
  name:
    "Session tells the sender, and no one else, that the receiver is not here",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const [ann, bob] = [await hall.join("Ann"), await hall.join("Bob")];
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
    await hall.ended(ann, bob);
  },
});

Deno.test({
  name: "Session ends a connection without a hello after 5 seconds",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const hall = new Hall();
    const silent = hall.connect();
    const ann = await hall.join("Ann");
    await time.pass(4_999);
    await silent.send({ type: "ping", n: 1 });
    await time.pass(1);
    assertEquals((await silent.until()).map(({ type }) => type), [
      "pong",
      "closing",
    ]);
    assertEquals(await answers(ann), []);
    await hall.ended(silent, ann);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name:
    "Session pings a silent client and ends its connection after 30 seconds",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const hall = new Hall();
    const ann = await hall.join("Ann");
    await time.pass(30_000);
    assertEquals((await ann.until()).map(({ type, n }) => `${type} ${n}`), [
      "ping 1",
      "ping 2",
    ]);
    await hall.ended(ann);
    assertEquals(
      hall.lines.at(-1),
      '#1 10.0.0.1:5000 left name="Ann" reason="no answer"',
    );
  },
});

Deno.test({
  name: "Session counts anything that the client sends as a sign of life",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const hall = new Hall();
    const ann = await hall.join("Ann");
    for (let i = 0; i < 10; i++) {
      await time.pass(9_000);
      assertEquals(await answers(ann, { type: "pong", n: i }), []);
    }
    await hall.ended(ann);
  },
});

Deno.test({
  name: "Session sends an answer in order with earlier messages",
  permissions: "none",
  async fn() {
    let endTurn = () => {};
    const room = new Room({ atEndOfTurn: (run) => endTurn = run });
    const hall = new Hall("", room);
    const [ann, bob] = [await hall.join("Ann"), await hall.join("Bob")];
    endTurn();
    await ann.send({ type: "say", text: "first" });
    await bob.send({ type: "users" });
    assertEquals((await bob.until("users")).map(({ type }) => type), [
      "said",
      "users",
    ]);
    await hall.ended(ann, bob);
  },
});

Deno.test("Session stops the downloads of a client that is gone", async () => {
  await using folder = await tempFolder();
  await Deno.writeFile(`${folder.path}/a.bin`, new Uint8Array(3_000_000));
  const hall = new Hall(folder.path);
  const ann = hall.connect({ capacity: 10_000 });
  await ann.send(hello("Ann"));
  await ann.send({ type: "get", id: 1, name: "a.bin" });
  await ann.until("chunk");
  await hall.ended(ann);
  assertEquals(
    hall.lines.slice(-2).map((line) => line.replace(/^\S+ \S+ /, "")),
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
    const hall = new Hall();
    const peers = [
      await hall.join("Ann"),
      await hall.join("Bob"),
      hall.connect(),
    ];
    await settle();
    const closed = hall.sessions.map((session) =>
      session.close({ kind: "closed", words: "the end" })
    );
    // The last words wait for the first byte of a client that may encrypt.
    await time.pass(500);
    for (const peer of peers) {
      assertEquals((await peer.until()).at(-1), {
        type: "closing",
        reason: "the end",
      });
      peer.stream.close();
      await time.pass(1);
    }
    await Promise.all(closed);
    await hall.ended();
    const endings = hall.lines.filter((line) => line.includes("reason="));
    assertEquals(endings.length, 3);
    for (const line of endings) assertStringIncludes(line, 'reason="the end"');
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "Session survives a fault of the server and logs it with its stack",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const [ann, bob] = [await hall.join("Ann"), await hall.join("Bob")];
    Object.defineProperty(hall.shared.room, "list", {
      get() {
        throw new Error("a fault");
      },
    });
    await ann.send({ type: "users" });
    assertEquals(await violation(ann), FAULT);
    ann.stream.close();
    assertEquals((await bob.until("left")).length, 1);
    await hall.ended(bob);
    assert(
      hall.lines.some((line) => /failure stack="Error: a fault\\n/.test(line)),
    );
  },
});

Deno.test({
  name: "Session handles a transcript in pieces of any size",
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
      const hall = new Hall();
      const bob = await hall.join("Bob");
      const ann = hall.connect({ readLength });
      await ann.send(transcript);
      const heard = await bob.until("left");
      assertEquals(heard.map(({ type, text }) => text ?? type), [
        "joined",
        "é 你 🦄",
        "psst",
        "left",
      ]);
      await hall.ended(ann, bob);
    }
  },
});

Deno.test({
  name: "Session survives random bytes from a hundred clients before hello",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const random = new Random(11);
    const hall = new Hall();
    const ann = await hall.join("Ann");
    for (let i = 0; i < 100; i++) {
      const peer = hall.connect();
      await peer.send(rawMessage(JSON.stringify(hello(`guest${i}`))));
      const noise = random.bytes(random.below(100));
      await peer.send(i % 2 === 0 ? noise : rawFrame(1, noise));
      await settle();
      peer.stream.close();
    }
    await time.pass(2_000);
    assertEquals((await answers(ann)).length, 200);
    assertEquals(hall.shared.room.names(), ["Ann"]);
    await hall.ended(ann);
    assertMatch(hall.lines.join("\n"), /violation/);
    assertEquals(/failure/.test(hall.lines.join("\n")), false);
  },
});

/**
 * Says more than a client that does not read may have queued. No more time passes than
 * the sender waits: the cut client has a second left for the last words.
 */
async function flood(sender: Peer, time: FakeTime): Promise<void> {
  const text = "x".repeat(40_000);
  for (let i = 0; i < 230; i++) await sender.send({ type: "say", text });
  let isHandled = false;
  const handled = answers(sender).then(() => isHandled = true);
  for (let i = 0; i < 1_000 && !isHandled; i++) await time.pass(10);
  await handled;
}

Deno.test({
  name: "Session cuts a client that does not read, and no one waits for it",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const hall = new Hall();
    const ann = await hall.join("Ann");
    const deaf = hall.connect({ capacity: 1000 });
    await deaf.send(hello("Deaf"));
    assertEquals((await ann.next())?.type, "joined");
    await flood(ann, time);
    // The closing message follows what was already on its way.
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
    await hall.ended(ann, deaf);
  },
});

Deno.test({
  name: "Session slows a client that floods, so that a slow reader is not cut",
  permissions: "none",
  async fn() {
    // The clock stands still: the patience with the reader does not end.
    using _time = new FakeTime();
    const hall = new Hall();
    const ann = await hall.join("Ann");
    const slow = hall.connect({ capacity: 4000 });
    await slow.send(hello("Slow"));
    const text = "x".repeat(40_000);
    for (let i = 0; i < 230; i++) await ann.send({ type: "say", text });
    for (let i = 0; i < 231; i++) {
      await settle();
      const message = await slow.next();
      assertEquals(message?.type, i === 0 ? "welcome" : "said");
    }
    await hall.ended(ann, slow);
  },
});

Deno.test({
  name:
    "Session handles a bounded number of private messages before others have a turn",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const turn = Promise.withResolvers<void>();
    Object.assign(hall.shared, {
      backpressure: new Backpressure({ turn: () => turn.promise, close() {} }),
    });
    const vic = await hall.join("Vic");
    const line = rawMessage('{"type":"tell","to":"Vic","text":"x"}');
    const lines = concat(...Array(900).fill(line));
    const feeders = await Promise.all(
      Array.from({ length: 10 }, (_, i) => hall.join(`Feeder${i}`)),
    );
    for (const feeder of feeders) await feeder.send(lines);
    for (let i = 0; i < 20; i++) await settle();
    const { counters } = hall.shared;
    assert(counters.messages < 2_500, `${counters.messages} in one turn`);
    turn.resolve();
    const told = await vic.until("told");
    while (told.length < 9_000) told.push(...await vic.until("told"));
    assertEquals(counters.messages, 9_000);
    await hall.ended(vic, ...feeders);
  },
});

Deno.test({
  name:
    "Session keeps the name of a client that others made too slow, for its token",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const hall = new Hall();
    const ann = await hall.join("Ann");
    const deaf = hall.connect({ capacity: 1_000 });
    await deaf.send({ ...hello("Deaf"), token: "" });
    const token = (await deaf.next())!["token"];
    await flood(ann, time);
    const heard = await deaf.until("closing");
    assertEquals(heard.at(-1)?.["code"], "too-slow");
    deaf.stream.close();
    await ann.until("left");
    const thief = hall.connect();
    await thief.send({ ...hello("Deaf"), token: "" });
    const { type, code, text: why } = (await thief.next())!;
    assertEquals([type, code], ["refused", "name-taken"]);
    assertStringIncludes(
      why,
      "is reserved for a person who lost the connection",
    );
    const place = { name: "Deaf", token, received: 0 };
    const { peer: again, welcome } = await joinLasting(hall, place);
    assertEquals([welcome["name"], welcome["resumed"]], ["Deaf", true]);
    await hall.ended(ann, deaf, thief, again);
  },
});

/** Joins a client that can come back; `token` is empty the first time. */
async function joinLasting(
  hall: Hall,
  place: { name: string; token?: string; received?: number },
): Promise<{ peer: Peer; welcome: Received }> {
  const peer = hall.connect();
  await peer.send({ ...hello(place.name), token: "", ...place });
  const welcome = (await peer.until("welcome")).at(-1)!;
  return { peer, welcome };
}

Deno.test({
  name:
    "Session gives a seat back, with the missed messages and the number of handled ones",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const { peer: ann, welcome } = await joinLasting(hall, { name: "Ann" });
    const { token } = welcome;
    assertMatch(token, /^[0-9a-f-]{36}$/);
    assertEquals([welcome["resumed"], welcome["handled"]], [
      undefined,
      undefined,
    ]);
    const bob = await hall.join("Bob");
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
    const { peer: again, welcome: back } = await joinLasting(hall, {
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
    await hall.ended(again, bob);
    assert(hall.lines.some((line) => line.includes("came back")));
    assertEquals(hall.lines.some((line) => line.includes(token)), false);
    assert(hall.printed.includes("Ann is here again"));
  },
});

Deno.test({
  name: "Session that is taken over ends, and no one sees a leave",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const { peer: old, welcome } = await joinLasting(hall, { name: "Ann" });
    const bob = await hall.join("Bob");
    await old.until("joined");
    const place = { name: "Ann", token: welcome["token"], received: 0 };
    const { peer: again } = await joinLasting(hall, place);
    assertEquals(await old.next(), {
      type: "closing",
      reason: "you have come back over another connection",
      code: "replaced",
      final: true,
    });
    await answers(again, { type: "say", text: "still me" });
    const heard = await answers(bob);
    assertEquals(heard, [{ type: "said", from: "Ann", text: "still me" }]);
    await hall.ended(old, again, bob);
  },
});

Deno.test({
  name:
    "Session forgets the seat of a client that quits, and recognises its id later",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const { peer: ann, welcome } = await joinLasting(hall, { name: "Ann" });
    await ann.send({ type: "bye" });
    await ann.until();
    const place = { name: "Ann", token: welcome["token"], received: 0 };
    const { peer: again, welcome: fresh } = await joinLasting(hall, place);
    assertEquals(fresh["resumed"], undefined);
    assertEquals(fresh["handled"], undefined);
    assertEquals(fresh["token"], welcome["token"]);
    await hall.ended(again);
  },
});

Deno.test({
  name:
    "Session sends a client that joins late the last broadcasts, and nothing private",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const ann = await hall.join("Ann");
    const bob = await hall.join("Bob");
    for (let i = 0; i < 60; i++) {
      await ann.send({ type: "say", text: `${i}` });
      await ann.send({ type: "tell", to: "Bob", text: "secret" });
    }
    await answers(ann);
    const cy = await hall.join("Cy");
    const earlier = await answers(cy);
    assertEquals(earlier.length, 50);
    for (const [index, said] of earlier.entries()) {
      const { type, from, text, at, earlier } = said;
      const expected = ["said", "Ann", `${index + 10}`, true];
      assertEquals([type, from, text, earlier], expected);
      assert(Number.isSafeInteger(at));
    }
    await hall.ended(ann, bob, cy);
  },
});

Deno.test({
  name:
    "Session slows a flood down, warns once, and says why it cuts the client",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const hall = new Hall();
    const ann = await hall.join("Ann");
    const bob = await hall.join("Bob");
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
    // The burst, and 100 a second; nothing is lost or out of order.
    assert(said.length >= 3_900 && said.length <= 4_200, `${said.length}`);
    assertEquals(said.map(({ text }) => text), said.map((_, i) => `${i}`));
    await time.pass(2_000);
    await hall.ended(ann, bob);
    assert(hall.lines.some((line) => line.includes(" flooding ")));
    assert(hall.lines.some((line) => line.includes('reason="flooding"')));
  },
});

Deno.test({
  name:
    "Session lets a pasted page pass, and does not count the messages of a download",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const ann = await hall.join("Ann");
    const bob = await hall.join("Bob");
    const page = Array.from({ length: 100 }, (_, i) => `${i}`);
    for (const text of page) await ann.send({ type: "say", text });
    const took = rawMessage('{"type":"took","id":1,"size":1}');
    await ann.send(concat(...Array.from({ length: 3_000 }, () => took)));
    const heard = await answers(ann);
    assertEquals(heard, [{ type: "joined", name: "Bob" }]);
    const said = await answers(bob);
    assertEquals(said.map(({ text }) => text), page);
    await hall.ended(ann, bob);
  },
});

Deno.test({
  name: "Session ends alone if delivering to it fails",
  permissions: "none",
  async fn() {
    class Faulty extends Backpressure {
      override note(receiver: Parameters<Backpressure["note"]>[0]): void {
        if (receiver.queuedLength > 3_000) throw new Error("a fault");
      }
    }
    const hall = new Hall();
    Object.assign(hall.shared, { backpressure: new Faulty() });
    const ann = await hall.join("Ann");
    const deaf = hall.connect({ capacity: 1_000 });
    await deaf.send(hello("Deaf"));
    const cy = await hall.join("Cy");
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
    await hall.ended(ann, deaf, cy);
    assertMatch(hall.lines.join("\n"), /#2 .* failure stack="Error: a fault/);
  },
});

Deno.test({
  name: "Session ends even if saying goodbye fails",
  permissions: "none",
  async fn() {
    class Faulty extends Room {
      override send(): void {
        throw new Error("a fault");
      }
    }
    const hall = new Hall(undefined, new Faulty());
    const bob = hall.connect();
    await bob.send(hello("Bob"));
    assertEquals(await bob.until(), []);
    await hall.ended(bob);
    assertEquals(hall.shared.room.size, 0);
  },
});

Deno.test({
  name: "Session logs messages and refusals in order",
  permissions: "none",
  async fn() {
    const hall = new Hall();
    const ann = await hall.join("Ann");
    const texts = [
      { type: "say", text: "plain" },
      { type: "tell", to: "Nobody", text: "psst" },
      { type: "say", text: "é" },
      { type: "users" },
      { type: "say", text: "last" },
      { type: "bye" },
    ];
    await ann.send(
      concat(...texts.map((message) => rawMessage(JSON.stringify(message)))),
    );
    await ann.until();
    await hall.ended(ann);
    const events = hall.lines.map((line) => line.split(" ")[2]);
    assertEquals(events.slice(2), [
      ...["said", "refused", "said", "users", "said", "left"],
    ]);
  },
});
