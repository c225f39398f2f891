import { assertEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { Moderation } from "../../lib/chat/moderation.ts";
import { Room } from "../../lib/chat/room.ts";
import type { FileCatalog } from "../../lib/files/file_catalog.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { type ClientRequest, Requests } from "../../lib/server/requests.ts";
import { concat, FakeTime, readFrames, settle } from "../testing.ts";

/** Ann, who sends requests, and Bob, who receives; and more people with these names. */
function open(...names: string[]) {
  const room = new Room({ atEndOfTurn: (run) => run() });
  const moderation = new Moderation();
  const counters = { messages: 0, deliveries: 0 };
  const logged: string[] = [];
  const heard = new Map<string, Uint8Array[]>();
  const join = (name: string, more: object = {}) => {
    heard.set(name, []);
    const deliver = (bytes: Uint8Array) => void heard.get(name)!.push(bytes);
    const member = { name, deliver, ...more };
    return { member, seat: room.join(member) };
  };
  const { member, seat } = join("Ann");
  join("Bob");
  names.forEach((name) => join(name));
  for (const bytes of heard.values()) bytes.length = 0;
  let spent = 0;
  const connection = { sentLength: 0, leftLength: 0, queuedLength: 0 };
  const requests = new Requests({
    ...{ room, moderation, counters },
    catalog: {} as FileCatalog,
  }, {
    ...{ seat, member, connection: connection as Connection },
    log: (event) => void logged.push(event),
    refuse() {},
    onServed() {},
    spend: (units) => void (spent += units),
    patiently: async (wait) => void await wait,
    turn: () => Promise.resolve(),
  });
  const said = (name: string) =>
    readFrames(concat(...heard.get(name)!)).map(({ text, type }) =>
      text ?? type
    );
  const refusal = (request: ClientRequest) =>
    assertThrows(() => requests.handle(request), ChatError).code;
  return {
    ...{ room, moderation, counters, logged, seat, requests, said, refusal },
    ...{ join, connection, spent: () => spent },
  };
}

const plain = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  return { bytes, start: 0, end: bytes.length };
};

Deno.test({
  name: "Requests counts messages, plain or not, and their copies",
  permissions: "none",
  fn() {
    const { counters, seat, requests, said } = open("Cy");
    requests.handle({ type: "say", text: "é" });
    requests.handle({ type: "say", text: plain("plain") });
    assertEquals(counters, { messages: 2, deliveries: 4 });
    assertEquals([said("Bob"), said("Ann")], [["é", "plain"], []]);
    requests.handle({ type: "tell", to: "Bob", text: "psst" });
    assertEquals(counters, { messages: 3, deliveries: 5 });
    assertEquals(seat.handled, 3);
  },
});

Deno.test({
  name: "Requests does not count a refused message, but marks it as handled",
  permissions: "none",
  fn() {
    const { counters, seat, moderation, refusal, said } = open();
    assertEquals(
      refusal({ type: "tell", to: "Zoë", text: "a" }),
      "no-such-user",
    );
    const tell = { type: "tell", to: "Bob", text: "a" } as const;
    assertEquals(refusal({ ...tell, id: "another" }), "other-person");
    moderation.mute("Ann");
    assertEquals(refusal({ type: "say", text: "a" }), "muted");
    assertEquals(refusal({ type: "say", text: plain("a") }), "muted");
    assertEquals(refusal(tell), "muted");
    assertEquals(counters, { messages: 0, deliveries: 0 });
    assertEquals([seat.handled, said("Bob")], [5, []]);
  },
});

Deno.test({
  name: "Requests refuses a text of one byte over 48 KiB",
  permissions: "none",
  fn() {
    const { requests, refusal, counters } = open();
    const longest = "é".repeat(24 * 1024);
    requests.handle({ type: "say", text: longest });
    requests.handle({ type: "tell", to: "Bob", text: longest });
    assertEquals(refusal({ type: "say", text: longest + "x" }), "too-long");
    const tell = { type: "tell", to: "Bob", text: longest + "x" } as const;
    assertEquals(refusal(tell), "too-long");
    assertEquals(counters.messages, 2);
  },
});

Deno.test({
  name: "Requests counts a list as work, and logs the question",
  permissions: "none",
  fn() {
    const { requests, logged, said, spent, room } = open();
    requests.handle({ type: "users" });
    assertEquals([logged, said("Ann")], [["users asked"], ["users"]]);
    assertEquals(spent(), room.list[0]!.length / (16 * 1024));
  },
});

Deno.test({
  name: "Requests passes on a private message when few wait for its receiver",
  permissions: "none",
  async fn() {
    const { join, requests, counters, seat, said } = open();
    let room: PromiseWithResolvers<void> | undefined = Promise.withResolvers();
    join("Slow", { whenRoom: () => room?.promise });
    const waiting = requests.handle({ type: "tell", to: "Slow", text: "psst" });
    await settle();
    assertEquals([counters.messages, seat.handled], [0, 0]);
    const { resolve } = room;
    room = undefined;
    resolve();
    await waiting;
    assertEquals([counters.messages, seat.handled], [1, 1]);
    assertEquals(said("Slow"), ["psst"]);
  },
});

Deno.test({
  name: "Requests.stop() drops a waiting message",
  permissions: "none",
  async fn() {
    const { join, requests, counters, seat, said } = open();
    const { promise, resolve } = Promise.withResolvers<void>();
    join("Slow", { whenRoom: () => promise });
    const waiting = requests.handle({ type: "tell", to: "Slow", text: "psst" });
    await requests.stop({ kind: "lost" });
    resolve();
    await waiting;
    assertEquals([counters.messages, seat.handled], [0, 0]);
    assertEquals(said("Slow"), []);
  },
});

Deno.test({
  name: "Requests.stop() drops a question that waits for a list to leave",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { join, requests, connection, said } = open();
    requests.handle({ type: "users" });
    connection.queuedLength = 100;
    requests.handle({ type: "users" });
    join("Cy");
    const waiting = requests.handle({ type: "users" });
    assertEquals(waiting instanceof Promise, true);
    await requests.stop({ kind: "lost" });
    await time.pass(1_000);
    await waiting;
    assertEquals(said("Ann").filter((text) => text === "users").length, 2);
  },
});
