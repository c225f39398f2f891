/**
 * The mode never widens by itself: every mode with every event that might change it,
 * and who then receives a line, on the wire.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FakeTime } from "../testing.ts";
import { type Other, World } from "./private_world.ts";

type Mode = "all" | "Bob" | "Bob, gone" | "a different Bob, not accepted";

/** Puts Ann into a mode; returns who may receive what she says then. */
async function enter(mode: Mode, world: World, bob: Other): Promise<void> {
  if (mode === "all") return;
  await world.type("/to Bob\r");
  if (mode === "Bob") return;
  await bob.leave();
  await world.type("");
  if (mode === "Bob, gone") return;
  await world.join("BOB");
  await world.type("");
  await world.type("no\r");
}

const EVENTS: Readonly<
  Record<string, (world: World, others: Other[]) => Promise<unknown>>
> = {
  "nothing": () => Promise.resolve(),
  "a private message of Cleo's": (_, [, cleo]) =>
    cleo!.say({ type: "tell", to: "Ann", text: "psst" }),
  "a broadcast": (_, [, cleo]) => cleo!.say({ type: "say", text: "hello" }),
  "Bob drops": (_, [bob]) => Promise.resolve(bob!.drop()),
  "Bob drops and comes back": async (world, [bob]) => {
    bob!.drop();
    await world.type("");
    await bob!.join(world.hall);
  },
  "a look-alike joins": (world) => world.join("Ｂob"),
  "Ann's connection is cut": (world) => world.cut(() => Promise.resolve()),
  "the server starts again": (world) => world.restart(() => Promise.resolve()),
  "the server starts again, and all come back": (world, others) =>
    world.restart(async () => {
      for (const other of others) {
        if (!other.isHere) await other.join(world.hall);
      }
    }),
  "the server starts again, with another Bob": (world) =>
    world.restart(async () => void await world.join("Bob")),
  "Ann comes back under another name": async (world) => {
    await world.cut(() => world.join("Ann").then(() => {}));
    await world.type("Annie\r");
  },
  "Ann is removed": (world) => Promise.resolve(world.hall.kick("Ann")),
  "an unknown command": (world) => world.type("/everyone\r"),
  "/to nobody": (world) => world.type("/to Nobody\r"),
  "/query alone": (world) => world.type("/query\r"),
  "/msg to Cleo": (world) => world.type("/msg Cleo psst\r"),
  "a bare word, given up": async (world) => {
    await world.type("quit\r");
    await world.type("\r");
    await world.type("\x15");
  },
  "a paste": async (world) => {
    await world.type("\x1b[200~/all\nx\x1b[201~");
    await world.type("\x15");
  },
  "a line that is recalled and given up": async (world) => {
    await world.type("\x1b[A");
    await world.type("\x15");
  },
};

for (
  const mode of [
    ...["all", "Bob", "Bob, gone"],
    "a different Bob, not accepted",
  ] as Mode[]
) {
  Deno.test(`the mode "${mode}" never widens by itself`, async () => {
    for (const [event, happen] of Object.entries(EVENTS)) {
      using time = new FakeTime();
      await using world = new World(time);
      const bob = await world.join("Bob");
      const cleo = await world.join("Cleo");
      await world.type("");
      await enter(mode, world, bob);
      await happen(world, [bob, cleo]);
      await world.type("");
      // Whatever is asked now, it was not Ann who wanted it.
      const asked = world.bottom;
      if (asked !== undefined && "question" in asked) await world.type("\r");
      await world.type("\x15");
      // Ann reads what has happened before she goes on.
      await time.pass(500);
      await world.type("<1>\r");
      for (const other of world.others) {
        const heard = other.heard.filter(({ text }) => text.includes("<1>"))
          .map(({ type }) => type);
        // Bob comes back with his token: he is the same person.
        const mayHear = mode === "all"
          ? ["said"]
          : other === bob
          ? ["told"]
          : [];
        const isHere = other.isHere;
        const isRight = heard.length === 0 ||
          heard.join() === mayHear.join();
        assertEquals(isRight, true, `${event}: ${other.name} heard ${heard}`);
        // A line to all reaches all who are here.
        if (mode === "all" && isHere && event !== "Ann is removed") {
          assertEquals(heard, ["said"], event);
        }
      }
    }
  });
}

Deno.test('in the mode "Bob", Bob gets what is said when nothing is in the way', async () => {
  for (const event of ["nothing", "a broadcast", "a paste", "/to nobody"]) {
    using time = new FakeTime();
    await using world = new World(time);
    const others = [await world.join("Bob"), await world.join("Cleo")];
    await world.type("");
    await enter("Bob", world, others[0]!);
    await EVENTS[event]!(world, others);
    await world.type("");
    await time.pass(500);
    await world.type("<1>\r");
    assertEquals(others[0]!.heard.at(-1), { type: "told", text: "<1>" }, event);
  }
});
