import { assertEquals } from "@std/assert";
import { Membership, type Speech } from "../../lib/client/membership.ts";

const WELCOME = {
  type: "welcome",
  protocol: 1,
  name: "Ann",
  text: "Hi",
  users: ["Ann"],
} as const;

const say = (text: string): Speech => ({ type: "say", text });

Deno.test({
  name: "Membership counts what belongs to the chat, and nothing else",
  permissions: "none",
  fn() {
    const membership = new Membership();
    assertEquals(membership.proof, { token: "" });
    membership.begin({ ...WELCOME, token: "t" });
    const refused = { type: "refused", code: "x", text: "" } as const;
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
  name:
    "Membership is not sure of what a server knew that does not know it any more",
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
