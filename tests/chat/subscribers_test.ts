import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Room } from "../../lib/chat/room.ts";
import type { RoomEvent, RoomEvents } from "../../lib/chat/room_events.ts";
import { Subscribers } from "../../lib/chat/subscribers.ts";
import { plainSay, textOf } from "../../lib/plain_say.ts";
import { rawMessage, settle } from "../testing.ts";

/** A subscriber that records what it hears. */
function listener() {
  const events: RoomEvent[] = [];
  const hear = (event: RoomEvent) => void events.push(event);
  const subscriber = { said: hear, told: hear, joined: hear, left: hear };
  return { events, subscriber };
}

function inShort(event: RoomEvent): string {
  switch (event.type) {
    case "said":
      return `${event.from?.name ?? "(server)"}: ${textOf(event.text)}`;
    case "told":
      return `${event.from.name} > ${event.to.name}: ${event.text}`;
    case "joined":
      return `+${event.who.name}`;
    case "left":
      return `-${event.who.name} ${event.reason.kind}`;
  }
}

/** Returns a plain text, as the server finds it in the bytes it reads. */
function plain(text: string) {
  const bytes = rawMessage(JSON.stringify({ type: "say", text }));
  const { length } = bytes;
  const frame = { bytes, start: 5, end: length, kind: 1 } as const;
  const giveBack = undefined;
  return {
    bytes,
    text: plainSay({ ...frame, giveBack, payload: bytes.subarray(5) })!,
  };
}

/** A room with these subscribers; `endTurn` ends the turn. */
function openRoom(
  subscribers: readonly RoomEvents[],
  onFault?: (error: unknown) => void,
) {
  const ends: (() => void)[] = [];
  const handed: string[] = [];
  const room = new Room({
    subscribers,
    atEndOfTurn: (run) => ends.push(run),
    ...(onFault && { onFault }),
  });
  const enter = (name: string) =>
    room.join({
      name,
      origin: { session: 1, from: "10.0.0.1:5" },
      deliver: () => void handed.push(name),
    });
  const endTurn = () => ends.splice(0).forEach((run) => run());
  return { room, enter, endTurn, handed, ends };
}

Deno.test({
  name: "Subscribers hear everything that happens in a room, in order",
  permissions: "none",
  fn() {
    const { events, subscriber } = listener();
    const { room, enter, endTurn } = openRoom([subscriber]);
    const [ann, bob] = [enter("Ann"), enter("Bob")];
    room.tell(ann, { to: "bob", text: "psst" });
    room.broadcast(bob, "é");
    room.proclaim("hear, hear");
    room.broadcast(ann, plain("plain").text);
    room.leave(bob, { kind: "slow" });
    assertEquals(events, []);
    endTurn();
    assertEquals(events.map(inShort), [
      ...["+Ann", "+Bob", "Ann > Bob: psst", "Bob: é"],
      ...["(server): hear, hear", "Ann: plain", "-Bob slow"],
    ]);
    const [joined] = events;
    assert(joined?.type === "joined");
    assertEquals(joined.who, {
      id: ann.id,
      name: "Ann",
      origin: { session: 1, from: "10.0.0.1:5" },
    });
    assert(Math.abs(Date.now() - joined.at) < 60_000);
    for (const { at } of events) assertEquals(at, joined.at);
  },
});

Deno.test({
  name: "Subscribers are told after the members",
  permissions: "none",
  fn() {
    const order: string[] = [];
    const { room, enter, endTurn } = openRoom([
      { said: ({ text }) => void order.push(`heard ${textOf(text)}`) },
    ]);
    const ann = enter("Ann");
    room.join({ name: "Bob", deliver: () => void order.push("Bob") });
    endTurn();
    order.length = 0;
    room.broadcast(ann, "1");
    room.broadcast(ann, "2");
    endTurn();
    assertEquals(order, ["Bob", "heard 1", "heard 2"]);
  },
});

Deno.test({
  name: "Subscribers hear of a private message in a turn without broadcasts",
  permissions: "none",
  fn() {
    const { events, subscriber } = listener();
    const { room, enter, endTurn, handed } = openRoom([subscriber]);
    const ann = enter("Ann");
    enter("Bob");
    enter("Cy");
    endTurn();
    events.length = handed.length = 0;
    room.tell(ann, { to: "Bob", text: "psst" });
    endTurn();
    assertEquals(events.map(inShort), ["Ann > Bob: psst"]);
    assertEquals(handed, ["Bob"]);
  },
});

