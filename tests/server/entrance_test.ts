import { assert, assertEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { Moderation } from "../../lib/chat/moderation.ts";
import { Room } from "../../lib/chat/room.ts";
import { enter, nameOf } from "../../lib/server/entrance.ts";
import { replayed } from "../chat/replayed.ts";

const member = (name: string) => ({ name, deliver() {} });

const hello = (more: object = {}) =>
  ({ type: "hello", protocol: 1, name: "Ann", ...more }) as const;

/** A room, and a function that joins it. */
function open({ history = 0, name = undefined as string | undefined } = {}) {
  const room = new Room({ atEndOfTurn() {}, now: () => 0 });
  const moderation = new Moderation();
  const options = {
    ...{ room, moderation, history, name, welcome: "Hi", start: "s1" },
    address: "10.0.0.1",
  };
  const come = (name: string, more: object = {}) =>
    enter(hello(more), { ...options, member: member(name) });
  return { room, moderation, come };
}

Deno.test({
  name: "nameOf() accepts version 1 of the protocol and a valid name",
  permissions: "none",
  fn() {
    assertEquals(nameOf({ ...hello(), name: "e\u0301va" }), "\u00e9va");
    const codes = [{ protocol: 0 }, { protocol: 2 }, { name: "" }, {
      name: "x".repeat(33),
    }].map((change) =>
      assertThrows(() => nameOf({ ...hello(), ...change }), ChatError).code
    );
    assertEquals(codes, [
      ...["protocol", "protocol", "name-invalid", "name-invalid"],
    ]);
    assertEquals(nameOf({ ...hello(), name: "x".repeat(32) }).length, 32);
  },
});

Deno.test({
  name: "enter() welcomes with no more than the client needs to know",
  permissions: "none",
  fn() {
    const { come } = open();
    const { seat, back, welcome, past } = come("Ann");
    assertEquals([back, past.count], [undefined, 0]);
    assertEquals(welcome, {
      ...{ type: "welcome", protocol: 1, name: "Ann", text: "Hi" },
      ...{ users: ["Ann"], id: seat.id, ids: [seat.id], count: 1 },
    });
  },
});

Deno.test({
  name: "enter() gives a token to a client that asks, and describes the server",
  permissions: "none",
  fn() {
    const { welcome, seat } = open({ name: "Lab" }).come("Ann", { token: "" });
    assert(welcome.type === "welcome" && seat.token !== undefined);
    assertEquals([welcome.token, welcome.start, welcome.server], [
      ...[seat.token, "s1", "Lab"],
    ]);
  },
});

Deno.test({
  name: "enter() gives the number of lost messages only if there are any",
  permissions: "none",
  fn() {
    const { room, come } = open();
    const { seat } = come("Ann", { token: "" });
    const token = seat.token!;
    room.proclaim("1");
    room.proclaim("2");
    const whole = come("Ann", { token, received: 1 });
    assertEquals(whole.past.count, 1);
    assert(whole.welcome.type === "welcome");
    assertEquals([whole.welcome.resumed, whole.welcome.handled], [true, 0]);
    assertEquals("lost" in whole.welcome, false);
    assertEquals(whole.welcome.follows, 1);
    // As if the history had forgotten messages: the count of received ones is negative.
    const part = come("Ann", { token, received: -1 });
    assert(part.welcome.type === "welcome");
    assertEquals([part.welcome.lost, part.past.count], [1, 2]);
    const all = come("Ann", { token });
    assertEquals(["lost" in all.welcome, all.past.count], [false, 2]);
  },
});

Deno.test({
  name: "enter() sends a newcomer at most the configured number of messages",
  permissions: "none",
  fn() {
    const { room, come } = open({ history: 2 });
    for (const text of ["1", "2", "3"]) room.proclaim(text);
    const { past, welcome } = come("Ann");
    assertEquals(replayed(past).map(({ text }) => text), ["2", "3"]);
    assert(welcome.type === "welcome");
    assertEquals(welcome.follows, 2);
  },
});

Deno.test({
  name: "enter() names 100 people, and counts all",
  permissions: "none",
  fn() {
    const { come } = open();
    for (let i = 1; i <= 100; i++) come(`p${i}`);
    const { welcome } = come("one-more");
    assert(welcome.type === "welcome");
    assertEquals(
      [welcome.users.length, welcome.ids?.length, welcome.count],
      [100, 100, 101],
    );
  },
});

Deno.test({
  name: "enter() checks bans by name, address and seat",
  permissions: "none",
  fn() {
    const { room, moderation, come } = open();
    const ban = { kind: "name", shown: "Ann", reason: "" } as const;
    moderation.ban(ban);
    assertEquals(
      assertThrows(() => come("Ann"), ChatError).code,
      "banned",
    );
    assertEquals(room.names(), []);
    const { seat } = come("Bob", { token: "" });
    moderation.ban({ ...ban, shown: "Bob" }, [seat.id]);
    const place = { token: seat.token!, received: 0 };
    assertThrows(() => come("Rob", place), ChatError);
    moderation.isLocked = true;
    assertEquals(assertThrows(() => come("Cy"), ChatError).code, "locked");
  },
});
