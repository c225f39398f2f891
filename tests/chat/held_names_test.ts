import { assertEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { Room } from "../../lib/chat/room.ts";
import type { Member } from "../../lib/chat/seat.ts";

const member = (name: string): Member => ({ name, deliver() {} });

/** A room with Ann, whose connection then ends. */
function open(
  { kind = "slow", grace = 0 }: {
    kind?: "slow" | "lost" | "quit";
    grace?: number;
  } = {},
) {
  let now = 0;
  const later = new Set<() => void>();
  const room = new Room({
    grace,
    now: () => now,
    atEndOfTurn() {},
    later: (run) => {
      later.add(run);
      return () => later.delete(run);
    },
  });
  const ann = room.join(member("Ann"), { mayReturn: true });
  const token = ann.token!;
  room.leave(ann, { kind });
  const pass = (time: number) => {
    now += time;
    later.forEach((run) => run());
    later.clear();
  };
  return { room, token, pass };
}

Deno.test({
  name:
    "HeldNames keeps a name for a minute after a forced end, in any spelling",
  permissions: "none",
  fn() {
    const { room, pass } = open();
    pass(59_001);
    for (const name of ["Ann", "ANN", "ann"]) {
      const { code, message, suggestion } = assertThrows(
        () => room.join(member(name), { mayReturn: true }),
        ChatError,
      );
      assertEquals([code, suggestion, message], [
        "name-taken",
        `${name}2`,
        "The name Ann is reserved for a person who lost the connection: " +
        "choose another, or try again in 1 second",
      ]);
    }
    assertThrows(
      () => room.join(member("\u0391nn")),
      ChatError,
      "looks like Ann, which is reserved",
    );
    pass(999);
    room.join(member("Ann"));
  },
});

Deno.test({
  name:
    "HeldNames gives the name to the owner of the token, and then frees it for all",
  permissions: "none",
  fn() {
    const { room, token, pass } = open();
    pass(1_000);
    const back = room.resume(member("Ann2"), { token, received: 0 })!;
    room.join(member("Ann"));
    room.leave(back.seat, { kind: "quit" });
    const other = open();
    const { token: known } = other;
    other.room.resume(member("Ann"), { token: known, received: 0 });
    assertEquals(other.room.names(), ["Ann"]);
  },
});

Deno.test({
  name:
    "HeldNames reserves a name after the grace period, and only after a forced end",
  permissions: "none",
  fn() {
    const late = open({ grace: 30_000 });
    late.pass(30_000);
    assertThrows(() => late.room.join(member("Ann")), ChatError, "reserved");
    late.pass(60_000);
    late.room.join(member("Ann"));
    open({ kind: "lost" }).room.join(member("Ann"));
    open({ kind: "quit" }).room.join(member("Ann"));
  },
});

Deno.test({
  name:
    "HeldNames reserves a bounded number of names, and frees the oldest first",
  permissions: "none",
  fn() {
    const room = new Room({ atEndOfTurn() {} });
    for (let i = 0; i <= 1_000; i++) {
      const seat = room.join(member(`user${i}`), { mayReturn: true });
      room.leave(seat, { kind: "slow" });
    }
    room.join(member("user0"));
    assertThrows(() => room.join(member("user1")), ChatError, "reserved");
  },
});

Deno.test({
  name: "HeldNames gives the name to the owner whose seat is no longer kept",
  permissions: "none",
  fn() {
    const { room, token } = open();
    for (let i = 0; i < 1_000; i++) {
      const seat = room.join(member(`user${i}`), { mayReturn: true });
      room.leave(seat, { kind: "lost" });
    }
    assertEquals(room.nameOf(token), undefined);
    const other = crypto.randomUUID();
    for (const wrong of [undefined, "", other]) {
      const options = { mayReturn: true, token: wrong };
      assertThrows(() => room.join(member("Ann"), options), ChatError);
    }
    room.join(member("Ann"), { mayReturn: true, token });
    assertEquals(room.names(), ["Ann"]);
  },
});
