import { assertEquals } from "@std/assert";
import { FakeOperator } from "./fake_operator.ts";

const FIRST = 'Say this to everyone as "server"? (yes/no) ';

const EXPLAINED = "Not sent. To send it, press Enter again and answer " +
  "yes. Type /help for the list";

Deno.test({
  name: "sayTyped() asks the first time, and remembers a yes",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "::1"]);
    operator.sitDown();
    operator.answers.push(" YES ");
    assertEquals(await operator.type("Ten minutes left"), [
      "Ten minutes left",
      FIRST,
      "said: Ten minutes left",
    ]);
    assertEquals(await operator.type("Five"), ["said: Five"]);
    assertEquals(operator.happened, [
      "all read: Ten minutes left",
      "all read: Five",
    ]);
    assertEquals(operator.logged.map((line) => line.split(" ", 1)[0]), [
      "said",
      "said",
    ]);
    assertEquals(operator.givenBack, undefined);
  },
});

Deno.test({
  name: "sayTyped() gives the line back after a no, and asks again",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "::1"]);
    operator.sitDown();
    for (const answer of ["no", "", "/users", "yes please"]) {
      operator.answers.push(answer);
      assertEquals(await operator.type("kicked?"), [
        "kicked?",
        FIRST,
        EXPLAINED,
      ]);
      assertEquals(operator.givenBack, "kicked?");
    }
    assertEquals(operator.happened, []);
    assertEquals(operator.logged, []);
  },
});

Deno.test({
  name: "sayTyped() sends nothing if the window closes at the question",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "::1"]);
    operator.sitDown();
    assertEquals(await operator.type("hello"), ["hello", FIRST]);
    assertEquals(operator.happened, []);
  },
});

Deno.test({
  name: "sayTyped() sends nothing if there is no operator to ask",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "::1"]);
    const refusal = "Not sent: a script speaks to everyone with " +
      "/say TEXT. Type /help for the list";
    for (const line of ["hello", "//hello", "hello /quit"]) {
      assertEquals(await operator.type(line), [refusal]);
    }
    assertEquals(operator.happened, []);
    assertEquals(operator.logged, []);
  },
});

Deno.test({
  name: "sayTyped() sends one slash for two",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "::1"]);
    operator.sitDown().talks = true;
    await operator.type("//help shows all", "  //", "  two  words ");
    assertEquals(operator.happened, [
      "all read: /help shows all",
      "all read: /",
      "all read:   two  words",
    ]);
  },
});

Deno.test({
  name:
    "say() and sayTyped() ask once about many lines, and send them as one message",
  permissions: "none",
  async fn() {
    const page = Array.from({ length: 21 }, (_, i) => `${i}`).join("\n");
    const question = 'Say these 21 lines to everyone as "server"? (yes/no) ';
    for (const line of [page, `/say ${page}`]) {
      const operator = new FakeOperator(["Ann", "::1"]);
      operator.sitDown();
      operator.answers.push("no");
      assertEquals(await operator.type(line), [question, EXPLAINED]);
      assertEquals(operator.givenBack, page);
      operator.answers.push("yes");
      assertEquals(await operator.type(line), [question, `said: ${page}`]);
      assertEquals(operator.happened, [`all read: ${page}`]);
    }
    const operator = new FakeOperator(["Ann", "::1"]);
    operator.sitDown().talks = true;
    await operator.type("one\n  two\n/quit");
    assertEquals(operator.happened, ["all read: one\n  two\n/quit"]);
  },
});

Deno.test({
  name: "say() reports that no one is here, and is logged",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["", "::1"]);
    assertEquals(await operator.type("/say hello"), [
      "server: hello",
      "Nobody is here to read it",
    ]);
    assertEquals(operator.logged.length, 1);
    operator.sitDown().talks = true;
    assertEquals(await operator.type("hello"), [
      "said: hello",
      "Nobody is here to read it",
    ]);
    assertEquals(operator.logged.length, 2);
  },
});

Deno.test({
  name: "sayTyped() gives back a text that is too long",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "::1"]);
    operator.sitDown().talks = true;
    const text = "x".repeat(49_153);
    assertEquals(await operator.type(text), [
      "Not sent: the text takes 49.2 kB, and one message holds 49.2 kB. " +
      "Send it in parts",
    ]);
    assertEquals(operator.givenBack, text);
    assertEquals(operator.happened, []);
  },
});
