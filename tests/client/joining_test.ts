import { assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { ConnectionLost } from "../../lib/client/connection_lost.ts";
import { Joining } from "../../lib/client/joining.ts";
import { FakeTime, settle } from "../testing.ts";
import { WELCOME } from "./welcome.ts";

const never = () => {
  throw new Error("The server has answered");
};

Deno.test({
  name: "Joining.answer() resolves to the welcome, and the client has joined",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const joining = new Joining();
    const answer = joining.answer(never);
    assertEquals(joining.isJoined, false);
    joining.welcome(WELCOME);
    assertEquals(await answer, WELCOME);
    assertEquals(joining.isJoined, true);
    await time.pass(10_000);
    // What comes after the answer changes nothing.
    joining.lose("gone", { isFinal: true });
    assertEquals(joining.isJoined, true);
  },
});

Deno.test({
  name: "Joining.answer() rejects with the refusal of the server",
  permissions: "none",
  async fn() {
    const joining = new Joining();
    const answer = joining.answer(never);
    joining.refuse(new ChatError("name-taken", "Taken"));
    await assertRejects(() => answer, ChatError, "Taken");
    assertEquals(joining.isJoined, false);
  },
});

Deno.test({
  name: "Joining.lose() rejects with a sentence, and says whether it is final",
  permissions: "none",
  async fn() {
    for (const isFinal of [false, true]) {
      const joining = new Joining();
      const answer = joining.answer(never);
      joining.lose("no answer", { isFinal });
      const lost = await assertRejects(() => answer, ConnectionLost);
      assertEquals(lost.message, "Cannot join: no answer");
      assertEquals(lost.isFinal, isFinal);
    }
    // Before anybody waits, it is no unhandled rejection.
    new Joining().lose("no answer", { isFinal: false });
    await settle();
  },
});

Deno.test({
  name: "Joining.answer() calls onTimeout after 10 seconds, once",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const joining = new Joining();
    let calls = 0;
    const answer = joining.answer(() => void calls++);
    answer.catch(() => {});
    await time.pass(9_999);
    assertEquals(calls, 0);
    await time.pass(1);
    assertEquals(calls, 1);
    joining.lose("no answer", { isFinal: false });
    await time.pass(20_000);
    assertEquals([calls, time.pending], [1, 0]);
  },
});
