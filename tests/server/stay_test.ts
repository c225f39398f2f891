import { assertEquals } from "@std/assert";
import { Moderation } from "../../lib/chat/moderation.ts";
import { Room } from "../../lib/chat/room.ts";
import type { FileCatalog } from "../../lib/files/file_catalog.ts";
import type { Connection } from "../../lib/net/connection.ts";
import type { Answers } from "../../lib/server/answers.ts";
import { Backpressure } from "../../lib/server/backpressure.ts";
import { enter } from "../../lib/server/entrance.ts";
import { Stay } from "../../lib/server/stay.ts";
import type { Throttle } from "../../lib/server/throttle.ts";

/** Ann in a room, with what she, the operator and the log get. */
function open({ name = "Ann", history = 0 } = {}) {
  const room = new Room({ atEndOfTurn: (run) => run() });
  room.proclaim("before");
  const logged: string[] = [];
  const printed: string[] = [];
  const sent: string[] = [];
  const client = {
    name,
    deliver: () => void sent.push("bytes"),
    connection: {
      send: () => void sent.push("past"),
    } as unknown as Connection,
    answers: {
      send: ({ type }: { type: string }) => void sent.push(type),
    } as unknown as Answers,
    throttle: {} as Throttle,
    log: (event: string, details = {}) =>
      void logged.push(`${event} ${JSON.stringify(details)}`),
  };
  const moderation = new Moderation();
  const shared = {
    ...{ room, moderation, backpressure: new Backpressure() },
    catalog: {} as FileCatalog,
    counters: { messages: 0, deliveries: 0 },
    print: (line: string) => void printed.push(line),
  };
  const come = (more: object = {}) => {
    const hello = { type: "hello", protocol: 1, name, ...more } as const;
    const entry = enter(hello, {
      ...{ room, moderation, history, member: client, welcome: "Hi" },
      address: "10.0.0.1",
    });
    const stay = new Stay(client, entry.seat, shared);
    stay.begin(entry);
    return stay;
  };
  return { room, come, logged, printed, sent };
}

Deno.test({
  name: "Stay.begin() sends the welcome, then the past if there is one",
  permissions: "none",
  fn() {
    const alone = open();
    alone.come();
    assertEquals(alone.sent, ["welcome"]);
    const { come, sent, logged, printed } = open({ history: 5 });
    come();
    assertEquals(sent, ["welcome", "past"]);
    assertEquals(logged, ['joined {"name":"Ann"}']);
    assertEquals(printed, ["Ann has joined"]);
  },
});

Deno.test({
  name: "Stay.begin() logs a return, and how many messages it replays",
  permissions: "none",
  fn() {
    const { room, come, logged, printed } = open();
    const { seat } = come({ token: "" });
    room.leave(seat!, { kind: "lost" });
    room.proclaim("meanwhile");
    come({ token: seat!.token!, received: 0 });
    assertEquals(logged[1], 'came back {"name":"Ann","missed":1,"lost":0}');
    assertEquals(printed[1], "Ann is here again");
  },
});

Deno.test({
  name: "Stay.leave() leaves once, for the first reason",
  permissions: "none",
  fn() {
    const { room, come, logged, printed } = open();
    const stay = come();
    stay.leave({ kind: "kicked", words: "loud" });
    stay.leave({ kind: "quit" });
    assertEquals([stay.seat, room.size], [undefined, 0]);
    assertEquals(printed.slice(1), [
      "Ann has left (removed by the operator: loud)",
    ]);
    assertEquals(logged.slice(1), [
      'left {"name":"Ann","reason":{"kind":"kicked","words":"loud"}}',
    ]);
  },
});

Deno.test({
  name: "Stay.replaced() is logged, and no one leaves the room",
  permissions: "none",
  fn() {
    const { room, come, logged, printed } = open();
    const stay = come();
    stay.replaced();
    stay.leave({ kind: "replaced" });
    assertEquals(logged.slice(1), ['replaced {"name":"Ann"}']);
    assertEquals([stay.seat, room.size, printed.length], [undefined, 1, 1]);
  },
});

Deno.test({
  name: "Stay.tell() reaches the client while it is here",
  permissions: "none",
  fn() {
    const { come, sent } = open();
    const stay = come();
    stay.tell("You are muted");
    assertEquals(sent, ["welcome", "bytes"]);
    stay.leave({ kind: "quit" });
    stay.tell("You are muted");
    assertEquals(sent.length, 2);
  },
});
