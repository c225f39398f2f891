import { assertEquals, assertRejects } from "@std/assert";
import { PendingAnswers } from "../../lib/client/pending_answers.ts";
import type { ClientMessage } from "../../lib/client_messages.ts";

Deno.test({
  name: "PendingAnswers sends each question with its own message",
  permissions: "none",
  fn() {
    const sent: ClientMessage[] = [];
    const answers = new PendingAnswers((message) => void sent.push(message));
    void answers.people.ask();
    void answers.files.ask();
    answers.pings.nudge(0);
    assertEquals(sent, [
      { type: "users" },
      { type: "files" },
      { type: "ping", n: 1 },
    ]);
  },
});

Deno.test({
  name: "PendingAnswers.fail() rejects every open question",
  permissions: "none",
  async fn() {
    const answers = new PendingAnswers(() => {});
    const open = [
      answers.people.ask(),
      answers.files.ask(),
      answers.pings.ask(0),
    ];
    const rejected = open.map((question) =>
      assertRejects(() => question as Promise<unknown>, Error, "gone")
    );
    answers.fail(new Error("gone"));
    await Promise.all(rejected);
    assertEquals([answers.people.isOpen, answers.files.isOpen], [false, false]);
  },
});
