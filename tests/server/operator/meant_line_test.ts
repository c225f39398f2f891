import { assertEquals } from "@std/assert";
import { whyNotSaid } from "../../../lib/server/operator/meant_line.ts";
import { FakeOperator } from "./fake_operator.ts";

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
          `Not sent. Did you mean /${command}? ` +
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
  name:
    "runOperatorLine() sends no text that may be a command, or for one person",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "10.0.0.1"], ["Bob", "::1"]);
    operator.sitDown().talks = true;
    for (
      const [typed, answer] of [
        ...[["msg Bob secret", "speaks to everyone only. To write to Bob"]],
        ...[["@Bob secret", "To write to Bob alone, start a client"]],
        ...[["tell bob: secret", "To write to Bob alone"], [
          "!w Ann x",
          "to Ann",
        ]],
        ...[["ban 10.0.0.5 rude", "/ban 10.0.0.5 rude"], [
          "lock now",
          "/lock now",
        ]],
        ...[["[all] > /kick Bob", "/kick Bob"], ["kick Bbo x", "/kick Bbo x"]],
        ...[["kcik Bob", "/kick Bob"], ["shutdown", "/quit"], [
          "exit",
          "/quit",
        ]],
        ...[["Dear all\n/kick Bob", "line 2 may be the command /kick Bob"]],
        ...[["kick Bob\nand more", "line 1 may be the command /kick Bob"]],
        ...[["hi\nmsg Bob x", "To write to Bob alone"]],
      ] as [string, string][]
    ) {
      const [said = ""] = await operator.type(typed);
      assertEquals(said.includes(answer), true, `${typed}: ${said}`);
    }
    assertEquals(operator.happened, []);
    const texts = [
      ...[
        "Bob, to the board!",
        "@all hello",
        "to be honest, no",
        "ban smoking",
      ],
      ...["we lock at ten", "tell me more", "1\n2\nusers\nhelp"],
    ];
    await operator.type(...texts);
    assertEquals(operator.happened, texts.map((text) => `all read: ${text}`));
  },
});

Deno.test({
  name: "whyNotSaid() accepts a text that only starts like a command",
  permissions: "none",
  fn() {
    const { context } = new FakeOperator(["Ann", "10.0.0.1"]);
    const isSaid = (text: string) => whyNotSaid(context, text) === undefined;
    const cases: [text: string, isSaid: boolean][] = [
      ["lock", false],
      ["lock now", false],
      ["lock it now", true],
      ["locks", true],
      ["stop", false],
      ["stop now", true],
      ["a\nstop", true],
      ["kick Ann", false],
      ["kick Zoe", true],
      ["kick Anm", false],
      ["kcik Ann", false],
      ["kcik Anm", true],
      ["kick 10.0.0.9", false],
      ["kick 10.0.0.9:5000 now", false],
      ["who", true],
      ["", true],
    ];
    for (const [text, expected] of cases) {
      assertEquals(isSaid(text), expected, text);
    }
  },
});
