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
      "/files failed: the details are in server.log",
    ]);
    assertMatch(operator.logged[0]!, /^failure .*a fault.*operator_test/);
  },
});

Deno.test({
  name: "runOperatorLine() never says a command, whatever its slash is",
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
  name: "runOperatorLine() answers a command without its slash",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "10.0.0.1"], ["Bob", "::1"]);
    await operator.type("/mute Bob");
    operator.happened.length = operator.logged.length = 0;
    for (const sits of [false, true]) {
      if (sits) operator.sitDown().talks = true;
      const meant: [typed: string, command: string][] = [
        ...[["help", "help"], ["?", "help"], ["？？", "help"]],
        ...[["quit", "quit"], [" Exit ", "quit"], ["stop", "quit"]],
        ...[["users", "users"], ["ｕｓｅｒｓ", "users"], ["lock", "lock"]],
        ...[["kick bob", "kick bob"], ["Ban 10.0.0.1 x", "ban 10.0.0.1 x"]],
        ...[["unmute Bob", "unmute Bob"], ["help kick", "help kick"]],
      ] as [string, string][];
      for (const [typed, command] of meant) {
        assertEquals(await operator.type(typed), [
          `Nothing was said. Did you mean /${command}? ` +
          `To say it to everyone, type /say ${typed.trim()}`,
        ]);
      }
    }
    assertEquals(operator.happened, []);
    assertEquals(operator.logged, []);
    const texts = [
      "help me",
      "kick it",
      "users are here",
      "stop talking",
      "? x",
    ];
    await operator.type(...texts);
    assertEquals(operator.happened, texts.map((text) => `all read: ${text}`));
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
