import { assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import type { ChatEvent } from "../../lib/client/chat_event.ts";
import { Joining } from "../../lib/client/joining.ts";
import { Membership } from "../../lib/client/membership.ts";
import { messageHandlers } from "../../lib/client/message_handlers.ts";
import { PendingAnswers } from "../../lib/client/pending_answers.ts";
import type { Downloads } from "../../lib/files/downloads.ts";
import type { ClientMessage } from "../../lib/client_messages.ts";
import { WELCOME as SHORTEST } from "./welcome.ts";

const WELCOME = { ...SHORTEST, token: "t" } as const;

/** Handlers, and what they do; download 1 is the only one. */
function setUp() {
  const done: string[] = [];
  const sent: ClientMessage[] = [];
  const events: ChatEvent[] = [];
  const send = (message: ClientMessage) => void sent.push(message);
  const downloads = {
    has: (id: number) => id === 1,
    begin: ({ id }: { id: number }) => void done.push(`begin ${id}`),
    end: ({ id }: { id: number }) => void done.push(`end ${id}`),
    refused({ id }: { id?: number }) {
      if (id !== 1) return undefined;
      done.push("refused 1");
      return Promise.resolve();
    },
  } as unknown as Downloads;
  const parts = {
    joining: new Joining(),
    membership: new Membership(),
    answers: new PendingAnswers(send),
    ...{ downloads, send, keyProof: undefined },
    onProved: () => void done.push("proved"),
    onEvent: (event: ChatEvent) => void events.push(event),
    onStray: () => void done.push("stray"),
  };
  return { ...parts, handlers: messageHandlers(parts), done, sent, events };
}

Deno.test({
  name: "the welcome is shown first, then the messages go out again",
  permissions: "none",
  fn() {
    const { handlers, membership, sent, events, joining, done } = setUp();
    handlers.welcome(WELCOME);
    membership.speak({ type: "say", text: "1" });
    assertEquals([joining.isJoined, done], [true, []]);
    handlers.welcome(WELCOME);
    assertEquals(done, ["stray"], "a second welcome on one connection");
    // A new connection with the same membership.
    const joined = new Joining();
    const again = messageHandlers({
      ...{ joining: joined, membership, answers: new PendingAnswers(() => {}) },
      downloads: {} as Downloads,
      keyProof: undefined,
      onProved: () => {},
      onEvent: (event) => void events.push(event),
      send: (message) => void sent.push(message),
      onStray: () => {},
    });
    again.welcome({ ...WELCOME, resumed: true, handled: 0 });
    assertEquals(sent, [{ type: "say", text: "1" }]);
    assertEquals(events.map(({ type }) => type), ["welcome", "welcome"]);
  },
});

Deno.test({
  name: "a welcome to a new place names the gap first, and what is unsure last",
  permissions: "none",
  fn() {
    const { handlers, membership, events, sent } = setUp();
    membership.begin(WELCOME);
    membership.speak({ type: "say", text: "1" });
    handlers.welcome({ ...WELCOME, token: "other" });
    assertEquals(events.map(({ type }) => type), ["gap", "welcome", "unsure"]);
    assertEquals(sent, []);
  },
});

Deno.test({
  name: "a list that nobody asked for is a stray; an asked one is an answer",
  permissions: "none",
  async fn() {
    const { handlers, answers, done, events } = setUp();
    handlers.users({ type: "users", names: ["Ann"] });
    handlers.files({ type: "files", files: [], total: 7 });
    assertEquals(done, ["stray", "stray"]);
    assertEquals(answers.fileTotal, undefined);
    const asked = [answers.people.ask(), answers.files.ask()] as const;
    handlers.users({ type: "users", names: ["Ann"], ids: ["a"], more: true });
    assertEquals(events, []);
    handlers.users({ type: "users", names: ["Bob"], ids: ["b"] });
    const people = [{ name: "Ann", id: "a" }, { name: "Bob", id: "b" }];
    assertEquals(events, [{ type: "people", people }]);
    handlers.files({
      type: "files",
      files: [{ name: "a", size: 1 }],
      total: 7,
    });
    assertEquals(await asked[0], people);
    assertEquals(await asked[1], [{ name: "a", size: 1 }]);
    assertEquals(answers.fileTotal, 7);
  },
});

Deno.test({
  name: "a message about a download that is unknown is a stray",
  permissions: "none",
  async fn() {
    const { handlers, done } = setUp();
    for (const id of [1, 2]) {
      await handlers.file({ type: "file", id, name: "a", size: 1 });
      await handlers.end({ type: "end", id, size: 1, sha256: "" });
    }
    assertEquals(done, ["begin 1", "end 1", "stray", "stray"]);
  },
});

Deno.test({
  name:
    "a refusal goes to the question, the download or the user that it is for",
  permissions: "none",
  async fn() {
    const refused = { type: "refused", code: "muted", text: "No" } as const;
    const { handlers, answers, joining, events, done } = setUp();
    const rejected = [
      joining.answer(() => {}),
      answers.people.ask(),
      answers.files.ask(),
    ].map((question) =>
      assertRejects(() => question as Promise<unknown>, ChatError, "No")
    );
    handlers.refused({ ...refused, re: "hello" });
    handlers.refused({ ...refused, re: "users" });
    handlers.refused({ ...refused, re: "files" });
    await Promise.all(rejected);
    const over = handlers.refused({ ...refused, re: "get", id: 1 });
    // The link reads on when the download has ended.
    assertEquals(over instanceof Promise, true);
    await over;
    assertEquals([done, events], [["refused 1"], []]);
    await handlers.refused({ ...refused, re: "say" });
    assertEquals(events.length, 1);
    // What was cancelled, or cannot be, concerns nobody any more.
    await handlers.refused({ ...refused, re: "cancel" });
    await handlers.refused({ ...refused, re: "get", code: "cancelled" });
    assertEquals(events.length, 1);
  },
});

Deno.test({
  name: "pings are answered, and a pong confirms what was said before its ping",
  permissions: "none",
  fn() {
    const { handlers, answers, membership, sent, done } = setUp();
    handlers.ping({ type: "ping", n: 7 });
    assertEquals(sent, [{ type: "pong", n: 7 }]);
    membership.speak({ type: "say", text: "1" });
    answers.pings.nudge(membership.said);
    membership.speak({ type: "say", text: "2" });
    handlers.pong({ type: "pong", n: 1 });
    assertEquals([membership.unconfirmed, done], [1, []]);
    handlers.pong({ type: "pong", n: 1 });
    handlers.here({ type: "here", n: 1, server: "", name: "", port: 1 });
    assertEquals(done, ["stray", "stray"]);
  },
});
