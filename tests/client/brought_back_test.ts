/**
 * A text that undo, Ctrl+Y or the arrow keys bring back is for the same person as
 * when it was typed: checked on the wire.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { FakeTime } from "../testing.ts";
import { World } from "./private_world.ts";

const UNDO = "\x1f";
const UP = "\x1b[A";
const DOWN = "\x1b[B";
const KILL = "\x15";
const YANK = "\x19";

const CASES: Readonly<Record<string, readonly string[]>> = {
  "undo after looking through the history": [
    ...["/to Bob\r", "SECRET\r", "/all\r", UP, UP, DOWN, DOWN],
    ...[UNDO, UNDO, "\r"],
  ],
  "undo back to a private line from a public one": [
    ...["public\r", "/to Bob\r", "SECRET\r", "/all\r", UP, UP, UP, UP],
    ...[UNDO, UNDO, "\r"],
  ],
  "undo after the line was given up": [
    ...["/to Bob\r", "SECRET\r", "/all\r", UP, UP, "\x03", "x", "\x7f"],
    ...[UNDO, UNDO, UNDO, "\r"],
  ],
  "undo of a private command": ["/msg Bob SECRET\r", UP, KILL, UNDO, "\r"],
  "a yanked text that was killed twice": [
    ...["SECRET", KILL, "/to Bob\r", "SECRET", KILL, "/all\r", YANK, "\r"],
  ],
  "a yanked text in a line for all": [
    ...["/to Bob\r", "SECRET", KILL, "/all\r", "so: ", YANK, "\r"],
  ],
};

for (const [name, keys] of Object.entries(CASES)) {
  Deno.test(`a private text goes to nobody else: ${name}`, async () => {
    using time = new FakeTime();
    await using world = new World(time);
    const bob = await world.join("Bob");
    const cleo = await world.join("Cleo");
    await world.type("");
    for (const key of keys) await world.type(key);
    const secret = ({ text }: { text: string }) => text.includes("SECRET");
    assertEquals(cleo.heard.filter(secret), [], world.shown.slice(-300));
    const said = bob.heard.filter(secret).map(({ type }) => type);
    assertEquals(said.includes("said"), false);
  });
}

Deno.test("undo brings a reply back for the person who had written then", async () => {
  using time = new FakeTime();
  await using world = new World(time);
  const [bob, cleo] = [await world.join("Bob"), await world.join("Cleo")];
  await world.type("");
  await bob.say({ type: "tell", to: "Ann", text: "psst" });
  await world.type("");
  await world.type("/reply SECRET\r");
  await cleo.say({ type: "tell", to: "Ann", text: "hey" });
  for (const key of ["", UP, KILL, UNDO, "\r"]) await world.type(key);
  assertEquals(cleo.heard, []);
  assertEquals(bob.heard.map(({ text }) => text), ["SECRET", "SECRET"]);
});
