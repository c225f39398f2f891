import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { isSecret, Seat, seatId } from "../../lib/chat/seat.ts";

const SECRET = "01234567-89ab-4cde-8f01-23456789abcd";

function open(secret?: string) {
  const member = { name: "Ann", deliver() {} };
  return new Seat(member, { number: 1, taken: 0, said: 10, secret });
}

Deno.test({
  name: "Seat has a public id that stays with its secret, and reveals nothing",
  permissions: "none",
  fn() {
    assertEquals(open(SECRET).id, open(SECRET).id);
    assertEquals(open(SECRET).id, seatId(SECRET));
    assertEquals(seatId(SECRET).length, 12);
    assertNotEquals(open().id, open().id);
    assertEquals(SECRET.includes(seatId(SECRET)), false);
  },
});

Deno.test({
  name: "Seat.token exists for a member who wants it",
  permissions: "none",
  fn() {
    const seat = open(SECRET);
    assertEquals(seat.token, undefined);
    assertEquals(seat.demandToken(), SECRET);
    assertEquals(seat.token, SECRET);
    assertEquals(isSecret(open().demandToken()), true);
  },
});

Deno.test({
  name: "isSecret() accepts a secret of a server, and nothing similar",
  permissions: "none",
  fn() {
    assertEquals(isSecret(SECRET), true);
    const others = [
      ...["", SECRET.slice(1), `${SECRET}0`, SECRET.toUpperCase()],
      ...[SECRET.replace("4cde", "3cde"), SECRET.replace("8f01", "7f01")],
      ...[SECRET.replaceAll("-", ""), ` ${SECRET}`],
    ];
    for (const other of others) assertEquals(isSecret(other), false, other);
  },
});

Deno.test({
  name: "Seat.countAll() counts the messages for the member",
  permissions: "none",
  fn() {
    const seat = open();
    assertEquals(seat.countAll(10), 0);
    seat.countOwn(); // The eleventh broadcast is the member's own.
    seat.countPrivate();
    assertEquals(seat.countAll(11), 1);
    assertEquals(seat.countAll(15), 5);
  },
});

Deno.test({
  name: "Seat.countReturn() refuses the eleventh return in a moment",
  permissions: "none",
  fn() {
    const seat = open();
    for (let i = 0; i < 10; i++) seat.countReturn(0);
    assertThrows(() => seat.countReturn(0), ChatError);
    seat.countReturn(1_000);
    seat.countReplayed(1024 * 1024);
    assertThrows(() => seat.countReturn(2_999), ChatError);
  },
});

Deno.test({
  name: "Seat.vacate() keeps the name, and drops the member",
  permissions: "none",
  fn() {
    const seat = open();
    const { member } = seat;
    seat.vacate();
    assertEquals(seat.member === member, false);
    assertEquals(seat.member.name, "Ann");
    seat.member.deliver(new Uint8Array(1));
  },
});

Deno.test({
  name: "Seat.person is one object until another member sits there",
  permissions: "none",
  fn() {
    const seat = open(SECRET);
    const { person } = seat;
    assertEquals(person, { id: seat.id, name: "Ann", origin: undefined });
    assertEquals(seat.person === person, true);
    const origin = { session: 2, from: "10.0.0.1:5" };
    seat.head = new Uint8Array(1);
    seat.sit({ name: "Anna", origin, deliver() {} }, 5);
    assertEquals(seat.person, { id: seat.id, name: "Anna", origin });
    assertEquals([seat.head, seat.taken], [undefined, 5]);
  },
});
