/**
 * No single client can hurt the others. These tests count what one client makes the
 * server do, as messages, queued bytes and answers, never as time.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import type { FileCatalog } from "../../lib/files/file_catalog.ts";
import { encodeMessage } from "../../lib/messages.ts";
import {
  FakeTime,
  type Peer,
  rawMessage,
  type Received,
  settle,
} from "../testing.ts";
import { answers, Hall, hello } from "./hall.ts";

/** Returns the same message `count` times, as bytes. */
function many(count: number, json: string): Uint8Array {
  const one = rawMessage(json);
  const bytes = new Uint8Array(count * one.length);
  for (let i = 0; i < count; i++) bytes.set(one, i * one.length);
  return bytes;
}

/** Lets the server do its work without time passing. */
async function turns(count = 30): Promise<void> {
  for (let i = 0; i < count; i++) await settle();
}

/** Returns the bytes in the send queue of a session, not yet taken by the stream. */
function queued(hall: Hall, at: number): number {
  return hall.sessions[at]!.connection.queuedLength;
}

/** A catalog without files that reads no disk. */
const NO_FILES = {
  limits: { files: { isFull: false } },
  open: () => Promise.reject(new ChatError("no-such-file", "no such file")),
} as unknown as FileCatalog;

for (
  const [json, burst] of [
    ['{"type":"pong","n":1}', 10_000],
    ['{"type":"ping","n":1}', 1_000],
    ['{"type":"took","id":1,"size":1}', 50_000],
    ['{"type":"cancel","id":1}', 5_000],
    ['{"type":"dance"}', 500],
    ['{"type":"hello","protocol":1,"name":"Z"}', 500],
    ['{"type":"get","id":1,"name":"no such file"}', 500],
    ['{"type":"tell","to":"Nobody","text":"x"}', 500],
    [`{"type":"dance","x":"${"x".repeat(60_000)}"}`, 16],
  ] as const
) {
  Deno.test(`Session counts every message as work: ${json.slice(0, 40)}`, async () => {
    using time = new FakeTime();
    const hall = new Hall();
    Object.assign(hall.shared, { catalog: NO_FILES });
    const ann = await hall.join("Ann");
    const heard: Received[] = [];
    const listening = (async () => {
      for (;;) {
        const message = await ann.next();
        if (message === undefined) break;
        heard.push(message);
      }
    })();
    await ann.send(many(Math.floor(0.9 * burst), json));
    await turns();
    const isWarned = () => heard.some(({ type }) => type === "warning");
    assertEquals(isWarned(), false, "a burst passes");
    await ann.send(many(Math.ceil(3.5 * burst), json));
    for (let i = 0; i < 10 && !isWarned(); i++) await turns();
    assertEquals(isWarned(), true, "more is slowed down");
    await time.pass(32_000);
    await time.pass(2_000);
    assertEquals(heard.at(-1)?.["code"], "flooding");
    await listening;
    await hall.ended(ann);
  });
}

Deno.test("Session refuses deep JSON before it is parsed", async () => {
  const hall = new Hall();
  const ann = await hall.join("Ann");
  const deep = `{"type":"pong","n":1,"x":${"[".repeat(30_000)}${
    "]".repeat(30_000)
  }}`;
  await ann.send(rawMessage(deep));
  const last = (await ann.until()).at(-1);
  assertEquals(
    last?.["reason"],
    "protocol violation: Message is nested more than 16 levels deep",
  );
  await hall.ended(ann);
});

/**
 * A hall with Ann, who reads nothing after her welcome, among people with long names.
 */
async function crowded(): Promise<{ hall: Hall; ann: Peer; others: Peer[] }> {
  const hall = new Hall();
  const others: Peer[] = [];
  for (let i = 0; i < 200; i++) {
    others.push(await hall.join(`Somebody${"x".repeat(20)}${i}`));
  }
  const ann = hall.connect({ capacity: 20_000 });
  await ann.send(hello("Ann"));
  await ann.until("welcome");
  await turns();
  return { hall, ann, others };
}

/** Resolves to the lists that the client gets before the answer to a ping. */
async function listsFor(client: Peer, time: FakeTime): Promise<Received[]> {
  await client.send({ type: "ping", n: 1 });
  const reading = client.until("pong");
  await time.pass(10_000);
  return (await reading).filter(({ type }) => type === "users");
}

Deno.test("Session has one list of people on its way to each client", async () => {
  using time = new FakeTime();
  const { hall, ann, others } = await crowded();
  const at = hall.sessions.length - 1;
  await ann.send(many(150, '{"type":"users"}'));
  await turns();
  // One list of 201 people takes 10,600 bytes; at most three are on their way.
  assert(queued(hall, at) < 15_000, `${queued(hall, at)} bytes wait`);
  const lists = await listsFor(ann, time);
  assert(lists.length >= 1 && lists.length < 150, `${lists.length} lists`);
  for (const { names } of lists) assertEquals(names.length, 201);
  await hall.ended(ann, ...others);
});

Deno.test("Session answers with a new list when somebody has joined in the meantime", async () => {
  using time = new FakeTime();
  const { hall, ann, others } = await crowded();
  await ann.send(many(3, '{"type":"users"}'));
  await turns();
  others.push(await hall.join("Zoe"));
  await ann.send({ type: "users" });
  const lists = await listsFor(ann, time);
  assertEquals(lists.at(-1)!["names"].at(-1), "Zoe");
  await hall.ended(ann, ...others);
});

