import { assertEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { type Entrant, Moderation } from "../../lib/chat/moderation.ts";

/** Returns the code and the words of the refusal, if any. */
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
  name: "Moderation.checkEntry() refuses a banned name, in any spelling",
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
  name: "Moderation.banOfAddress() finds an address, in any spelling",
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
  name:
    "Moderation.checkEntry() lets only returning people into a locked server",
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
  name: "Moderation.checkSpeech() refuses a muted person until unmuted",
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

Deno.test({
  name: "Moderation follows a person who comes back under another name",
  permissions: "none",
  fn() {
    const moderation = new Moderation();
    moderation.mute("Bob");
    moderation.entered("Rob", { before: "BOB" });
    assertEquals(["Bob", "rob"].map((name) => moderation.silences(name)), [
      true,
      true,
    ]);
    assertEquals(moderation.muted, ["Bob"]);
    assertEquals(moderation.unmute("Rob"), "Bob");
    assertEquals(["Bob", "Rob"].map((name) => moderation.silences(name)), [
      false,
      false,
    ]);
    moderation.ban({ shown: "Bob", kind: "name", reason: "" });
    const back = { name: "Rob", address: "10.0.0.1", resumes: true };
    assertEquals(refusal(moderation, back), undefined);
    assertEquals(
      refusal(moderation, { ...back, before: "bob" }),
      "banned: The operator banned the name Bob",
    );
  },
});

Deno.test({
  name: "Moderation applies to a name that looks the same",
  permissions: "none",
  fn() {
    const moderation = new Moderation();
    moderation.ban({ shown: "Alice", kind: "name", reason: "" });
    for (const name of ["AIice", "Αlice", "A1ice", "ALICE"]) {
      const words = "banned: The operator banned the name Alice";
      assertEquals(refusal(moderation, { ...bob, name }), words, name);
    }
    assertEquals(refusal(moderation, { ...bob, name: "Alicia" }), undefined);
    moderation.unban("alice");
    assertEquals(refusal(moderation, { ...bob, name: "AIice" }), undefined);

    moderation.mute("Mike");
    moderation.entered("Mike");
    moderation.entered("Mi\u0307ke");
    moderation.entered("Mika");
    const isMuted = (name: string) => moderation.silences(name);
    assertEquals([isMuted("Mi\u0307ke"), isMuted("Mika")], [true, false]);
    assertEquals(moderation.muted, ["Mike"]);
    assertEquals(moderation.unmute("mike"), "Mike");
    assertEquals([isMuted("Mike"), isMuted("Mi\u0307ke")], [false, false]);
    moderation.entered("Mi\u0307ke");
    assertEquals(isMuted("Mi\u0307ke"), false);
  },
});

Deno.test({
  name: "Moderation keeps few names of a person who tries many",
  permissions: "none",
  fn() {
    const moderation = new Moderation();
    moderation.mute("Bob");
    let before = "Bob";
    for (let i = 0; i < 1_000; i++) {
      moderation.entered(`Rob${i}`, { before });
      before = `Rob${i}`;
    }
    assertEquals(moderation.silences("Bob"), true);
    assertEquals(moderation.silences("Rob999"), true);
    assertEquals(moderation.silences("Rob500"), false);
    assertEquals(moderation.unmute("Rob999"), "Bob");
    assertEquals(moderation.silences("Bob"), false);
  },
});

Deno.test({
  name: "Moderation's lock lets people come back under their own name only",
  permissions: "none",
  fn() {
    const moderation = new Moderation();
    moderation.isLocked = true;
    const back = { ...bob, resumes: true, before: "Bob" };
    assertEquals(refusal(moderation, back), undefined);
    assertEquals(refusal(moderation, { ...back, name: "BOB" }), undefined);
    assertEquals(
      refusal(moderation, { ...back, name: "Rob" }),
      "locked: The operator has locked the server, so you can come back only " +
        "as Bob",
    );
    assertEquals(
      refusal(moderation, bob)?.startsWith("locked: The operator"),
      true,
    );
  },
});

Deno.test({
  name: "Moderation follows a seat, whatever the next name of its owner",
  permissions: "none",
  fn() {
    const moderation = new Moderation();
    moderation.ban({ shown: "Bob", kind: "name", reason: "" }, [
      "#b",
      undefined,
    ]);
    const rob = { ...bob, name: "Rob" };
    assertEquals(refusal(moderation, rob), undefined);
    const words = "banned: The operator banned the name Bob";
    assertEquals(refusal(moderation, { ...rob, seat: "#b" }), words);
    moderation.unban("bob");
    assertEquals(refusal(moderation, { ...rob, seat: "#b" }), undefined);

    moderation.mute("Bob", "#b");
    moderation.entered("Rob", { seat: "#b" });
    moderation.entered("Ann", { seat: "#a" });
    assertEquals(
      ["Rob", "Ann"].map((name) => moderation.silences(name)),
      [true, false],
    );
    assertEquals(moderation.unmute("Rob"), "Bob");
    moderation.entered("Ron", { seat: "#b" });
    assertEquals(moderation.silences("Ron"), false);
  },
});
