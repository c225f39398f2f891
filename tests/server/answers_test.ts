import { assertEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { Room } from "../../lib/chat/room.ts";
import type { Seat } from "../../lib/chat/seat.ts";
import { Answers } from "../../lib/server/answers.ts";
import { readFrames } from "../testing.ts";
import { replayed } from "../chat/replayed.ts";

/** A client of a room, and what it gets before and after it has joined. */
function open() {
  const room = new Room({ atEndOfTurn() {} });
  const direct: string[] = [];
  const inOrder: string[] = [];
  const logged: string[] = [];
  const note = (list: string[]) => (bytes: Uint8Array) => {
    for (const { type, code } of readFrames(bytes)) {
      list.push(code === undefined ? type : `${type} ${code}`);
    }
  };
  const client = {
    seat: undefined as Seat | undefined,
    connection: { send: note(direct) },
    refusals: 0,
    throttle: {
      countRefusal: () => void client.refusals++,
    },
    log: (event: string, details = {}) =>
      void logged.push(`${event} ${JSON.stringify(details)}`),
  };
  const join = () => {
    client.seat = room.join({ name: "Ann", deliver: note(inOrder) }, {
      mayReturn: true,
    });
    return client.seat;
  };
  const answers = new Answers(client, room);
  return { room, client, answers, join, direct, inOrder, logged };
}

const MUTED = new ChatError("muted", "No");

Deno.test({
  name: "Answers.send() goes through the room once the client has joined",
  permissions: "none",
  fn() {
    const { room, answers, join, direct, inOrder } = open();
    answers.send({ type: "pong", n: 1 });
    join();
    room.proclaim("before");
    answers.send({ type: "pong", n: 2 });
    assertEquals([direct, inOrder], [["pong"], ["said", "pong"]]);
  },
});

Deno.test({
  name:
    "Answers.refuse() keeps the refusal for a client that loses its connection",
  permissions: "none",
  fn() {
    const { room, client, answers, join } = open();
    const seat = join();
    for (const re of ["say", "tell", "get", "users"]) answers.refuse(re, MUTED);
    assertEquals(client.refusals, 4);
    room.leave(seat, { kind: "lost" });
    const place = { token: seat.token!, received: 0 };
    const back = room.resume({ name: "Ann", deliver() {} }, place)!;
    assertEquals(replayed(back.missed).map(({ re }) => re), ["say", "tell"]);
  },
});

Deno.test({
  name:
    "Answers.refuse() sends and logs what was refused, and what to do instead",
  permissions: "none",
  fn() {
    const { answers, direct, logged } = open();
    const error = new ChatError("name-taken", "Taken", {
      suggestion: "Ann2",
      cause: "because",
    });
    answers.refuse("hello", error);
    assertEquals(direct, ["refused name-taken"]);
    assertEquals(logged, [
      'refused {"re":"hello","code":"name-taken","text":"Taken","cause":"because"}',
    ]);
  },
});

Deno.test({
  name:
    "Answers.refuseFor() gives the id of a download, but not of a private message",
  permissions: "none",
  fn() {
    const { client, answers } = open();
    const ids: unknown[] = [];
    client.connection.send = (bytes) => {
      ids.push(JSON.parse(new TextDecoder().decode(bytes.subarray(5))).id);
    };
    answers.refuseFor(MUTED, { type: "get", id: 7, name: "a" });
    answers.refuseFor(MUTED, { type: "cancel", id: 0 });
    answers.refuseFor(MUTED, { type: "tell", to: "B", text: "", id: "seat" });
    answers.refuseFor(MUTED, { type: "users" });
    assertEquals(ids, [7, 0, undefined, undefined]);
  },
});

Deno.test({
  name: "Answers.refuseFor() throws any error that is not a ChatError",
  permissions: "none",
  fn() {
    const { answers, direct } = open();
    const fault = new TypeError("a fault");
    assertThrows(
      () => answers.refuseFor(fault, { type: "users" }),
      TypeError,
      "a fault",
    );
    assertEquals(direct, []);
  },
});
