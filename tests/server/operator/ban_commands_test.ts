import { assertEquals } from "@std/assert";
import { FakeOperator } from "./fake_operator.ts";

const annAndBob = () =>
  new FakeOperator(["Ann", "10.0.0.1"], ["Bob", "10.0.0.2"], ["", "10.0.0.2"]);

Deno.test({
  name: "/ban with a name removes that person, and names the computer",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "::1"], ["Bob", "::1"]);
    assertEquals(await operator.type("/ban bob spam"), [
      "Bob is banned (/unban Bob to undo)",
      "To ban the same computer, type /ban ::1. This also removes Ann",
    ]);
    assertEquals(operator.happened, [
      "Bob left (banned: spam): The operator banned you: spam",
    ]);
    assertEquals(operator.logged, [
      'banned {"name":"Bob","reason":"spam","by":"operator"}',
    ]);
    assertEquals(await operator.type("/ban", "/unban BOB", "/ban"), [
      "1 ban:",
      "  Bob  name     spam",
      "Bob can join again",
      "Nobody is banned (/ban NAME-or-ADDRESS keeps somebody out)",
    ]);
    assertEquals(
      operator.logged.at(-1),
      'unbanned {"name":"Bob","by":"operator"}',
    );
  },
});

Deno.test({
  name: "/ban accepts the name of a person who is not here",
  permissions: "none",
  async fn() {
    const operator = annAndBob();
    assertEquals(await operator.type("/ban Bbo", "/ban Zoe"), [
      "Bbo is banned (/unban Bbo to undo)",
      "Nobody called Bbo is here now. Did you mean Bob?",
      "Zoe is banned (/unban Zoe to undo)",
      "Nobody called Zoe is here now.",
    ]);
    assertEquals(operator.happened, []);
    assertEquals(await operator.type("/ban server", "/ban 10.0.0.256"), [
      "Nobody was banned: server is not an address and cannot be a name. " +
      "Type /users for names and addresses",
      "Nobody was banned: 10.0.0.256 is not an address and cannot be a name. " +
      "Type /users for names and addresses",
    ]);
    for (const several of ["127.0.0.11/32", "10.0.0.*"]) {
      assertEquals(await operator.type(`/ban ${several}`), [
        `Nobody was banned: ${several} is not an address and cannot be a ` +
        "name. Ban one address at a time. Type /users for names and addresses",
      ]);
    }
    assertEquals(operator.context.moderation.bans.length, 2);
  },
});

Deno.test({
  name: "/ban with a short form of an address bans only a person of this name",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["127.9", "10.0.0.1"]);
    const forms = ["127.14", "2130706447", "localhost", "0x7f.0.0.16"];
    for (const form of forms) {
      assertEquals(await operator.type(`/ban ${form}`), [
        `Nobody was banned: ${form} is not a complete address, and nobody has ` +
        "this name. Type /users for names and addresses",
      ]);
    }
    assertEquals(operator.context.moderation.bans, []);
    await operator.type("/ban 127.9", "/ban 12");
    const shown = operator.context.moderation.bans.map(({ shown }) => shown);
    assertEquals(shown, ["127.9", "12"]);
  },
});

Deno.test({
  name: "/ban with an address ends all connections from there",
  permissions: "none",
  async fn() {
    for (
      const address of ["10.0.0.2", "::ffff:10.0.0.2", "10.0.0.2:53122"]
    ) {
      const operator = annAndBob();
      assertEquals(await operator.type(`/ban ${address}`), [
        "10.0.0.2 is banned (/unban 10.0.0.2 to undo)",
      ]);
      const words = "(banned): The operator banned this computer";
      assertEquals(operator.happened, [
        `Bob left ${words}`,
        `10.0.0.2 left ${words}`,
      ]);
      assertEquals(operator.logged, [
        'banned {"address":"10.0.0.2","by":"operator"}',
      ]);
      assertEquals(await operator.type(`/unban ${address}`), [
        "People at 10.0.0.2 can join again",
      ]);
    }
  },
});

Deno.test({
  name: "/unban says what to do if there is no such ban",
  permissions: "none",
  async fn() {
    const operator = annAndBob();
    assertEquals(
      await operator.type("/unban", "/unban Zoe", "/ban Zoe", "/unban Zo"),
      [
        "Nobody is banned (/ban NAME-or-ADDRESS keeps somebody out)",
        "Zoe is not banned. /ban lists the bans",
        "Zoe is banned (/unban Zoe to undo)",
        "Nobody called Zoe is here now.",
        "Zo is not banned. Did you mean Zoe?",
      ],
    );
  },
});

Deno.test({
  name: "/ban names the people at the same computer, and no others",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(
      ["Ann", "::1"],
      ["Bob", "::1"],
      ["Cy", "::1"],
      ["Dan", "::2"],
      ["", "::1"],
    );
    assertEquals(
      (await operator.type("/ban Ann"))[1],
      "To ban the same computer, type /ban ::1. This also removes Bob, Cy",
    );
    assertEquals(
      (await operator.type("/ban Dan"))[1],
      "To ban the same computer, type /ban ::2",
    );
  },
});

Deno.test({
  name: "/ban lists names, addresses and reasons in columns",
  permissions: "none",
  async fn() {
    const operator = annAndBob();
    await operator.type("/ban Zoë why  so", "/ban 10.0.0.255");
    assertEquals(await operator.type("/ban"), [
      "2 bans:",
      "  Zoë         name     why so",
      "  10.0.0.255  address",
    ]);
  },
});

Deno.test({
  name: "/ban bans nobody if the reason is too long",
  permissions: "none",
  async fn() {
    const operator = annAndBob();
    await operator.type(`/ban Bob ${"x".repeat(201)}`);
    assertEquals(operator.context.moderation.bans, []);
    assertEquals([operator.happened, operator.logged], [[], []]);
  },
});
