import { assertEquals } from "@std/assert";
import { Situation } from "../../lib/client/situation.ts";

Deno.test({
  name: "Situation.changed() withdraws the questions about that person only",
  permissions: "none",
  fn() {
    const situation = new Situation();
    const bob = situation.watch(["#b", undefined]);
    const cy = situation.watch(["#c"]);
    situation.changed("Bob has left", "#b");
    assertEquals(bob.signal.aborted, true);
    assertEquals(bob.change, "Bob has left");
    assertEquals(cy.signal.aborted, false);
    assertEquals(cy.change, undefined);
  },
});

Deno.test({
  name: "Situation.changed() without a person withdraws every question",
  permissions: "none",
  fn() {
    const situation = new Situation();
    const watches = [situation.watch(["#b"]), situation.watch([undefined])];
    situation.changed("the connection was lost");
    for (const { change } of watches) {
      assertEquals(change, "the connection was lost");
    }
  },
});

Deno.test({
  name: "Situation.watch() keeps the first change, and ends with its watch",
  permissions: "none",
  fn() {
    const situation = new Situation();
    const first = situation.watch(["#b"]);
    first.withdraw("another Bob has joined");
    situation.changed("Bob has left", "#b");
    assertEquals(first.change, "another Bob has joined");
    const second = situation.watch(["#b"]);
    second[Symbol.dispose]();
    situation.changed("Bob has left", "#b");
    assertEquals(second.signal.aborted, false);
  },
});