Deno.test({
  name: "Subscribers hear nothing of a loss within its grace period",
  permissions: "none",
  fn() {
    const { events, subscriber } = listener();
    const later: (() => void)[] = [];
    const room = new Room({
      subscribers: [subscriber],
      grace: 1_000,
      atEndOfTurn: (run) => run(),
      later: (run) => {
        later.push(run);
        return () => {};
      },
    });
    const member = { name: "Ann", deliver() {} };
    const seat = room.join(member, { mayReturn: true });
    room.leave(seat, { kind: "lost" });
    const place = { token: seat.token!, received: 0 };
    room.resume(member, place);
    assertEquals(events.map(inShort), ["+Ann"]);
    room.leave(seat, { kind: "lost" });
    later.at(-1)!();
    assertEquals(events.map(inShort), ["+Ann", "-Ann lost"]);
    room.resume({ ...member, name: "Anna" }, place);
    room.resume({ ...member, name: "Ann" }, place);
    assertEquals(events.slice(2).map(inShort), [
      ...["+Anna", "-Anna renamed", "+Ann"],
    ]);
  },
});

Deno.test({
  name: "Subscribers may keep a plain text: its bytes never change",
  permissions: "none",
  fn() {
    const { events, subscriber } = listener();
    const { room, enter, endTurn } = openRoom([subscriber]);
    const ann = enter("Ann");
    endTurn();
    const parse = JSON.parse;
    JSON.parse = () => {
      throw new Error("decodes JSON");
    };
    try {
      for (const text of ["first", ""]) {
        const said = plain(text);
        room.broadcast(ann, said.text);
        said.bytes.fill(0); // The next read overwrites the bytes.
      }
      endTurn();
      // Enough messages for many blocks of the gather buffer.
      for (let i = 0; i < 20; i++) room.broadcast(ann, "x".repeat(40_000));
      endTurn();
    } finally {
      JSON.parse = parse;
    }
    const texts = events.flatMap((event) =>
      event.type === "said" && typeof event.text !== "string"
        ? [event.text]
        : []
    );
    assertEquals(texts.map(textOf), ["first", ""]);
  },
});

Deno.test({
  name:
    "Subscribers get one object for a speaker as long as the member sits there",
  permissions: "none",
  fn() {
    const { events, subscriber } = listener();
    const { room, enter, endTurn } = openRoom([subscriber]);
    const ann = enter("Ann");
    room.broadcast(ann, "1");
    room.broadcast(ann, "2");
    endTurn();
    const [, one, two] = events;
    assert(one?.type === "said" && two?.type === "said");
    assertStrictEquals(one.from, two.from);
  },
});

Deno.test({
  name: "Subscribers that throw change nothing, and are reported once each",
  permissions: "none",
  async fn() {
    const { events, subscriber } = listener();
    const faults: unknown[] = [];
    const thrown = () => {
      throw new Error("thrown");
    };
    const { room, enter, endTurn, handed } = openRoom([
      { said: thrown, joined: thrown },
      { said: () => Promise.reject(new Error("rejected")) as never },
      subscriber,
    ], (error) => void faults.push((error as Error).message));
    const ann = enter("Ann");
    enter("Bob");
    room.broadcast(ann, "1");
    room.broadcast(ann, "2");
    endTurn();
    await settle();
    assertEquals(events.map(inShort), ["+Ann", "+Bob", "Ann: 1", "Ann: 2"]);
    assertEquals(faults, ["thrown", "rejected"]);
    assert(handed.includes("Bob"));
  },
});

Deno.test({
  name: "Subscribers continue even if their fault cannot be reported",
  permissions: "none",
  fn() {
    const { events, subscriber } = listener();
    const fail = () => {
      throw new Error("a fault");
    };
    const all = new Subscribers([{ joined: fail }, subscriber], {
      tellSoon() {},
      onFault: fail,
    });
    all.joined({ id: "a", name: "Ann" });
    all.tell();
    assertEquals(events.map(inShort), ["+Ann"]);
  },
});

Deno.test({
  name: "Subscribers that speak are heard after the message they answer",
  permissions: "none",
  fn() {
    const order: string[] = [];
    let said = 0;
    const { room, enter, endTurn, ends } = openRoom([
      {
        said: ({ text }) => {
          order.push(`first ${textOf(text)}`);
          if (said++ === 0) room.proclaim("answer");
        },
      },
      { said: ({ text }) => void order.push(`second ${textOf(text)}`) },
    ]);
    const ann = enter("Ann");
    room.broadcast(ann, "1");
    room.broadcast(ann, "2");
    endTurn();
    assertEquals(order, ["first 1", "second 1", "first 2", "second 2"]);
    assertEquals(ends.length, 1);
    endTurn();
    assertEquals(order.slice(4), ["first answer", "second answer"]);
  },
});

Deno.test({
  name:
    "Room without subscribers schedules no end of turn if nothing is gathered",
  permissions: "none",
  fn() {
    const { room, enter, endTurn, ends } = openRoom([]);
    const ann = enter("Ann");
    enter("Bob");
    endTurn();
    room.tell(ann, { to: "Bob", text: "psst" });
    assertEquals(ends.length, 0);
  },
});
