import { assertEquals } from "@std/assert";
import { FakeOperator } from "./fake_operator.ts";

const annAndBob = () =>
  new FakeOperator(["Ann", "10.0.0.1"], ["Bob", "10.0.0.2"], ["", "10.0.0.2"]);

Deno.test({
  name: "/kick makes one person leave, and tells why",
  permissions: "none",
  async fn() {
    const operator = annAndBob();
    assertEquals(
      await operator.type("/kick BOB", "/kick ann  too \n loud "),
      [],
    );
    assertEquals(operator.happened, [
      "Bob left (kicked): You were removed by the operator",
      "Ann left (kicked: too loud): You were removed by the operator: too loud",
    ]);
    assertEquals(operator.logged, [
      'kicked {"name":"Bob","by":"operator"}',
      'kicked {"name":"Ann","reason":"too loud","by":"operator"}',
    ]);
  },
});

Deno.test({
  name: "/kick says what to do if it cannot",
  permissions: "none",
  async fn() {
    const operator = annAndBob();
    const long = "x".repeat(201);
    assertEquals(
      await operator.type(
        "/kick",
        "/kick Bbo",
        "/kick Zoe",
        `/kick Bob ${long}`,
      ),
      [
        "Usage: /kick NAME [reason] - make somebody leave",
        "There is nobody called Bbo. Did you mean Bob?",
        "There is nobody called Zoe. /users shows who is here",
        "The reason has 201 characters: at most 200 are allowed",
      ],
    );
    assertEquals(operator.happened, []);
    assertEquals(operator.logged, []);
  },
});

Deno.test({
  name: "/ban with a name makes that person leave, and names the computer",
  permissions: "none",
  async fn() {
    const operator = new FakeOperator(["Ann", "::1"], ["Bob", "::1"]);
    assertEquals(await operator.type("/ban bob spam"), [
      "Bob is banned (/unban Bob to undo)",
      "/ban ::1 would keep out that computer (Ann, too)",
    ]);
    assertEquals(operator.happened, [
      "Bob left (banned: spam): The name Bob is banned from this server: spam",
    ]);
    assertEquals(operator.logged, [
      'banned {"name":"Bob","reason":"spam","by":"operator"}',
    ]);
    assertEquals(await operator.type("/ban", "/unban BOB", "/ban"), [
      "1 ban:",
      "  Bob  name     spam",
      "Bob may come in again",
      "Nobody is banned",
    ]);
    assertEquals(
      operator.logged.at(-1),
      'unbanned {"name":"Bob","by":"operator"}',
    );
  },
});

Deno.test({
  name: "/ban with the name of somebody who is not here bans it all the same",
  permissions: "none",
  async fn() {
    const operator = annAndBob();
    assertEquals(await operator.type("/ban Bbo", "/ban Zoe"), [
      "Bbo is banned (/unban Bbo to undo)",
      "Nobody with that name is here now. Did you mean Bob?",
      "Zoe is banned (/unban Zoe to undo)",
      "Nobody with that name is here now.",
    ]);
    assertEquals(operator.happened, []);
    assertEquals(await operator.type("/ban server", "/ban 10.0.0.256"), [
      "server is neither a name nor an address: The name server is reserved: choose another",
      "10.0.0.256 is neither a name nor an address: The name 10.0.0.256 looks like an address: choose another",
    ]);
    assertEquals(operator.context.moderation.bans.length, 2);
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
      const words = "(banned): Your computer is banned from this server";
      assertEquals(operator.happened, [
        `Bob left ${words}`,
        `10.0.0.2 left ${words}`,
      ]);
      assertEquals(operator.logged, [
        'banned {"address":"10.0.0.2","by":"operator"}',
      ]);
      assertEquals(await operator.type(`/unban ${address}`), [
        "10.0.0.2 may come in again",
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
        "Nobody is banned",
        "Zoe is not banned. /ban shows who is",
        "Zoe is banned (/unban Zoe to undo)",
        "Nobody with that name is here now.",
        "Zo is not banned. Did you mean Zoe?",
      ],
    );
  },
});

Deno.test({
  name: "/mute and /unmute tell the person",
  permissions: "none",
  async fn() {
    const operator = annAndBob();
    assertEquals(
      await operator.type(
        "/mute",
        "/mute bob",
        "/mute Bob",
        "/mute",
        "/mute Bbo",
      ),
      [
        "Nobody is muted",
        "Bob is muted (/unmute Bob to undo)",
        "Bob is muted already",
        "Muted: Bob",
        "There is nobody called Bbo. Did you mean Bob?",
      ],
    );
    assertEquals(
      await operator.type(
        "/unmute Bbo",
        "/unmute BOB",
        "/unmute Bob",
        "/unmute",
      ),
      [
        "Bbo is not muted. Did you mean Bob?",
        "Bob can write again",
        "Bob is not muted. /mute shows who is",
        "Nobody is muted",
      ],
    );
    assertEquals(operator.happened, [
      "Bob reads: You are muted: you can read, but nobody gets what you write",
      "Bob reads: You can write again",
    ]);
    assertEquals(operator.logged, [
      'muted {"name":"Bob","by":"operator"}',
      'unmuted {"name":"Bob","by":"operator"}',
    ]);
  },
});

Deno.test({
  name: "/lock and /unlock say what is so now",
  permissions: "none",
  async fn() {
    const operator = annAndBob();
    assertEquals(await operator.type("/unlock", "/lock", "/lock", "/unlock"), [
      "Not locked",
      "Locked: nobody new can join, those who are here stay (/unlock to undo)",
      "Locked already",
      "Unlocked: everybody can join",
    ]);
    assertEquals(operator.logged, [
      'locked {"by":"operator"}',
      'unlocked {"by":"operator"}',
    ]);
  },
});
