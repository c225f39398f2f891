import { assertEquals } from "@std/assert";
import type { ChatEvent } from "../../lib/client/chat_event.ts";
import { Greeting } from "../../lib/client/greeting.ts";
import { FakeTime } from "../testing.ts";
import { shownLine } from "./fake_screen.ts";
import { WELCOME } from "./welcome.ts";

const PAST = { type: "said", from: "Bob", text: "x", earlier: true } as const;
const LATE = { type: "told", from: "Bob", text: "x", late: true } as const;
const NOW = { type: "joined", name: "Cy" } as const;

/** A greeting, and what it shows. */
function setUp(options?: { hints: boolean }) {
  const shown: string[] = [];
  const greeting = new Greeting(
    (line) => void shown.push(shownLine(line)),
    options,
  );
  const hear = (event: ChatEvent) => {
    greeting.before(event);
    shown.push(event.type);
    greeting.after(event);
  };
  return { greeting, shown, hear };
}

Deno.test({
  name: "Greeting.begin() shows the welcome at once if no messages follow",
  permissions: "none",
  fn() {
    const { greeting, shown } = setUp();
    greeting.begin(WELCOME);
    assertEquals(shown, ["Hi"]);
    greeting[Symbol.dispose]();
    assertEquals(shown, ["Hi"]);
  },
});

Deno.test({
  name: "Greeting shows the welcome and the hints below the promised messages",
  permissions: "none",
  fn() {
    const { greeting, shown, hear } = setUp({ hints: true });
    greeting.begin({ ...WELCOME, follows: 2 });
    hear(PAST);
    assertEquals(shown, ["--- earlier messages ---", "said"]);
    hear(PAST);
    assertEquals(shown.slice(0, 4), [
      "--- earlier messages ---",
      "said",
      "said",
      "Hi",
    ]);
    assertEquals(shown.length, 7);
    hear(PAST);
    assertEquals(shown.length, 8, "one divider, and one welcome");
    greeting[Symbol.dispose]();
  },
});

Deno.test({
  name: "Greeting names what a user missed who was away",
  permissions: "none",
  fn() {
    const { greeting, shown, hear } = setUp();
    greeting.begin({ ...WELCOME, follows: 1, resumed: true });
    hear(LATE);
    assertEquals(shown, [
      "--- while you were away ---",
      "told",
      "Connected again",
    ]);
    greeting[Symbol.dispose]();
  },
});

Deno.test({
  name: "Greeting.before() ends the wait at the first event of the present",
  permissions: "none",
  fn() {
    const { greeting, shown, hear } = setUp();
    greeting.begin({ ...WELCOME, follows: 5 });
    hear({ type: "unsure", speech: { type: "say", text: "x" } });
    assertEquals(shown, ["unsure"]);
    hear(NOW);
    assertEquals(shown, ["unsure", "Hi", "joined"]);
    greeting[Symbol.dispose]();
  },
});

Deno.test({
  name: "Greeting waits two seconds for messages that a server only promised",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { greeting, shown } = setUp();
    greeting.begin({ ...WELCOME, follows: 1 });
    await time.pass(1_999);
    assertEquals(shown, []);
    await time.pass(1);
    assertEquals(shown, ["Hi"]);
    greeting[Symbol.dispose]();
    assertEquals([shown.length, time.pending], [1, 0]);
  },
});
