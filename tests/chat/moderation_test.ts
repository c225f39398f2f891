import { assertEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat/chat_error.ts";
import { type Entrant, Moderation } from "../../lib/chat/moderation.ts";

/** The code and the words with which somebody is refused, if so. */
function refusal(moderation: Moderation, entrant: Entrant): string | undefined {
  try {
    moderation.checkEntry(entrant);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const bob = { name: "Bob", address: "10.0.0.2" };

Deno.test({
  name:
    "Moderation.checkEntry() keeps out a banned name, however it is written",
  permissions: "none",
  fn() {
    const moderation = new Moderation();
    assertEquals(refusal(moderation, bob), undefined);
    moderation.ban({ shown: "Bob", kind: "name", reason: "" });
    for (const name of ["Bob", "BOB", "Ｂob"]) {
      const words = "banned: The operator banned the name Bob";
      assertEquals(refusal(moderation, { ...bob, name }), words);
    }
    assertEquals(refusal(moderation, { ...bob, name: "Bobby" }), undefined);
    moderation.ban({ shown: "bob", kind: "name", reason: "spam" });
    assertEquals(
      refusal(moderation, { ...bob, resumes: true }),
      "banned: The operator banned the name bob: spam",
    );
    assertEquals(moderation.bans.length, 1);
    assertEquals(moderation.unban("BOB")?.shown, "bob");
    assertEquals(moderation.unban("BOB"), undefined);
    assertEquals(refusal(moderation, bob), undefined);
  },
});

Deno.test({
  name: "Moderation.banOfAddress() finds an address, however it is written",
  permissions: "none",
  fn() {
    const moderation = new Moderation();
    moderation.ban({ shown: "10.0.0.2", kind: "address", reason: "" });
    moderation.ban({ shown: "FE80::0:2", kind: "address", reason: "spam" });
    assertEquals(moderation.banOfAddress("10.0.0.3"), undefined);
    for (const address of ["10.0.0.2", "::ffff:10.0.0.2", "fe80::2%eth0"]) {
      assertEquals(moderation.banOfAddress(address)?.kind, "address", address);
    }
    assertEquals(
      refusal(moderation, { name: "Ann", address: "fe80::2", resumes: true }),
      "banned: The operator banned this computer: spam",
    );
    assertEquals(moderation.unban("::ffff:10.0.0.2")?.shown, "10.0.0.2");
    assertEquals(refusal(moderation, bob), undefined);
  },
});

Deno.test({
  name: "Moderation.checkEntry() lets into a locked server only who was there",
  permissions: "none",
  fn() {
    const moderation = new Moderation();
    moderation.isLocked = true;
    assertEquals(
      refusal(moderation, bob),
      "locked: The operator has locked the server, so nobody new can join. " +
        "Ask the operator, or try again later",
    );
    assertEquals(refusal(moderation, { ...bob, resumes: true }), undefined);
    moderation.isLocked = false;
    assertEquals(refusal(moderation, bob), undefined);
  },
});

Deno.test({
  name: "Moderation.checkSpeech() silences who is muted, until unmuted",
  permissions: "none",
  fn() {
    const moderation = new Moderation();
    moderation.checkSpeech("Bob");
    assertEquals(moderation.mute("Bob"), true);
    assertEquals(moderation.mute("BOB"), false);
    assertEquals(moderation.silences("bob"), true);
    assertEquals(moderation.silences("Ann"), false);
    const error = assertThrows(() => moderation.checkSpeech("bob"), ChatError);
    assertEquals(error.code, "muted");
    assertEquals(moderation.unmute("bob"), "BOB");
    assertEquals(moderation.unmute("bob"), undefined);
    moderation.checkSpeech("Bob");
    assertEquals(moderation.muted, []);
  },
});
