import { assert, assertEquals } from "@std/assert";
import {
  addressJudge,
  askLate,
  nameJudge,
} from "../../lib/client/late_question.ts";
import { FakeScreen } from "./fake_screen.ts";

Deno.test({
  name: "askLate() gives messages back and takes the first real answer",
  permissions: "none",
  async fn() {
    const screen = new FakeScreen(true);
    screen.answers.push("two words", "/msg Bob x", "Ann");
    const reply = await askLate(screen, nameJudge).ask("Your name: ");
    assertEquals(reply, "Ann");
    assertEquals(screen.givenBack, ["two words", "/msg Bob x"]);
    assertEquals(screen.patient.length, 3, "each waits until nobody types");
    assertEquals(screen.shown.length, 2);
    assert(screen.shown[0]!.includes("Nothing was sent"), screen.shown[0]);
  },
});

Deno.test({
  name: "askLate() has no answer when the user types /quit, or the input ends",
  permissions: "none",
  async fn() {
    for (const judge of [nameJudge, addressJudge]) {
      const screen = new FakeScreen(true);
      screen.answers.push("/quit");
      assertEquals(await askLate(screen, judge).ask("?"), undefined);
      assertEquals(screen.givenBack, []);
      assertEquals(await askLate(screen, judge).ask("?"), undefined);
      assertEquals(screen.shown, []);
    }
  },
});

Deno.test({
  name: "nameJudge() takes what can be no name for a message",
  permissions: "none",
  fn() {
    assertEquals(nameJudge(""), undefined);
    assertEquals(nameJudge("A".repeat(32)), undefined);
    assert(nameJudge("A".repeat(33)) !== undefined);
    assert(nameJudge("a/b") !== undefined);
  },
});

Deno.test({
  name: "addressJudge() takes commands for messages, and nothing else",
  permissions: "none",
  fn() {
    for (const text of ["", "lab-pc 7", "192.0.2.2", "quit", "hello there"]) {
      assertEquals(addressJudge(text), undefined, text);
    }
    for (const text of ["/msg Bob x", "/unheard-of", "/quit"]) {
      assertEquals(addressJudge(text), "That is a command, not an address");
    }
  },
});

Deno.test({
  name: "askLate() takes every text as the answer to a secret question",
  permissions: "none",
  async fn() {
    const options = { isSecret: true };
    for (const text of ["/quit", "/msg Bob x", "two words"]) {
      const screen = new FakeScreen(true);
      screen.answers.push(text);
      const { ask } = askLate(screen, nameJudge);
      assertEquals(await ask("Room key: ", options), text);
      assertEquals(screen.secret, ["Room key: "]);
      assertEquals(screen.patient, ["Room key: "]);
      assertEquals([screen.givenBack, screen.shown], [[], []]);
    }
  },
});
