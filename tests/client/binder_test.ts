import { assertEquals } from "@std/assert";
import { Binder, modeFor, recipientOf } from "../../lib/client/binder.ts";
import { newMemory } from "../../lib/client/memory.ts";
import { FakeScreen } from "./fake_screen.ts";

/** Ann with Bob and Cy, whose seats the server has named. */
function setUp() {
  const screen = new FakeScreen(true);
  const memory = newMemory();
  memory.presence.learn(
    [{ name: "Ann", id: "a" }, { name: "Bob", id: "b" }, {
      name: "Cy",
      id: "c",
    }],
    { isComplete: true },
  );
  const bob = memory.presence.named("Bob")!;
  const cy = memory.presence.named("Cy")!;
  return { screen, memory, binder: new Binder(screen, memory), bob, cy };
}

Deno.test({
  name: "Binder.bind() keeps the recipients of the moment when the line began",
  permissions: "none",
  fn() {
    const { memory, binder, bob } = setUp();
    const begun = binder.bind("hi");
    assertEquals([begun.to, begun.prompt, begun.isPrivate], [
      undefined,
      "[all] > ",
      false,
    ]);
    memory.mode = modeFor(bob);
    assertEquals(binder.bind("hi there", begun).to, undefined);
    const next = binder.bind("hi");
    assertEquals([next.to, next.prompt, next.isPrivate], [
      bob,
      "[@Bob] > ",
      true,
    ]);
  },
});

Deno.test({
  name:
    "Binder.bind() names the person of the command once its name is complete",
  permissions: "none",
  fn() {
    const { binder, bob, cy } = setUp();
    assertEquals(binder.bind("/msg Bob").head, undefined);
    const head = binder.bind("/msg Bob ").head;
    assertEquals([head?.person, head?.isReply], [bob, false]);
    assertEquals(binder.bind("/to @Cy, hi").head?.person, cy);
    assertEquals(binder.bind("/msg Dan ").head?.person, { name: "Dan" });
    assertEquals(binder.bind("/all ").head?.person, undefined);
    assertEquals(binder.bind("/all ").prompt, "[all] > ");
    assertEquals(binder.bind("/files ").head, undefined);
  },
});

Deno.test({
  name: "Binder.bind() keeps the person of /reply while others write",
  permissions: "none",
  fn() {
    const { memory, binder, bob, cy } = setUp();
    memory.lastTeller = bob;
    const begun = binder.bind("/reply ");
    assertEquals(begun.prompt, "[reply to Bob] > ");
    memory.lastTeller = cy;
    assertEquals(binder.bind("/reply hi", begun).head?.person, bob);
    assertEquals(binder.bind("/reply hi").head?.person, cy);
  },
});

Deno.test({
  name: "Binder.bind() keeps a person under a new name, and shows who has left",
  permissions: "none",
  fn() {
    const { memory, binder, bob } = setUp();
    memory.mode = modeFor(bob);
    const begun = binder.bind("hi");
    memory.presence.leave({ name: "Bob", id: "b" });
    assertEquals(begun.prompt, "[@Bob, not here] > ");
    assertEquals(binder.bind("hi you", begun).to, bob);
    // The user accepts another Bob in that place.
    const other = memory.presence.join({ name: "Bob", id: "b2" });
    memory.accepted.set(bob.id!, other);
    assertEquals(binder.bind("hi you", begun).to, other);
  },
});

Deno.test({
  name: "Binder.typed() lets /to and /all decide about the lines after them",
  permissions: "none",
  fn() {
    const { screen, memory, binder, bob } = setUp();
    const to = binder.typed({
      text: "/to Bob",
      binding: binder.bind("/to Bob"),
    });
    assertEquals([binder.mode.to, memory.mode], ["Bob", {}]);
    assertEquals(screen.prompts.at(-1), "[@Bob] > ");
    assertEquals(binder.bind("hi").to, bob);
    const all = binder.typed({ text: "/all", binding: binder.bind("/all") });
    assertEquals(binder.mode, {});
    binder.typed({ text: "/msg Bob hi", binding: binder.bind("/msg Bob hi") });
    assertEquals(memory.pending.length, 2);
    binder.done(all);
    assertEquals(screen.prompts.at(-1), "[@Bob] > ");
    binder.done(to);
    assertEquals([memory.pending.length, screen.prompts.at(-1)], [
      0,
      "[all] > ",
    ]);
    binder.done(to);
    assertEquals(memory.entered, 3);
  },
});

Deno.test({
  name:
    "Binder.typed() names nobody for a blind /reply that two people may be meant by",
  permissions: "none",
  fn() {
    const { memory, binder, bob, cy } = setUp();
    memory.lastTeller = bob;
    memory.tellers.tell(bob);
    memory.tellers.tell(cy);
    memory.lastTeller = cy;
    const { binding } = binder.typed({ text: "/reply hi" });
    const { head } = binding as ReturnType<Binder["bind"]>;
    assertEquals([head?.person, head?.rivals], [undefined, [bob, cy]]);
    // After the next Enter only the last teller can be meant.
    const next = binder.typed({ text: "/reply hi" }).binding;
    assertEquals((next as ReturnType<Binder["bind"]>).head?.person, cy);
  },
});

Deno.test({
  name: "Binder.typed() keeps a blind line for the person who had the name",
  permissions: "none",
  fn() {
    const { memory, binder, bob } = setUp();
    memory.presence.leave({ name: "Bob", id: "b" });
    memory.presence.join({ name: "Bob", id: "b2" });
    const { binding } = binder.typed({ text: "/msg Bob hi" });
    assertEquals((binding as ReturnType<Binder["bind"]>).head?.person, bob);
  },
});

