import { assertEquals } from "@std/assert";
import { Acquaintances } from "../../lib/client/acquaintances.ts";

const BOB = { name: "Bob", id: "1" };
const OTHER_BOB = { name: "BOB", id: "2" };

Deno.test({
  name: "Acquaintances.isStranger() is true for another person of a known name",
  permissions: "none",
  fn() {
    const known = new Acquaintances();
    assertEquals(known.isStranger(BOB), false);
    known.heard(BOB);
    assertEquals([BOB, OTHER_BOB].map((one) => known.isStranger(one)), [
      false,
      true,
    ]);
    // A message does not make its sender the person whom the user knows.
    known.heard(OTHER_BOB);
    assertEquals(known.isStranger(OTHER_BOB), true);
    known.know(OTHER_BOB);
    assertEquals([BOB, OTHER_BOB].map((one) => known.isStranger(one)), [
      true,
      false,
    ]);
  },
});

Deno.test({
  name:
    "Acquaintances remembers the last 1,000 people, and nobody without a seat",
  permissions: "none",
  fn() {
    const known = new Acquaintances();
    known.know({ name: "server" });
    assertEquals(known.isStranger({ name: "server", id: "1" }), false);
    known.know(BOB);
    for (let i = 1; i < 1_000; i++) known.know({ name: `n${i}`, id: "1" });
    assertEquals(known.isStranger(OTHER_BOB), true);
    known.know({ name: "last", id: "1" });
    assertEquals(known.isStranger(OTHER_BOB), false);
    assertEquals(known.isStranger({ name: "n1", id: "2" }), true);
  },
});
