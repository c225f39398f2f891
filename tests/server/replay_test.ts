/**
 * The cost of replays for the server, measured on the wire: a client comes back again
 * and again as if it had received nothing.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { FileCatalog } from "../../lib/files/file_catalog.ts";
import { Moderation } from "../../lib/chat/moderation.ts";
import { Room } from "../../lib/chat/room.ts";
import type { Seat } from "../../lib/chat/seat.ts";
import { Backpressure } from "../../lib/server/backpressure.ts";
import { Security } from "../../lib/server/security.ts";
import { Session } from "../../lib/server/session.ts";
import {
  collectingLog,
  FakeTime,
  Peer,
  type Received,
  settle,
  type StreamOptions,
  streamPair,
} from "../testing.ts";

/** The number of small private messages kept for Ann. */
const KEPT = 5_000;

/** A server with Ann, who has received nothing of what Bob told her. */
async function open(options: StreamOptions = {}) {
  const room = new Room();
  const { log } = collectingLog();
  const sessions: Session[] = [];
  const backpressure = new Backpressure();
  const connect = (options: StreamOptions) => {
    const [mine, other] = streamPair(options);
    const incoming = { stream: mine, from: "10.0.0.1:5000" };
    const session = new Session(incoming, sessions.length + 1, {
      ...{ room, log, backpressure, print() {}, onEnd() {} },
      catalog: new FileCatalog("no such folder"),
      counters: { messages: 0, deliveries: 0 },
      moderation: new Moderation(),
      security: new Security(),
      ...{ welcome: "Hi", history: 50, maxRate: 100 },
    });
    sessions.push(session);
    session.start();
    return { peer: new Peer(other), session };
  };
  const hello = async (place: object, options: StreamOptions) => {
    const { peer, session } = connect(options);
    await peer.send({ type: "hello", protocol: 1, ...place });
    const first = await peer.next();
    return { peer, session, first: first! };
  };
  const ann = await hello({ name: "Ann", token: "" }, {});
  const { token } = ann.first;
  const bob = await hello({ name: "Bob" }, {});
  const seat = speaker(room);
  for (let i = 0; i < KEPT; i++) room.tell(seat, { to: "Ann", text: `${i}` });
  const place = { name: "Ann", token, received: 0 };
  const back = (to: StreamOptions = options) => hello(place, to);
  const close = async () => {
    for (const session of sessions) session.end({ kind: "quit" });
    backpressure.close();
    await settle();
  };
  return { room, ann, bob, seat, place, back, hello, close };
}

/** A member without a connection, who says what a test wants. */
function speaker(room: Room, name = "Speaker"): Seat {
  return room.join({ name, deliver() {} });
}

/** A reader that takes the welcome and nothing after it. */
const STALLED = { capacity: 1 };

Deno.test({
  name: "Session makes no more of a replay than its client reads",
  permissions: "none",
  async fn() {
    const host = await open();
    const { session, peer } = await host.back(STALLED);
    for (let i = 0; i < 100; i++) await settle();
    const { queuedLength, sentLength } = session.connection;
    assert(queuedLength <= 2 * 32 * 1024, `${queuedLength} bytes queued`);
    assert(sentLength < 64 * 1024, `${sentLength} bytes sent`);
    // Then the client reads again, and nothing is missing.
    host.room.broadcast(host.seat, "live");
    const heard = await peer.until("said");
    assertEquals(heard.filter(({ late }) => late).length, KEPT);
    await host.close();
  },
});

Deno.test({
  name:
    "Session sends a replay whole and in order, then the messages sent meanwhile",
  permissions: "none",
  async fn() {
    const host = await open();
    const { peer, first } = await host.back({ capacity: 1_000 });
    assertEquals([first["resumed"], first["follows"]], [true, KEPT]);
    host.room.tell(host.seat, { to: "Ann", text: "private" });
    host.room.tell(host.seat, { to: "Bob", text: "secret" });
    host.room.broadcast(host.seat, "all");
    const heard = (await peer.until("said")).filter(({ type }) =>
      type !== "joined"
    );
    const expected = Array.from({ length: KEPT }, (_, i) => `${i}`);
    assertEquals(heard.map(({ text }) => text), [
      ...expected,
      "private",
      "all",
    ]);
    const late = heard.filter(({ late }: Received) => late === true);
    assertEquals(late.length, KEPT);
    await host.close();
  },
});

Deno.test({
  name: "Session ends the replay of a connection whose seat was taken over",
  permissions: "none",
  async fn() {
    // The last words have a second to arrive: it does not pass.
    using _time = new FakeTime();
    const host = await open();
    const old = await host.back({ capacity: 1_000 });
    await settle();
    const { peer } = await host.back({});
    const heard = await old.peer.until();
    assertEquals(heard.at(-1)?.["code"], "replaced");
    assert(heard.length < KEPT / 2, `${heard.length} messages`);
    const whole = await peer.until("told");
    assertEquals(whole.at(-1)?.["text"], "0");
    await host.close();
  },
});

Deno.test({
  name: "Session delays the refusal of a client that comes back too often",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const host = await open(STALLED);
    // Ten returns cost more than ten units, because each has started a replay.
    for (let i = 0; i < 9; i++) {
      assertEquals((await host.back()).first.type, "welcome");
    }
    const waiting = [0, 1, 2, 3, 4].map(() => host.back());
    let answered = 0;
    void Promise.all(waiting.map((one) => one.then(() => answered++)));
    await time.pass(999);
    assertEquals(answered, 0);
    await time.pass(1);
    assertEquals(answered, 5);
    for (const one of waiting) {
      const { type, re, code } = (await one).first;
      assertEquals([type, re, code], ["refused", "hello", "too-soon"]);
    }
    // An honest client gets in as soon as the wait is over.
    assertEquals((await host.back()).first["resumed"], true);
    await host.close();
    await time.pass(60_000);
  },
});

Deno.test({
  name:
    "Session cuts a client whose replay the history has forgotten, so that it comes back",
  permissions: "none",
  async fn() {
    // The last words have a second to arrive: it does not pass.
    using _time = new FakeTime();
    const host = await open();
    const slow = await host.back({ capacity: 1_000 });
    await settle();
    const long = "x".repeat(40_000);
    const other = speaker(host.room, "Other");
    for (let i = 0; i < 450; i++) {
      host.room.tell(other, { to: "Speaker", text: long });
    }
    const heard = await slow.peer.until();
    assertEquals(heard.at(-1)?.["code"], "too-slow");
    const got = heard.filter(({ type }) => type === "told").length;
    const { first } = await host.hello({ ...host.place, received: got }, {});
    assertEquals(first["lost"], KEPT - got);
    await host.close();
  },
});
