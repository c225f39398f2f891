import { assertEquals } from "@std/assert";
import { Membership } from "../../lib/client/membership.ts";
import { Pings } from "../../lib/client/pings.ts";
import { CONFIRM_TIMEOUT, Speaking } from "../../lib/client/speaking.ts";
import type { ClientMessage } from "../../lib/client_messages.ts";
import type { EndReason } from "../../lib/net/end_reason.ts";
import { userWords } from "../../lib/net/end_rules.ts";
import { FakeTime, settle } from "../testing.ts";

/** What the client says on a link that only notes it. */
function setUp() {
  const sent: ClientMessage[] = [];
  const link = {
    endReason: undefined as string | undefined,
    send: (message: ClientMessage) => void sent.push(message),
    end(reason: EndReason) {
      this.endReason = userWords(reason);
    },
  };
  const membership = new Membership();
  const pings = new Pings((n) => sent.push({ type: "ping", n }));
  const speaking = new Speaking({ link, membership, pings });
  const say = (count: number) => {
    for (let i = 0; i < count; i++) speaking.speak({ type: "say", text: "x" });
  };
  /** The server answers ping `n`. */
  const answer = async (n: number) => {
    membership.confirm(pings.answered(n)!);
    await settle();
  };
  const asked = () => sent.filter(({ type }) => type === "ping").length;
  return { sent, link, membership, speaking, say, answer, asked };
}

Deno.test({
  name: "Speaking.speak() sends a message and keeps it until it is confirmed",
  permissions: "none",
  fn() {
    const { sent, membership, say } = setUp();
    say(2);
    assertEquals(sent.map(({ type }) => type), ["say", "say"]);
    assertEquals(membership.unconfirmed, 2);
  },
});

Deno.test({
  name:
    "Speaking.speak() asks at 32 unconfirmed messages, one question at a time",
  permissions: "none",
  async fn() {
    const { say, asked, answer, membership } = setUp();
    say(31);
    assertEquals(asked(), 0);
    say(1);
    assertEquals(asked(), 1);
    say(100);
    assertEquals(asked(), 1);
    await answer(1);
    assertEquals(membership.unconfirmed, 100);
    say(1);
    assertEquals(asked(), 2);
  },
});

Deno.test({
  name: "Speaking.speak() leaves a server that confirms nothing",
  permissions: "none",
  fn() {
    const { say, link } = setUp();
    say(500_000);
    assertEquals(link.endReason, undefined);
    say(1);
    assertEquals(link.endReason, "the server confirms nothing");
  },
});

Deno.test({
  name: "Speaking.isConfirmed() is true at once when nothing is unconfirmed",
  permissions: "none",
  async fn() {
    const { speaking, asked } = setUp();
    assertEquals(await speaking.isConfirmed(), true);
    assertEquals(asked(), 0);
  },
});

Deno.test({
  name: "Speaking.isConfirmed() waits for the answer to its ping",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { speaking, say, answer } = setUp();
    say(1);
    const sure = speaking.isConfirmed();
    await answer(1);
    assertEquals(await sure, true);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name:
    "Speaking.isConfirmed() is false after 1.5 s, and at once without a connection",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { speaking, say, link } = setUp();
    say(1);
    let sure: boolean | undefined;
    void speaking.isConfirmed().then((value) => sure = value);
    await time.pass(CONFIRM_TIMEOUT - 1);
    assertEquals(sure, undefined);
    await time.pass(1);
    assertEquals(sure, false);
    link.end({ kind: "lost" });
    assertEquals(await speaking.isConfirmed(), false);
    assertEquals(time.pending, 0);
  },
});
