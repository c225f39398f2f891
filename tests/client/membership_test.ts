import { assertEquals } from "@std/assert";
import { Membership, type Speech } from "../../lib/client/membership.ts";
import { WELCOME } from "./welcome.ts";

const say = (text: string): Speech => ({ type: "say", text });

Deno.test({
  name: "Membership counts what belongs to the chat, and nothing else",
  permissions: "none",
  fn() {
    const membership = new Membership();
    assertEquals(membership.proof, { token: "" });
    membership.begin({ ...WELCOME, token: "t" });
    const refused = { type: "refused", code: "muted", text: "" } as const;
    membership.hear({ type: "said", from: "Bob", text: "1" });
    membership.hear({ type: "told", from: "Bob", text: "2", late: true });
    membership.hear({ type: "said", from: "Bob", text: "0", earlier: true });
    membership.hear({ ...refused, re: "tell" });
    membership.hear({ ...refused, re: "say" });
    membership.hear({ ...refused, re: "get" });
    membership.hear({ type: "joined", name: "Cy" });
    assertEquals(membership.proof, { token: "t", received: 4 });
    const back = { ...WELCOME, token: "t", resumed: true, lost: 3 };
    membership.begin(back);
    assertEquals(membership.proof, { token: "t", received: 7 });
  },
});

Deno.test({
  name: "Membership says again what the server has not dealt with, and no more",
  permissions: "none",
  fn() {
    const membership = new Membership();
    membership.begin({ ...WELCOME, token: "t" });
    ["1", "2", "3", "4"].forEach((text) => membership.speak(say(text)));
    membership.confirm(1);
    membership.confirm(1);
    assertEquals(membership.unconfirmed, 3);
    const back = { ...WELCOME, token: "t", resumed: true, handled: 3 };
    assertEquals(membership.begin(back), { again: [say("4")], unsure: [] });
    // Lost once more, before anything has come of it.
    membership.speak(say("5"));
    assertEquals(membership.begin(back), {
      again: [say("4"), say("5")],
      unsure: [],
    });
    assertEquals(membership.begin({ ...back, handled: 5 }).again, []);
  },
});

Deno.test({
  name: "Membership.isOverdue says that a server confirms nothing",
  permissions: "none",
  fn() {
    const membership = new Membership();
    const speech = say("x");
    for (let i = 0; i < 500_000; i++) membership.speak(speech);
    assertEquals(membership.isOverdue, false);
    membership.speak(speech);
    assertEquals(membership.isOverdue, true);
    membership.confirm(1);
    assertEquals(membership.isOverdue, false);
  },
});

Deno.test({
  name: "Membership is not sure of what a server knew that no longer knows it",
  permissions: "none",
  fn() {
    const membership = new Membership();
    membership.begin({ ...WELCOME, token: "t" });
    membership.hear({ type: "told", from: "Bob", text: "1" });
    ["1", "2"].forEach((text) => membership.speak(say(text)));
    membership.confirm(1);
    assertEquals(membership.begin({ ...WELCOME, token: "u" }), {
      again: [],
      unsure: [say("2")],
      gap: "unknown",
    });
    assertEquals(membership.proof, { token: "u", received: 0 });
    assertEquals(membership.unconfirmed, 0);
    // A server that knows no tokens, or speaks of another place.
    membership.speak(say("3"));
    const other = { ...WELCOME, token: "v", resumed: true, handled: 0 };
    assertEquals(membership.begin(other).unsure, [say("3")]);
    membership.speak(say("4"));
    assertEquals(membership.begin({ ...WELCOME }).unsure, [say("4")]);
    assertEquals(membership.isKnown, false);
  },
});

Deno.test({
  name:
    "Membership tells a restart from an absence that was too long, and from a first joining",
  permissions: "none",
  fn() {
    const gaps = (...starts: (string | undefined)[]) => {
      const membership = new Membership();
      return starts.map((start) =>
        membership.begin({ ...WELCOME, token: "t", ...(start && { start }) })
          .gap
      );
    };
    assertEquals(gaps("a", "b", "b"), [undefined, "restarted", "forgotten"]);
    assertEquals(gaps(undefined, undefined), [undefined, "unknown"]);
    // The server has become another version.
    assertEquals(gaps(undefined, "a"), [undefined, "restarted"]);
    const membership = new Membership();
    membership.begin({ ...WELCOME, token: "t", start: "a" });
    const back = { ...WELCOME, token: "t", resumed: true, start: "a" };
    assertEquals(membership.begin(back).gap, undefined);
  },
});

