import { assertEquals, assertStrictEquals } from "@std/assert";
import { Delivery } from "../../lib/chat/delivery.ts";
import { Room } from "../../lib/chat/room.ts";
import { Seat } from "../../lib/chat/seat.ts";
import { concat, readFrames } from "../testing.ts";

Deno.test({
  name:
    "Room announces joins to a crowd together, before the newcomers' messages",
  permissions: "none",
  fn() {
    const turns: (() => void)[] = [];
    const delays: number[] = [];
    const later: (() => void)[] = [];
    const room = new Room({
      atEndOfTurn: (run) => turns.push(run),
      later: (run, delay) => {
        later.push(run);
        delays.push(delay);
        return () => {};
      },
    });
    const enter = (name: string) => {
      const heard: Uint8Array[] = [];
      const deliver = (bytes: Uint8Array) => void heard.push(bytes);
      return { heard, seat: room.join({ name, deliver }) };
    };
    const crowd = Array.from({ length: 200 }, (_, i) => enter(`c${i}`));
    turns.splice(0).forEach((run) => run());
    for (const { heard } of crowd) heard.length = 0;

    const [one, two] = [enter("one"), enter("two")];
    assertEquals([turns.length, delays], [0, [200 * 0.02]]);
    later[0]!();
    // One write for both messages, of the same bytes for all.
    assertEquals(crowd[0]!.heard.length, 1);
    assertStrictEquals(crowd[0]!.heard[0], crowd[1]!.heard[0]);
    assertEquals(one.heard.length, 1);

    enter("three");
    room.broadcast(two.seat, "hi");
    turns.splice(0).forEach((run) => run());
    assertEquals(
      readFrames(concat(...crowd[0]!.heard)).map(({ type }) => type),
      ["joined", "joined", "joined", "said"],
    );
    later[1]!();
    assertEquals(crowd[0]!.heard.length, 2);
  },
});

/** A delivery to people, whose turn ends when the test says so. */
function open(...names: string[]) {
  const turns: (() => void)[] = [];
  const delayed: { delay: number; isOff: boolean }[] = [];
  const order: string[] = [];
  const seats = names.map((name, index) =>
    new Seat({ name, deliver: () => void order.push(name) }, {
      ...{ number: index + 1, taken: 0, said: 0 },
    })
  );
  const people = new Set(seats);
  const delivery = new Delivery(people, {
    atEndOfTurn: (run) => turns.push(run),
    later: (_, delay) => {
      const entry = { delay, isOff: false };
      delayed.push(entry);
      return () => void (entry.isOff = true);
    },
    beforeHanding: () => void order.push("before"),
    afterTurn: () => void order.push("after"),
  });
  const endTurn = () => turns.splice(0).forEach((run) => run());
  return { delivery, seats, order, turns, delayed, endTurn };
}

Deno.test({
  name:
    "Delivery ends a turn once, and delivers before it tells the subscribers",
  permissions: "none",
  fn() {
    const { delivery, seats, order, turns, endTurn } = open("Ann", "Bob");
    delivery.toAll({ type: "said", from: "Ann", text: "1" }, seats[0]);
    delivery.toAll({ type: "said", from: "Ann", text: "2" }, seats[0]);
    delivery.endTurnSoon();
    assertEquals([turns.length, order], [1, []]);
    endTurn();
    assertEquals(order, ["before", "Bob", "after"]);
    // Nothing was gathered, so no member needs a check.
    delivery.endTurnSoon();
    endTurn();
    assertEquals(order.slice(3), ["after"]);
  },
});

Deno.test({
  name: "Delivery ends no turn at the end of a block of its buffer",
  permissions: "none",
  fn() {
    const { delivery, seats, order } = open("Ann", "Bob");
    const text = "x".repeat(40_000);
    for (let i = 0; i < 10; i++) {
      delivery.toAll({ type: "said", from: "Ann", text }, seats[0]);
    }
    assertEquals(order, ["before", "Bob"]);
  },
});

Deno.test({
  name: "Delivery announces at the end of the turn to 199, and later to 200",
  permissions: "none",
  fn() {
    const names = Array.from({ length: 199 }, (_, i) => `p${i}`);
    const few = open(...names);
    few.delivery.announce({ type: "joined", name: "Zoë" });
    assertEquals([few.turns.length, few.delayed.length], [1, 0]);
    const crowd = open(...names, "one more");
    crowd.delivery.announce({ type: "joined", name: "Zoë" });
    crowd.delivery.announce({ type: "joined", name: "Yan" });
    assertEquals(crowd.turns.length, 0);
    assertEquals(crowd.delayed, [{ delay: 4, isOff: false }]);
    crowd.delivery.close();
    assertEquals(crowd.delayed[0]!.isOff, true);
  },
});
