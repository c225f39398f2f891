import { assert, assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { ConnectionLost } from "../../lib/client/connection_lost.ts";
import { IdentityError } from "../../lib/client/identity_error.ts";
import { isKeyError, RoomKeys } from "../../lib/client/room_keys.ts";
import { fingerprintOf } from "../../lib/secure/fingerprint.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";
import type { QuestionOptions } from "../../lib/terminal/questions.ts";
import { settle } from "../testing.ts";
import { FakeScreen } from "./fake_screen.ts";

const NEEDED = new ChatError("key-needed", "This room has a key. Ask Olga");
const WRONG = new ChatError("key-wrong", "The room key is wrong");
const WAIT = new ChatError("key-wait", "Too many wrong room keys");
const NONE = new ChatError("no-key", "This room has no key");
const NEW = { isProven: false };

const certificate = Uint8Array.of(1, 2);
const SECURITY = {
  ...{ kind: "encrypted", certificate, hasKey: false } as const,
  fingerprint: fingerprintOf(certificate),
};

/** The keys of a visit, and the screen where the user types them. */
function keys({ words, interactive = true }: {
  readonly words?: string;
  readonly interactive?: boolean;
} = {}) {
  const screen = new FakeScreen(interactive);
  const stopping = new AbortController();
  const { signal } = stopping;
  const key = words === undefined ? undefined : new RoomKey(words);
  const keys = new RoomKeys({ key, screen, signal });
  /** The key that the next proof is about. */
  const used = () => {
    const proof = keys.proofFor(SECURITY);
    return proof && new TextDecoder().decode(proof.key.bytes);
  };
  return { keys, screen, stopping, used };
}

/** What the user reads as a problem. */
function problems({ shown }: FakeScreen): string[] {
  return shown.filter((line) => line.startsWith("! "));
}

function test(name: string, fn: () => Promise<void> | void): void {
  Deno.test({ name, permissions: "none", fn });
}

test("isKeyError() knows the refusals that another key can cure", () => {
  for (const error of [NEEDED, WRONG, WAIT, NONE]) assert(isKeyError(error));
  for (
    const error of [
      new ChatError("encryption-needed", "x"),
      new ChatError("name-taken", "x"),
      new Error("key-needed"),
      undefined,
    ]
  ) assert(!isKeyError(error));
});

test("RoomKeys.proofFor() proves a key over an encrypted connection only", () => {
  const { keys: given, used } = keys({ words: "Blue horse" });
  assertEquals([given.isGiven, used()], [true, "blue horse"]);
  assertEquals(given.proofFor(SECURITY)?.fingerprint, SECURITY.fingerprint);
  assertEquals(given.proofFor({ kind: "plain" }), undefined);
  assertEquals(given.proofFor(undefined), undefined);
  const { keys: none } = keys();
  assertEquals([none.isGiven, none.proofFor(SECURITY)], [false, undefined]);
});

test("RoomKeys.change() asks for the key without showing it", async () => {
  const { keys: asked, screen, used } = keys();
  let how: QuestionOptions | undefined;
  const ask = screen.ask.bind(screen);
  screen.ask = (question, options) => {
    how = options;
    return ask(question, options);
  };
  screen.answers.push("Blue  Horse");
  assertEquals(await asked.change(NEEDED, NEW), true);
  // A line that the user is typing must not become a key.
  assertEquals(how, { isSecret: true, isPatient: true });
  assertEquals(used(), "blue horse");
  assertEquals(screen.questions, ["Room key: "]);
  // The server says whom to ask; nothing is wrong yet.
  assertEquals(screen.shown, ["This room has a key. Ask Olga"]);
});

test("RoomKeys.change() says what was wrong, and asks again", async () => {
  const { keys: asked, screen, used } = keys({ words: "green horse" });
  screen.answers.push("blue horse");
  await asked.change(WRONG, NEW);
  assertEquals(screen.shown, [
    "! The room key is wrong. If you are sure of it, another computer may " +
    "pretend to be the server",
  ]);
  assertEquals(used(), "blue horse");
  screen.answers.push("red horse");
  await asked.change(WAIT, NEW);
  assertEquals(screen.shown.at(-1), "! Too many wrong room keys");
  // The operator has changed the key between the proof and hello.
  screen.answers.push("white horse");
  await asked.change(NEEDED, NEW);
  assertEquals(screen.shown.at(-1), "! This room has a key. Ask Olga");
  assertEquals(used(), "white horse");
});

test("RoomKeys.change() asks again for what cannot be a key, and shows none", async () => {
  const { keys: asked, screen, used } = keys();
  screen.answers.push("bluehorse\x07", "bluehorse".repeat(30), "", "bluehorse");
  assertEquals(await asked.change(NEEDED, NEW), true);
  assertEquals(screen.questions.length, 4);
  assertEquals(problems(screen), [
    "! The room key contains a control character. Ctrl+C leaves",
    "! The room key is too long: at most 200 characters. Ctrl+C leaves",
    "! The room key is empty. Ctrl+C leaves",
  ]);
  assertEquals(used(), "bluehorse");
});

test("RoomKeys.change() lets the user leave, and keeps no half key", async () => {
  for (const answer of ["", "   ", undefined]) {
    const { keys: asked, screen, used } = keys();
    if (answer !== undefined) screen.answers.push(answer);
    assertEquals(await asked.change(NEEDED, NEW), false);
    assertEquals([asked.isGiven, used()], [false, undefined]);
  }
});

test("RoomKeys.change() ends the question when the visit ends", async () => {
  const { keys: asked, screen, stopping } = keys();
  screen.ask = () => new Promise(() => {});
  const changing = asked.change(NEEDED, NEW);
  await settle();
  stopping.abort();
  assertEquals(await changing, false);
});

test("RoomKeys.change() tells a script how to give the key, and asks nothing", async () => {
  const { keys: asked, screen } = keys({ interactive: false });
  const error = await assertRejects(
    () => asked.change(NEEDED, NEW),
    ChatError,
    "This room has a key. Ask Olga, then give it with --key-file FILE or --key " +
      "WORDS",
  );
  assertEquals([error.code, error.cause], ["key-needed", NEEDED]);
  const { keys: given } = keys({ words: "green horse", interactive: false });
  for (const refusal of [WRONG, WAIT]) {
    const { code, message } = await assertRejects(
      () => given.change(refusal, NEW),
      ChatError,
      refusal.message,
    );
    assertEquals(code, refusal.code);
    assert(!message.includes("green"));
  }
  assertEquals(screen.questions, []);
});

test("RoomKeys.change() goes on without the key only at a server that has proved it", async () => {
  for (const interactive of [true, false]) {
    const { keys: given, screen, used } = keys({
      ...{ words: "blue horse", interactive },
    });
    await assertRejects(
      () => given.change(NONE, NEW),
      IdentityError,
      "The server has no room key, but you gave one: it may be the wrong server.",
    );
    assertEquals(used(), "blue horse");
    assertEquals(await given.change(NONE, { isProven: true }), true);
    assertEquals([used(), given.isGiven], [undefined, false]);
    assertEquals(screen.questions, []);
  }
});

test("RoomKeys.note() gives up a changed key, but not that of a script", () => {
  const changed = new ConnectionLost("Bye", { code: "key-changed" });
  for (
    const [error, interactive, after] of [
      [changed, true, undefined],
      // Nobody could be asked for it, and it may be the new one.
      [changed, false, "blue horse"],
      [new ConnectionLost("Bye"), true, "blue horse"],
    ] as const
  ) {
    const { keys: given, used } = keys({ words: "blue horse", interactive });
    given.note(error);
    assertEquals(used(), after);
  }
});