Deno.test({
  name: "Binder.bindFor() turns a line over to another person",
  permissions: "none",
  fn() {
    const { binder, bob } = setUp();
    const dan = binder.bind("/msg Dan hi");
    const turned = binder.bindFor(bob, { text: "/msg Dan hi", binding: dan });
    assertEquals(turned.to, undefined, "the command decides");
    const plain = binder.bind("hi");
    assertEquals(binder.bindFor(bob, { text: "hi", binding: plain }).to, bob);
  },
});

Deno.test({
  name: "modeFor() and recipientOf() turn a person into a mode and back",
  permissions: "none",
  fn() {
    const bob = { name: "Bob", id: "#b" };
    assertEquals(modeFor(bob), { to: "Bob", id: "#b" });
    assertEquals(modeFor({ name: "Bob" }), { to: "Bob", gone: true });
    assertEquals(recipientOf(modeFor(bob)), bob);
    assertEquals(recipientOf({}), undefined);
  },
});

Deno.test({
  name: "Binder.bind() decides again about a command with another name",
  permissions: "none",
  fn() {
    const { memory, binder, bob, cy } = setUp();
    const person = (text: string, before?: ReturnType<Binder["bind"]>) =>
      binder.bind(text, before).head?.person;
    const begun = binder.bind("/msg Bob hi");
    assertEquals(person("/msg Cy hi", begun), cy);
    assertEquals(person("/to Bob ", begun), bob);
    assertEquals(binder.bind("hello", begun).head, undefined);
    memory.presence.leave({ name: "Bob", id: "b" });
    memory.presence.join({ name: "Bob", id: "b2" });
    assertEquals(person("/msg bob hi you", begun), bob);
    assertEquals(person("/msg Bob hi")?.id, "#b2");
    const all = binder.bind("/all x");
    assertEquals(binder.bind("/all xy", all).head, all.head);
    memory.lastTeller = cy;
    assertEquals(person("/reply x", all), cy);
  },
});

Deno.test({
  name: "Binder.bind() shows no person of a command that is not begun",
  permissions: "none",
  fn() {
    const { memory, binder } = setUp();
    for (
      const text of ["/reply", "/all", "/msg", "/msg ", "/msg Bob", "/users x"]
    ) assertEquals(binder.bind(text).head, undefined, text);
    // Nobody has written: the line is for everyone, and says so.
    assertEquals(binder.bind("/reply ").prompt, "[all] > ");
    memory.isOffline = true;
    assertEquals(binder.bind("/msg Bob ").prompt, "[@Bob, offline] > ");
    assertEquals(
      binder.bind("/msg Dan ").prompt,
      "[@Dan, not here, offline] > ",
    );
  },
});

Deno.test({
  name:
    "Binder.bind() follows the people whom the user has accepted, one after the other",
  permissions: "none",
  fn() {
    const { memory, binder, bob } = setUp();
    memory.mode = modeFor(bob);
    const begun = binder.bind("hi");
    const other = { name: "Bob", id: "#b2" };
    const last = { name: "Bob", id: "#b3" };
    memory.accepted.set(bob.id!, other).set(other.id, last);
    assertEquals(binder.bind("hi you", begun).to, bob, "Bob is still here");
    memory.presence.leave({ name: "Bob", id: "b" });
    memory.presence.join({ name: "Bob", id: "b2" });
    assertEquals(binder.bind("hi you", begun).to, other);
    memory.presence.leave({ name: "Bob", id: "b2" });
    assertEquals(binder.bind("hi you", begun).to, last, "not here either");
    memory.mode = { to: "Dan", gone: true };
    assertEquals(binder.bind("hi").to, { name: "Dan" });
  },
});

Deno.test({
  name: "Binder.typed() changes the mode for /to and /query with a name only",
  permissions: "none",
  fn() {
    const { memory, binder } = setUp();
    const modeAfter = (text: string) => {
      const line = binder.typed({ text, binding: binder.bind(text) });
      const { mode } = binder;
      binder.done(line);
      return mode.to;
    };
    assertEquals(
      ["/to Bob", "/to Bob hi", "/query Bob"].map(modeAfter),
      ["Bob", "Bob", "Bob"],
    );
    assertEquals(
      ["/query Bob hi", "/to", "/msg Bob hi", "hi"].map(modeAfter),
      Array(4).fill(undefined),
    );
    assertEquals(memory.pending, []);
    memory.mode = { to: "Cy", id: "#c" };
    assertEquals(modeAfter("/all"), undefined);
  },
});

Deno.test({
  name: "Binder.bindWhole() keeps whose turn it was when the line was entered",
  permissions: "none",
  fn() {
    const { memory, binder, bob, cy } = setUp();
    const { binding } = binder.typed({ text: "/msg Bob hi" });
    const whole = binder.bindWhole({ text: "/msg Bob hi", binding });
    assertEquals([whole.entered, whole.head?.person], [1, bob]);
    const begun = binder.bind("/msg Cy ");
    const later = binder.bindWhole({ text: "/msg Cy hi", binding: begun });
    assertEquals(["entered" in later, later.head?.person], [false, cy]);
    // A line of a script that began before anybody wrote.
    memory.lastTeller = undefined;
    const blind = binder.begin();
    memory.lastTeller = cy;
    const reply = binder.bindWhole({ text: "/reply hi", blind });
    assertEquals(reply.head?.person, undefined);
    const plain = binder.bindWhole({ text: "hi", blind });
    assertEquals([plain.to, plain.head], [undefined, undefined]);
  },
});
