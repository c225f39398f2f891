import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import type { Seat } from "../../lib/chat/seat.ts";
import { Seats } from "../../lib/chat/seats.ts";

const SECRET = "01234567-89ab-4cde-8f01-23456789abcd";

function enter(seats: Seats, name: string, token?: string): Seat {
  const seat = seats.open({ name, deliver() {} }, { taken: 0, said: 0, token });
  seat.demandToken();
  seats.take(seat);
  return seat;
}

Deno.test({
  name: "Seats.named() finds a person, in any spelling of the name",
  permissions: "none",
  fn() {
    const seats = new Seats();
    const zoe = enter(seats, "Zoë");
    for (const name of ["Zoë", "ZOË", "zoe\u0308"]) {
      assertStrictEquals(seats.named(name), zoe);
    }
    assertEquals(seats.named("Zoe"), undefined);
    assertEquals([seats.size, seats.has(zoe)], [1, true]);
  },
});

Deno.test({
  name: "Seats.open() gives each seat a unique number and secret",
  permissions: "none",
  fn() {
    const seats = new Seats();
    const one = enter(seats, "Ann", SECRET);
    const two = enter(seats, "Bob", SECRET);
    const three = enter(seats, "Cy", "a guess");
    assertEquals([one, two, three].map(({ number }) => number), [1, 2, 3]);
    assertEquals(one.token, SECRET);
    assertEquals(new Set([one.id, two.id, three.id]).size, 3);
    assertStrictEquals(seats.withToken(SECRET), one);
  },
});

Deno.test({
  name:
    "Seats.leave() keeps a seat for its token, and after a forced end its name, too",
  permissions: "none",
  fn() {
    const cases: [mayReturn: boolean, isForced: boolean, isFree: boolean][] = [
      ...[[false, false, true], [true, false, true]] as const,
      ...[[false, true, true], [true, true, false]] as const,
    ].map(([...row]) => row);
    for (const [mayReturn, isForced, isFree] of cases) {
      const seats = new Seats(() => 0);
      const ann = enter(seats, "Ann");
      const { token } = ann;
      seats.leave(ann, { mayReturn, isForced });
      assertEquals(seats.has(ann), false);
      assertEquals(seats.withToken(token!) === ann, mayReturn);
      if (isFree) seats.checkFree("Ann");
      else assertThrows(() => seats.checkFree("Ann"), ChatError, "reserved");
      if (mayReturn) seats.checkFree("Ann", token);
    }
  },
});

Deno.test({
  name: "Seats.checkFree() allows the owner of a name",
  permissions: "none",
  fn() {
    const seats = new Seats();
    const ann = enter(seats, "Ann");
    seats.checkFree("Ann", ann.token);
    assertThrows(() => seats.checkFree("Ann", "a guess"), ChatError, "in use");
    assertThrows(() => seats.checkFree("ann"), ChatError, "in use");
  },
});

Deno.test({
  name: "Seats lists the people in the order of joining",
  permissions: "none",
  fn() {
    const seats = new Seats();
    const [ann] = ["Ann", "Bob", "Cy"].map((name) => enter(seats, name));
    seats.leave(ann!, { mayReturn: false, isForced: false });
    enter(seats, "Ann");
    assertEquals(Array.from(seats, ({ member }) => member.name), [
      ...["Bob", "Cy", "Ann"],
    ]);
  },
});
