import { assertEquals, assertMatch } from "@std/assert";
import { ChatError } from "../../lib/chat/chat_error.ts";
import { completeOperatorLine } from "../../lib/server/operator.ts";
import { FakeOperator } from "./fake_operator.ts";

Deno.test({
  name: "runOperatorLine() carries out commands, and nothing else",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator();
    assertEquals(await operator.type("", "  "), []);
    assertEquals(await operator.type("hello"), [
      "Commands begin with a slash, /help shows them all. " +
      "To speak to everyone: /say TEXT",
    ]);
    assertEquals(await operator.type("/uesrs"), [
      "There is no command /uesrs. Did you mean /users? Type /help for the list",
    ]);
    assertEquals(await operator.type(" /USERS "), ["0 people are here"]);
    await operator.type("/quit", "/quit back at noon");
    assertEquals(operator.happened, ["quit ()", "quit (back at noon)"]);
  },
});

Deno.test({
  name: "runOperatorLine() lives on when a command fails",
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
      "/files has failed: server.log says where",
    ]);
    assertMatch(operator.logged[0]!, /^failure .*a fault.*operator_test/);
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
