import { assertEquals, assertThrows } from "@std/assert";
import {
  MAX_PEOPLE_LENGTH,
  Presence,
  wireId,
} from "../../lib/client/presence.ts";
import { TooMuch } from "../../lib/client/too_much.ts";

Deno.test({
  name: "Presence tells people apart by seat, whatever their names",
  permissions: "none",
  fn() {
    const presence = new Presence();
    const listed = [{ name: "Ann", id: "a" }, { name: "Bob", id: "b" }];
    presence.learn(listed, { isComplete: true });
    const bob = presence.named("BOB")!;
    assertEquals([bob.name, wireId(bob)], ["Bob", "b"]);
    presence.leave({ name: "Bob", id: "b" });
    assertEquals(presence.whereabouts(bob), "gone");
    const other = presence.join({ name: "bob", id: "c" });
    assertEquals(presence.whereabouts(bob), "gone");
    assertEquals(presence.named("Bob"), other);
    presence.leave({ name: "bob", id: "c" });
    presence.join({ name: "Robert", id: "b" });
    assertEquals(presence.seated(bob)?.name, "Robert");
    assertEquals(presence.named("Bob"), undefined);
    assertEquals([presence.hasMet("BOB"), presence.hasMet("Cy")], [
      true,
      false,
    ]);
  },
});

Deno.test({
  name:
    "Presence takes everybody who joins for somebody new where there are no ids",
  permissions: "none",
  fn() {
    const presence = new Presence();
    const listed = [{ name: "Ann" }, { name: "Bob" }];
    presence.learn(listed, { isComplete: true });
    const bob = presence.named("Bob")!;
    assertEquals(wireId(bob), undefined);
    // A list says nothing about who it is: the name stands for the person.
    presence.learn(listed, { isComplete: true });
    assertEquals(presence.whereabouts(bob), "here");
    presence.leave({ name: "Bob" });
    presence.join({ name: "Bob" });
    assertEquals(presence.whereabouts(bob), "gone");
  },
});

Deno.test({
  name:
    "Presence says what it does not know, and takes no id of a server for its own",
  permissions: "none",
  fn() {
    const presence = new Presence();
    presence.learn([{ name: "Ann", id: "a" }], { isComplete: false });
    const bob = presence.sender({ name: "Bob", id: "~1" })!;
    assertEquals(presence.whereabouts(bob), "unknown");
    assertEquals(presence.sender({ name: "Bob" }), undefined);
    const cy = presence.join({ name: "Cy" });
    assertEquals(cy.id === bob.id, false);
  },
});

Deno.test({
  name:
    "Presence ends people who join without end, and lets people come and go",
  permissions: "none",
  fn() {
    const presence = new Presence();
    for (let i = 0; i < 300_000; i++) {
      presence.join({ name: `p${i}`, id: `${i}` });
      presence.leave({ name: `p${i}`, id: `${i}` });
      presence.join({ name: "Bob", id: `${i}` });
    }
    assertEquals(presence.names, ["Bob"]);
    let count = 1;
    assertThrows(
      () => {
        for (; count < 200_000; count++) presence.join({ name: `p${count}` });
      },
      TooMuch,
      "the people who join do not end",
    );
    assertEquals(count, 50_000);
    const long = new Presence();
    const name = "\ufdfa".repeat(250);
    let joined = 0;
    assertThrows(() => {
      for (; joined < 50_000; joined++) long.join({ name: name + joined });
    }, TooMuch);
    assertEquals(joined < 5_000, true, `${joined}`);
  },
});

Deno.test({
  name: "Presence.takeReplaced() says who has lost a name to another person",
  permissions: "none",
  fn() {
    const presence = new Presence();
    const isComplete = true;
    presence.learn([{ name: "Bob", id: "b" }, { name: "Cy", id: "c" }], {
      isComplete,
    });
    const taken = () =>
      [...presence.takeReplaced()].map(([key, { id }]) => `${key} ${id}`);
    presence.leave({ name: "Bob", id: "b" });
    presence.join({ name: "Bob", id: "b" });
    presence.join({ name: "Dan", id: "d" });
    assertEquals(taken(), []);
    presence.leave({ name: "Bob", id: "b" });
    presence.join({ name: "BOB", id: "b2" });
    assertEquals(taken(), ["bob #b"]);
    assertEquals(taken(), []);
    // After a restart: another Dan, at once or later.
    presence.learn([{ name: "Dan", id: "d2" }], { isComplete });
    presence.join({ name: "Cy", id: "c2" });
    assertEquals(taken(), ["dan #d", "cy #c"]);
    for (let number = 0; number < 1_500; number++) {
      presence.join({ name: "Eve", id: `e${number}` });
      presence.join({ name: `Fay${number}`, id: "f" });
      presence.join({ name: `Fay${number}`, id: "f2" });
    }
    assertEquals(taken().length, 1_000);
  },
});

Deno.test({
  name: "Presence.takeReplaced() forgets the names that were lost first",
  permissions: "none",
  fn() {
    const presence = new Presence();
    let seats = 0;
    const take = (name: string) =>
      void presence.join({ name, id: `${++seats}` });
    // Each name once more than it counts: the first person replaces nobody.
    for (const _ of [1, 2]) {
      for (let number = 0; number < 1_000; number++) take(`p${number}`);
    }
    take("p0");
    for (const _ of [1, 2]) take("new");
    const replaced = presence.takeReplaced();
    assertEquals(replaced.size, 1_000);
    assertEquals(["p0", "p1", "new"].map((key) => replaced.has(key)), [
      true,
      false,
      true,
    ]);
  },
});

Deno.test({
  name: "Presence.hasMet() forgets the people who left first",
  permissions: "none",
  fn() {
    const presence = new Presence();
    const visit = (name: string) => {
      presence.join({ name, id: name });
      presence.leave({ name, id: name });
    };
    for (let number = 0; number < 1_000; number++) visit(`p${number}`);
    visit("p0");
    assertEquals(presence.hasMet("p1"), true);
    visit("new");
    assertEquals(["p0", "p1", "p2"].map((name) => presence.hasMet(name)), [
      true,
      false,
      true,
    ]);
  },
});

Deno.test({
  name: "Presence takes names, keys and ids of 8,000,000 units, and no more",
  permissions: "none",
  fn() {
    assertEquals(MAX_PEOPLE_LENGTH, 4_000_000);
    const presence = new Presence();
    // 3,000 for a name, as many for its key, and 2,000 for the id with its sign.
    const person = (number: number) => ({
      name: String(number).padStart(3_000, "p"),
      id: String(number).padStart(1_999, "0"),
    });
    for (let number = 0; number < 1_000; number++) {
      presence.join(person(number));
    }
    presence.leave(person(7));
    presence.join({ name: "p".repeat(3_999), id: "0" });
    assertThrows(() => presence.join({ name: "p", id: "" }), TooMuch);
  },
});
