import { assertEquals } from "@std/assert";
import { Graces } from "../../lib/chat/graces.ts";
import { Seat } from "../../lib/chat/seat.ts";

const seat = (number: number) =>
  new Seat({ name: "Ann", deliver() {} }, { number, taken: 0, said: 0 });

/** Graces of one second, and the timers that are still set. */
function open(length = 1_000) {
  const due = new Map<() => void, number>();
  const graces = new Graces({
    length,
    later: (run, delay) => {
      due.set(run, delay);
      return () => void due.delete(run);
    },
  });
  return { graces, due };
}

Deno.test({
  name: "Graces.begin() calls `run` at the end of the grace period",
  permissions: "none",
  fn() {
    const { graces, due } = open();
    let runs = 0;
    graces.begin(seat(1), () => runs++);
    assertEquals([...due.values()], [1_000]);
    for (const run of due.keys()) run();
    assertEquals(runs, 1);
  },
});

Deno.test({
  name: "Graces.end() cancels one grace period, and no other",
  permissions: "none",
  fn() {
    const { graces, due } = open();
    const [one, two] = [seat(1), seat(2)];
    graces.begin(one, () => {});
    graces.begin(two, () => {});
    graces.end(one);
    graces.end(seat(3));
    assertEquals(due.size, 1);
    graces.end(two);
    assertEquals(due.size, 0);
  },
});

Deno.test({
  name: "Graces.close() cancels all",
  permissions: "none",
  fn() {
    const { graces, due } = open();
    for (const number of [1, 2, 3]) {
      graces.begin(seat(number), () => {
        throw new Error("announced after the end");
      });
    }
    graces.close();
    assertEquals(due.size, 0);
  },
});

Deno.test({
  name: "Graces are given from one millisecond on",
  permissions: "none",
  fn() {
    assertEquals([0, 1].map((length) => open(length).graces.areGiven), [
      ...[false, true],
    ]);
  },
});