Deno.test("Room.list is encoded once for all requests", async () => {
  const hall = new Hall();
  const peers = await Promise.all(
    ["Ann", "Bob", "Cy"].map((name) => hall.join(name)),
  );
  const list = hall.shared.room.list;
  for (const peer of peers) await answers(peer, { type: "users" });
  assert(hall.shared.room.list === list);
  peers[2]!.stream.close();
  await peers[0]!.until("left");
  assert(hall.shared.room.list !== list);
  await hall.ended(...peers);
});

Deno.test("Session does nothing more for a client that is gone", async () => {
  const hall = new Hall();
  let asked = 0;
  let answer = Promise.withResolvers<void>();
  const frames = [encodeMessage({ type: "files", files: [] })];
  const catalog = {
    async encodedListing() {
      asked++;
      await answer.promise;
      return { files: [], total: 0, frames };
    },
  };
  Object.assign(hall.shared, { catalog: catalog as unknown as FileCatalog });
  const ann = await hall.join("Ann");
  const bob = await hall.join("Bob");
  await ann.send(many(900, '{"type":"files"}'));
  await turns();
  assertEquals(asked, 1);
  ann.stream.close();
  // The server notices a reset when it sends something.
  await bob.send({ type: "say", text: "hi" });
  await turns();
  answer.resolve();
  answer = Promise.withResolvers<void>();
  await turns();
  assertEquals(asked, 1);
  assertEquals((await bob.until("left")).at(-1)?.["name"], "Ann");
  await hall.ended(bob);
});

Deno.test("Session makes private messages for a slow reader wait with their senders", async () => {
  using time = new FakeTime();
  const hall = new Hall();
  const bob = hall.connect({ capacity: 4_000 });
  await bob.send(hello("Bob"));
  await bob.until("welcome");
  const senders: Peer[] = [];
  for (let i = 0; i < 60; i++) senders.push(await hall.join(`Ann${i}`));
  const text = "x".repeat(45_000);
  for (const sender of senders) {
    for (let i = 0; i < 4; i++) {
      await sender.send({ type: "tell", to: "Bob", text: `${i} ${text}` });
    }
  }
  await turns();
  // 10 MB were sent to Bob, who reads nothing.
  assert(queued(hall, 0) < 310_000, `${queued(hall, 0)} bytes wait`);
  await time.pass(25_000);
  assertEquals(hall.sessions[0]!.isHere, true);
  const told: string[] = [];
  const reading = (async () => {
    while (told.length < 240) {
      const message = await bob.next();
      assert(message !== undefined);
      assert(queued(hall, 0) < 310_000, `${queued(hall, 0)} bytes wait`);
      if (message.type === "told") {
        told.push(`${message["from"]} ${message["text"].slice(0, 1)}`);
      }
    }
  })();
  for (let i = 0; i < 300 && told.length < 240; i++) await time.pass(50);
  await reading;
  assertEquals(new Set(told).size, 240, "each line arrives once");
  const first = told.filter((line) => line.startsWith("Ann0 "));
  assertEquals(first, ["Ann0 0", "Ann0 1", "Ann0 2", "Ann0 3"]);
  await hall.ended(bob, ...senders);
});

Deno.test("Session drops a message that waits for a slow reader when its sender is gone", async () => {
  using time = new FakeTime();
  const hall = new Hall();
  const bob = hall.connect({ capacity: 4_000 });
  await bob.send(hello("Bob"));
  await bob.until("welcome");
  const ann = await hall.join("Ann");
  const cy = await hall.join("Cy");
  const text = "x".repeat(45_000);
  for (let i = 0; i < 9; i++) await ann.send({ type: "tell", to: "Bob", text });
  await turns();
  hall.sessions[1]!.end({ kind: "kicked", words: "" });
  assertEquals((await cy.until("left")).at(-1)?.["name"], "Ann");
  const before = queued(hall, 0);
  await time.pass(1_000);
  assert(queued(hall, 0) - before < 1_000);
  await hall.ended(bob, ann, cy);
});

Deno.test("Session counts a waiting message as handled only when it is passed on", async () => {
  using time = new FakeTime();
  const hall = new Hall();
  const bob = hall.connect({ capacity: 4_000 });
  await bob.send(hello("Bob"));
  await bob.until("welcome");
  const filler = await hall.join("Filler");
  const text = "x".repeat(45_000);
  for (let i = 0; i < 7; i++) {
    await filler.send({ type: "tell", to: "Bob", text });
  }
  await turns();
  const ann = hall.connect();
  await ann.send({ ...hello("Ann"), token: "" });
  const { token } = (await ann.until("welcome")).at(-1)!;
  await ann.send({ type: "tell", to: "Bob", text: "first" });
  await ann.send({ type: "tell", to: "Bob", text: "second" });
  await turns();
  const again = hall.connect();
  await again.send({ ...hello("Ann"), token, received: 0 });
  const welcome = (await again.until("welcome")).at(-1)!;
  assertEquals([welcome["resumed"], welcome["handled"]], [true, 0]);
  await again.send({ type: "tell", to: "Bob", text: "first" });
  const told: string[] = [];
  const reading = (async () => {
    while (told.length < 8) {
      const message = await bob.next();
      if (message?.type === "told") told.push(message["text"].slice(0, 9));
    }
  })();
  for (let i = 0; i < 100 && told.length < 8; i++) await time.pass(50);
  await reading;
  assertEquals(told.filter((line) => !line.startsWith("x")), ["first"]);
  await hall.ended(bob, filler, ann, again);
});
