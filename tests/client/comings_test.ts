import { assertEquals } from "@std/assert";
import { Comings } from "../../lib/client/comings.ts";
import { FakeTime } from "../testing.ts";
import { shownLine } from "./fake_screen.ts";

function watch(): { comings: Comings; shown: string[] } {
  const shown: string[] = [];
  const comings = new Comings((line) => shown.push(shownLine(line)));
  return { comings, shown };
}

Deno.test({
  name:
    "Comings tells the first at once, those of the next seconds in one line",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { comings, shown } = watch();
    comings.add("John", "joined");
    assertEquals(shown, ["John has joined"]);
    comings.add("Ann", "joined");
    comings.add("Bob", "joined");
    comings.add("Cy", "left");
    assertEquals(shown.length, 1);
    await time.pass(3_000);
    assertEquals(shown.splice(0), [
      "John has joined",
      "2 people have joined: Ann, Bob",
      "Cy has left",
    ]);
    // Nothing more comes, and the next one is a first one again.
    await time.pass(3_000);
    assertEquals(time.pending, 0);
    comings.add("Dora", "joined");
    assertEquals(shown, ["Dora has joined"]);
    comings[Symbol.dispose]();
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "Comings shows a few lines, however many people join",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { comings, shown } = watch();
    for (let i = 0; i < 900; i++) {
      comings.add(`P${i}`, "joined");
      await time.pass(10);
    }
    comings[Symbol.dispose]();
    assertEquals(shown.length, 4);
    // Thousands at once are not kept.
    for (let i = 0; i < 2_001; i++) comings.add(`P${i}`, "joined");
    assertEquals(shown.length, 7);
    comings[Symbol.dispose]();
  },
});

Deno.test({
  name: "Comings tells at once what something else depends on",
  permissions: "none",
  fn() {
    using _time = new FakeTime();
    const { comings, shown } = watch();
    comings.add("John", "joined");
    comings.add("Ann", "joined");
    comings.flushFor("Bob");
    assertEquals(shown.length, 1);
    comings.flushFor("Ann");
    assertEquals(shown.splice(0), ["John has joined", "Ann has joined"]);
    comings.add("Bob", "left");
    comings[Symbol.dispose]();
    assertEquals(shown, ["Bob has left"]);
  },
});

Deno.test({
  name: "Comings keeps the order of what one person does",
  permissions: "none",
  fn() {
    using _time = new FakeTime();
    const { comings, shown } = watch();
    comings.add("John", "joined");
    comings.add("John", "left");
    for (const change of ["joined", "left"] as const) {
      comings.add("Ann", change);
    }
    for (const change of ["left", "joined"] as const) {
      comings.add("Bob", change);
    }
    comings.flush();
    comings[Symbol.dispose]();
    assertEquals(shown, [
      "John has joined",
      "John has left",
      "Ann has joined and left",
      "Bob has left and joined again",
    ]);
  },
});
