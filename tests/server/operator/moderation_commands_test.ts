import { assertEquals } from "@std/assert";
import { FakeOperator } from "./fake_operator.ts";

const annAndBob = () =>
  new FakeOperator(["Ann", "10.0.0.1"], ["Bob", "10.0.0.2"], ["", "10.0.0.2"]);

Deno.test({
  name: "/kick removes one person, and says why",
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
        "Nobody called Bbo is muted. Did you mean Bob?",
        "Bob can send messages again",
        "Bob is not muted. Type /mute to list muted people",
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
  name: "/lock and /unlock report the current state",
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

Deno.test({
  name: "/kick accepts a reason of 200 characters, but not of 201",
  permissions: "none",
  async fn() {
    const operator = annAndBob();
    await operator.type(`/kick Ann ${"x".repeat(200)}`);
    assertEquals(operator.happened.length, 1);
    await operator.type(`/kick Bob ${"x".repeat(201)}`);
    assertEquals(operator.happened.length, 1);
  },
});