Deno.test({
  name: "Membership believes no server that has handled more than was said",
  permissions: "none",
  fn() {
    const membership = new Membership();
    membership.begin({ ...WELCOME, token: "t" });
    ["1", "2"].forEach((text) => membership.speak(say(text)));
    const back = { ...WELCOME, token: "t", resumed: true, handled: 1000 };
    assertEquals(membership.begin(back).again, []);
    membership.speak(say("3"));
    membership.confirm(2);
    assertEquals(membership.unconfirmed, 1);
    membership.confirm(1000);
    assertEquals(membership.unconfirmed, 0);
    membership.speak(say("4"));
    assertEquals(membership.unconfirmed, 1);
    membership.confirm(4);
    assertEquals(membership.unconfirmed, 0);
  },
});

Deno.test({
  name: "Membership takes over the place of an earlier run, with its counts",
  permissions: "none",
  fn() {
    const seat = { token: "t", start: "run 1", received: 5 };
    const membership = new Membership();
    assertEquals(membership.kept, undefined);
    membership.restore(seat);
    assertEquals(membership.kept, seat);
    assertEquals(membership.proof, { token: "t", received: 5 });
    const back = {
      ...WELCOME,
      token: "t",
      start: "run 1",
      resumed: true,
    } as const;
    // The server has handled three messages of the earlier run.
    assertEquals(membership.begin({ ...back, handled: 3 }), {
      again: [],
      unsure: [],
    });
    membership.speak(say("4"));
    membership.confirm(3);
    assertEquals(membership.unconfirmed, 1);
    // Lost before it arrived: it is sent again.
    assertEquals(membership.begin({ ...back, handled: 3 }).again, [say("4")]);
    membership.forgetRestored();
    assertEquals(membership.proof.token, "t");
  },
});

Deno.test({
  name: "Membership.takeUnconfirmed() takes each message once",
  permissions: "none",
  fn() {
    const membership = new Membership();
    membership.begin({ ...WELCOME, token: "t" });
    assertEquals([membership.said, membership.isKnown], [0, true]);
    ["1", "2", "3"].forEach((text) => membership.speak(say(text)));
    membership.confirm(1);
    assertEquals(membership.takeUnconfirmed(), [say("2"), say("3")]);
    assertEquals(membership.takeUnconfirmed(), []);
    assertEquals([membership.said, membership.unconfirmed], [3, 0]);
    // The count of the server goes on from there.
    membership.speak(say("4"));
    membership.confirm(3);
    assertEquals(membership.unconfirmed, 1);
    membership.confirm(4);
    assertEquals(membership.unconfirmed, 0);
  },
});

Deno.test({
  name: "Membership that is not known from an earlier run misses nothing",
  permissions: "none",
  fn() {
    const membership = new Membership();
    membership.restore({ token: "t", start: "run 1", received: 5 });
    // The user of this run has seen nothing that could be missing.
    assertEquals(
      membership.begin({ ...WELCOME, token: "t", start: "run 2" }),
      { again: [], unsure: [] },
    );
    assertEquals(membership.proof, { token: "t", received: 0 });
    const other = new Membership();
    other.restore({ token: "t", received: 5 });
    other.forgetRestored();
    assertEquals(other.proof, { token: "" });
  },
});

Deno.test({
  name: "Membership takes a welcome without counts as one without losses",
  permissions: "none",
  fn() {
    const membership = new Membership();
    membership.begin({ ...WELCOME, token: "t" });
    membership.hear({ type: "told", from: "Bob", text: "1" });
    membership.speak(say("1"));
    const back = { ...WELCOME, token: "t", resumed: true };
    assertEquals(membership.begin(back).again, [say("1")]);
    assertEquals(membership.proof, { token: "t", received: 1 });
  },
});
