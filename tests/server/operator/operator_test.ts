import { assertEquals, assertMatch } from "@std/assert";
import { ChatError } from "../../../lib/chat_error.ts";
import { completeOperatorLine } from "../../../lib/server/operator/operator.ts";
import { FakeTime } from "../../testing.ts";
import { FakeOperator } from "./fake_operator.ts";

Deno.test({
  name: "runOperatorLine() carries out commands, and nothing else",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator();
    assertEquals(await operator.type("", "  "), []);
    assertEquals(await operator.type("/uesrs"), [
      "There is no command /uesrs. Did you mean /users? Type /help for the list",
    ]);
    assertEquals(await operator.type(" /USERS "), ["0 people are here"]);
    await operator.type("/quit", "/quit back at noon");
    assertEquals(operator.happened, ["quit ()", "quit (back at noon)"]);
  },
});

Deno.test({
  name: "runOperatorLine() survives a command that fails",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator();
    const { context } = operator;
    const files = (error: Error) =>
      Object.assign(context, { files: () => Promise.reject(error) });
    files(new ChatError("unreadable", "The folder cannot be read"));
    assertEquals(await operator.type("/files"), ["The folder cannot be read"]);
    assertEquals(operator.logged, []);
    files(new Error("a fault"));
    assertEquals(await operator.type("/files"), [
      "/files failed: the details are in server.log",
    ]);
    assertMatch(operator.logged[0]!, /^failure .*a fault.*operator_test/);
  },
});

Deno.test({
  name: "runOperatorLine() never sends a command as text, whatever its slash",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "10.0.0.1"]);
    operator.sitDown().talks = true;
    const lines = [
      ...["/users", "  /users", "\u00a0/users", "\u200b/users", "\u3164/users"],
      ...["／users", "∕users", "、users", "⁄users", "⧸users", "／ｕｓｅｒｓ"],
      ...["/\u200busers", "/ users", "\u2800／USERS", "/who"],
    ];
    for (const line of lines) {
      const shown = await operator.type(line);
      assertEquals(shown, ["1 person is here:", "  Ann  10.0.0.1"], line);
    }
    for (const line of ["/uesrs", "、uesrs", "∕ uesrs", "\u200d/uesrs"]) {
      const [answer] = await operator.type(line);
      assertMatch(answer!, /^There is no command \/uesrs/, line);
    }
    await operator.type("/", "／", "\u200b");
    assertEquals(operator.happened, []);
    assertEquals(operator.logged, []);
  },
});

Deno.test({
  name: "completeOperatorLine() offers commands and what can follow them",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "10.0.0.1"], ["Bob", "10.0.0.2"]);
    const offered = (line: string) =>
      completeOperatorLine(operator.context, line);
    assertEquals(offered("/us"), ["/users "]);
    assertEquals(offered("/UN"), ["/unban ", "/unmute ", "/unlock "]);
    assertEquals(
      offered("/"),
      offered("/").filter((line) => line.endsWith(" ")),
    );
    assertEquals(offered("/x"), []);
    assertEquals(offered("/kick b"), ["/kick Bob"]);
    assertEquals(offered("/Mute  "), ["/Mute  Ann", "/Mute  Bob"]);
    assertEquals(offered("/ban 10.0.0.2"), ["/ban 10.0.0.2"]);
    assertEquals(offered("/help b"), ["/help ban"]);
    assertEquals(offered("/unban "), []);
    await operator.type("/ban Cy", "/ban 10.0.0.9", "/mute Bob");
    assertEquals(offered("/unban "), ["/unban Cy", "/unban 10.0.0.9"]);
    assertEquals(offered("/unmute "), ["/unmute Bob"]);
    for (
      const line of [
        "hello",
        "/say A",
        "/lock ",
        "/nothing A",
        "",
        "/kick Ann b",
      ]
    ) {
      assertEquals(offered(line), [], line);
    }
  },
});

Deno.test({
  name:
    "runOperatorLine() does not hold up lines for a disk that does not answer",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const operator = new FakeOperator(["Ann", "10.0.0.1"]);
    const { context } = operator;
    const late = Promise.withResolvers<{ name: string; size: number }[]>();
    Object.assign(context, { files: () => late.promise });
    let isFree = false;
    const typed = operator.type("/files").then(() => isFree = true);
    await time.pass(999);
    assertEquals(isFree, false);
    await time.pass(1);
    await typed;
    assertEquals(operator.shown, [
      "/files waits for the disk. The answer follows; you can go on meanwhile",
    ]);
    assertEquals(await operator.type("/users"), [
      "1 person is here:",
      "  Ann  10.0.0.1",
    ]);
    late.resolve([{ name: "a.txt", size: 5 }]);
    await time.pass(0);
    assertEquals(operator.shown.slice(2), ["1 file, 5 B:", "  a.txt  5 B"]);
  },
});

Deno.test({
  name: "runOperatorLine() shows and logs a late failure of the disk",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const operator = new FakeOperator();
    const late = Promise.withResolvers<never>();
    Object.assign(operator.context, { files: () => late.promise });
    const typed = operator.type("/ls");
    await time.pass(1_000);
    await typed;
    late.reject(new Error("a fault"));
    await time.pass(0);
    assertEquals(operator.shown.slice(1), [
      "/ls failed: the details are in server.log",
    ]);
    assertMatch(operator.logged[0]!, /^failure .*a fault/);
  },
});

Deno.test({
  name: "runOperatorLine() leaves no timer behind a disk that answers",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const operator = new FakeOperator();
    assertEquals((await operator.type("/files")).length, 1);
    assertEquals(time.pending, 0);
  },
});
