import { assertEquals } from "@std/assert";
import { Membership } from "../../lib/client/membership.ts";
import { SeatMemory } from "../../lib/client/seat_memory.ts";
import type { KeptSeat, SeatPlace } from "../../lib/store/seat_data.ts";
import type { SeatSlots } from "../../lib/store/seat_slots.ts";
import { FakeTime, settle } from "../testing.ts";
import { WELCOME } from "./welcome.ts";

const PLACE = { hostname: "lab-pc", port: 12000, name: "Ann" };
const SEAT = { token: "t", start: "run 1", received: 5 };

/** Slots in memory: what was done with them, and a seat of Ann's. */
function fakeSlots(take?: SeatSlots["take"]) {
  const done: string[] = [];
  const slots = {
    take: take ?? (({ name }: SeatPlace) => {
      done.push(`take ${name}`);
      return Promise.resolve(name === "Ann" ? SEAT : undefined);
    }),
    keep: ({ token, received }: KeptSeat) =>
      void done.push(`keep ${token} ${received}`),
    discard: () => void done.push("discard"),
  };
  return { done, slots: slots as unknown as SeatSlots };
}

Deno.test("SeatMemory takes back the seat of this place, and only of this one", async () => {
  const { slots, done } = fakeSlots();
  const membership = new Membership();
  const memory = new SeatMemory(membership, slots);
  await memory.restore(PLACE);
  await memory.restore({ ...PLACE });
  assertEquals(membership.proof, { token: "t", received: 5 });
  // The name is in use, so the user takes another one: that is another person's seat.
  await memory.restore({ ...PLACE, name: "Bob" });
  assertEquals(membership.proof, { token: "" });
  assertEquals(done, ["take Ann", "take Bob"]);
});

Deno.test("SeatMemory notes the seat at once and each minute, until the end", async () => {
  using time = new FakeTime();
  const { slots, done } = fakeSlots();
  const membership = new Membership();
  const memory = new SeatMemory(membership, slots);
  membership.begin({ ...WELCOME, token: "u" });
  memory.keep();
  memory.keep();
  membership.hear({ type: "said", from: "Bob", text: "1" });
  await time.pass(60_000);
  memory.end({ returns: false });
  await time.pass(600_000);
  assertEquals(done, ["keep u 0", "keep u 0", "keep u 1", "discard"]);
});

Deno.test("SeatMemory keeps the seat for the next run after a lost connection", () => {
  const { slots, done } = fakeSlots();
  const membership = new Membership();
  const memory = new SeatMemory(membership, slots);
  membership.begin({ ...WELCOME, token: "u" });
  memory.end({ returns: true });
  assertEquals(done, ["keep u 0"]);
});

Deno.test("SeatMemory does not wait for a disk that never answers, nor needs one", async () => {
  using time = new FakeTime();
  const never = Promise.withResolvers<undefined>();
  const { slots } = fakeSlots(() => never.promise);
  const membership = new Membership();
  let isDone = false;
  void new SeatMemory(membership, slots).restore(PLACE)
    .then(() => isDone = true);
  await time.pass(2_000);
  await settle();
  assertEquals([isDone, membership.proof], [true, { token: "" }]);
  const none = new SeatMemory(membership, undefined);
  await none.restore(PLACE);
  none.keep();
  none.end({ returns: false });
});
