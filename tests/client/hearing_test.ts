import { assertEquals } from "@std/assert";
import { Hearing } from "../../lib/client/hearing.ts";
import { newMemory } from "../../lib/client/memory.ts";
import { problem } from "../../lib/client/view.ts";
import { FakeTime } from "../testing.ts";
import { FakeScreen } from "./fake_screen.ts";

const WELCOME = {
  type: "welcome",
  protocol: 1,
  name: "Ann",
  text: "Hi",
  users: ["Ann", "Bob"],
  ids: ["a", "b"],
} as const;

/** What Ann, who has joined, hears. Takes the place of the timers. */
function setUp({ interactive = true } = {}) {
  const time = new FakeTime();
  const screen = new FakeScreen(interactive);
  const memory = newMemory();
  const hearing = new Hearing(screen, memory);
  hearing.hear(WELCOME);
  screen.shown.length = 0;
  return {
    ...{ screen, memory, hearing, time },
    [Symbol.dispose]() {
      hearing[Symbol.dispose]();
      time[Symbol.dispose]();
    },
  };
}

Deno.test({
  name: "Hearing learns name, place and people from the welcome",
  permissions: "none",
  fn() {
    using test = setUp();
    const { memory, hearing, screen } = test;
    assertEquals([memory.name, memory.people, memory.place], ["Ann", 2, ""]);
    assertEquals(memory.presence.isComplete, true);
    hearing.hear({ ...WELCOME, server: "Lab 3", count: 9 });
    assertEquals([memory.people, memory.place], [9, "Lab 3"]);
    assertEquals(memory.presence.isComplete, false);
    assertEquals(screen.prompts.at(-1), "[all] > ");
    memory.isOffline = true;
    hearing.hear({ ...WELCOME, server: "  " });
    assertEquals([memory.isOffline, memory.place], [false, "Lab 3"]);
  },
});

Deno.test({
  name:
    "Hearing rings and counts what concerns the user, unless it is old or quiet",
  permissions: "none",
  fn() {
    using test = setUp();
    const { memory, hearing, screen } = test;
    hearing.hear({ type: "said", from: "Bob", text: "hello all" });
    assertEquals(memory.unseen, 0);
    hearing.hear({ type: "said", from: "Bob", text: "hi Ann", earlier: true });
    assertEquals(memory.unseen, 0);
    hearing.hear({ type: "said", from: "Bob", text: "hi Ann" });
    hearing.hear({ type: "said", from: "server", text: "Break" });
    hearing.hear({ type: "told", from: "Bob", text: "psst" });
    assertEquals(memory.unseen, 3);
    hearing.quiet = true;
    hearing.hear({ type: "told", from: "Bob", text: "psst" });
    assertEquals(memory.unseen, 4);
    assertEquals(
      screen.shown.map((line) => line.startsWith("(bell)")),
      [false, false, false, true, true, true, false],
    );
  },
});

Deno.test({
  name: "Hearing remembers the seat of the last teller",
  permissions: "none",
  fn() {
    using test = setUp();
    const { memory, hearing } = test;
    hearing.hear({ type: "told", from: "Bob", text: "psst", id: "b" });
    assertEquals(memory.lastTeller, { name: "Bob", id: "#b" });
    hearing.hear({ type: "told", from: "Dan", text: "psst" });
    assertEquals(memory.lastTeller, { name: "Dan" });
    assertEquals(memory.tellers.heard.rival, { name: "Dan" });
  },
});

Deno.test({
  name: "Hearing counts who joins and leaves, and hides it from a quiet user",
  permissions: "none",
  fn() {
    using test = setUp();
    const { memory, hearing, screen } = test;
    hearing.hear({ type: "joined", name: "Cy", id: "c" });
    assertEquals([memory.people, screen.shown], [3, ["Cy has joined"]]);
    hearing.quiet = true;
    hearing.hear({ type: "left", name: "Cy", id: "c", reason: "quit" });
    assertEquals([memory.people, screen.shown.length], [2, 1]);
    using script = setUp({ interactive: false });
    script.hearing.hear({ type: "joined", name: "Cy" });
    assertEquals(script.screen.shown, ["Cy has joined"]);
    script.hearing.quiet = true;
    script.hearing.hear({ type: "left", name: "Cy", reason: "quit" });
    assertEquals(script.screen.shown.length, 1);
  },
});

Deno.test({
  name: "Hearing shows in title and status at once what it hears",
  permissions: "none",
  fn() {
    using test = setUp();
    const { hearing, screen } = test;
    const after = (act: () => void) => {
      act();
      return [screen.titles.at(-1), screen.statuses.at(-1)];
    };
    assertEquals(after(() => {}), ["Ann", "Ann | 2 people"]);
    assertEquals(
      after(() => hearing.hear({ type: "joined", name: "Cy", id: "c" })),
      ["Ann", "Ann | 3 people"],
    );
    assertEquals(
      after(() => hearing.hear({ type: "left", name: "Cy", reason: "quit" })),
      ["Ann", "Ann | 2 people"],
    );
    assertEquals(after(() => hearing.quiet = true), [
      "Ann",
      "Ann | 2 people | quiet",
    ]);
    assertEquals(
      after(() => hearing.hear({ type: "told", from: "Bob", text: "x" })),
      ["(1) Ann", "Ann | 2 people | quiet"],
    );
    assertEquals(
      after(() => hearing.hear({ ...WELCOME, server: "Lab", count: 9 })),
      ["(1) Ann @ Lab", "Ann @ Lab | 9 people | quiet"],
    );
  },
});

Deno.test({
  name: "Hearing shows people who have joined before what they say",
  permissions: "none",
  fn() {
    using test = setUp();
    const { hearing, screen } = test;
    for (const name of ["Cy", "Dan", "Eve"]) {
      hearing.hear({ type: "joined", name });
    }
    hearing.hear({ type: "said", from: "Bob", text: "x" });
    assertEquals(screen.shown, ["Cy has joined", "Bob: x"]);
    hearing.hear({ type: "said", from: "Eve", text: "y" });
    assertEquals(screen.shown.slice(2), [
      "2 people have joined: Dan, Eve",
      "Eve: y",
    ]);
  },
});

Deno.test({
  name: "Hearing notes what failed: refusals, and what may not have been sent",
  permissions: "none",
  fn() {
    for (
      const event of [
        { type: "refused", re: "say", code: "muted", text: "You are muted" },
        { type: "unsure", speech: { type: "say", text: "x" } },
      ] as const
    ) {
      using test = setUp();
      assertEquals(test.memory.somethingFailed, false);
      test.hearing.hear(event);
      assertEquals(test.memory.somethingFailed, true);
      assertEquals(test.screen.shown[0]?.startsWith("! "), true);
    }
    using test = setUp();
    test.hearing.hear({ type: "warning", code: "flooding", text: "Slower" });
    assertEquals(test.memory.somethingFailed, false);
    test.hearing.fail(problem("no"));
    assertEquals(test.memory.somethingFailed, true);
  },
});

Deno.test({
  name: "Hearing withdraws open questions when the connection is lost",
  permissions: "none",
  fn() {
    const test = setUp();
    const watch = test.hearing.situation.watch([undefined]);
    test[Symbol.dispose]();
    assertEquals(watch.change, "the connection was lost");
    assertEquals(test.time.pending, 0);
  },
});
