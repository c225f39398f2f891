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
      [
        "Bob is removed (/ban Bob to keep Bob out)",
        "Ann is removed (/ban Ann to keep Ann out)",
      ],
    );
    assertEquals(operator.happened, [
      "Bob left (kicked): The operator removed you",
      "Ann left (kicked: too loud): The operator removed you: too loud",
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
        "Usage: /kick NAME [reason] - remove somebody from the chat",
        "There is nobody called Bbo. Did you mean Bob?",
        "There is nobody called Zoe. /users shows who is here",
        "The reason has 201 characters: shorten it to at most 200",
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
      "/ban ::1 would keep out that computer and remove Ann",
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
  name: "/ban also takes the name of somebody who is not here",
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
      "Nobody was banned: server is neither an address nor a name that " +
      "somebody can have. /users shows both",
      "Nobody was banned: 10.0.0.256 is neither an address nor a name that " +
      "somebody can have. /users shows both",
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
        "Nobody is muted (/mute NAME stops somebody sending messages)",
        "Bob is muted (/unmute Bob to undo)",
        "Bob is already muted (/unmute Bob to undo)",
        "Muted: Bob (/unmute NAME to undo)",
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
        "Bob can send messages again",
        "Bob is not muted. /mute lists who is",
        "Nobody is muted (/mute NAME stops somebody sending messages)",
      ],
    );
    assertEquals(operator.happened, [
      "Bob reads: You are muted. You can read but not send",
      "Bob reads: You can send messages again",
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
      "Not locked: anyone can join (/lock to stop new people joining)",
      "Locked: nobody new can join, everyone here stays (/unlock to undo)",
      "Already locked (/unlock to undo)",
      "Unlocked: anyone can join",
    ]);
    assertEquals(operator.logged, [
      'locked {"by":"operator"}',
      'unlocked {"by":"operator"}',
    ]);
  },
});
