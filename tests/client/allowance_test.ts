import { assertEquals, assertThrows } from "@std/assert";
import { Allowance } from "../../lib/client/allowance.ts";
import { TooMuch } from "../../lib/client/too_much.ts";
import type { ServerMessage } from "../../lib/server_messages.ts";
import { FakeTime } from "../testing.ts";

/** How many times `once` succeeds before the server has sent too much; at most `most`. */
function countUntilTooMuch(once: () => void, most: number): number {
  for (let count = 0; count < most; count++) {
    try {
      once();
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
      return count;
    }
  }
  return most;
}

const said = (fields: object = {}, text = "x"): ServerMessage => ({
  ...{ type: "said", from: "Bob", text },
  ...fields,
});

Deno.test({
  name: "Allowance ends what no honest server sends without end",
  permissions: "none",
  fn() {
    const text = "no";
    const cases: [ServerMessage, number][] = [
      [said({ earlier: true }), 10_000],
      [said({ late: true }), 350_000],
      [said({ late: true }, "x".repeat(48 * 1024)), 682],
      [{ type: "told", from: "Bob", text: "x", late: true }, 350_000],
      [
        { type: "refused", re: "say", code: "muted", text, late: true },
        350_000,
      ],
      [{ type: "refused", re: "say", code: "muted", text }, 100],
      [{ type: "warning", code: "x", text }, 20],
      [{ type: "ping", n: 1 }, 100],
    ];
    using _ = new FakeTime();
    for (const [message, most] of cases) {
      const allowance = new Allowance();
      const count = countUntilTooMuch(() => allowance.hear(message), 400_000);
      assertEquals(count, most, JSON.stringify(message).slice(0, 60));
    }
  },
});

Deno.test({
  name: "Allowance takes 32 Mi units of missed texts, and not one more",
  permissions: "none",
  fn() {
    const allowance = new Allowance();
    const late = (length: number) =>
      allowance.hear(said({ late: true }, "x".repeat(length)));
    for (let i = 0; i < 1_024; i++) late(32 * 1024);
    assertThrows(() => late(1), TooMuch, "missed");
  },
});

Deno.test({
  name: "Allowance lets the chat go on for as long as it likes",
  permissions: "none",
  fn() {
    const allowance = new Allowance();
    const messages: ServerMessage[] = [
      said(),
      { type: "told", from: "Bob", text: "x" },
      { type: "joined", name: "Cy", id: "c" },
      { type: "left", name: "Cy", id: "c", reason: "quit" },
    ];
    for (let i = 0; i < 1_000_000; i++) allowance.hear(messages[i % 4]!);
  },
});

Deno.test({
  name:
    "Allowance lets a server refuse what was asked, and warn and ping now and then",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const allowance = new Allowance();
    const refused = { type: "refused", re: "say", code: "muted", text: "" };
    for (let i = 0; i < 5_000; i++) {
      allowance.send({ type: "say", text: "hello" });
      allowance.hear(refused as ServerMessage);
    }
    for (let second = 0; second < 600; second++) {
      await time.pass(1_000);
      allowance.hear({ type: "warning", code: "flooding", text: "" });
      allowance.hear({ type: "ping", n: second });
    }
  },
});

Deno.test({
  name:
    "Allowance bounds what nobody waits for, from one cancelled download to the next",
  permissions: "none",
  fn() {
    const allowance = new Allowance();
    const chunk = 1024 * 1024;
    const bytes = () => allowance.strayBytes(chunk);
    const stray = () => allowance.stray();
    for (let id = 1; id <= 3; id++) {
      assertEquals(countUntilTooMuch(bytes, 100), 63);
      assertEquals(countUntilTooMuch(stray, 2_000), 1_000);
      allowance.send({ type: "cancel", id });
    }
    const empty = () => allowance.strayBytes(0);
    assertEquals(countUntilTooMuch(empty, 2_000_000), 1024 * 1024);
  },
});

Deno.test({
  name:
    "Allowance takes a thousand chunks without content, also of a running download",
  permissions: "none",
  fn() {
    const allowance = new Allowance();
    const empty = () => allowance.emptyChunk();
    assertEquals(countUntilTooMuch(empty, 2_000), 1_000);
  },
});

Deno.test({
  name: "Allowance takes no name or id of a person that is as long as a page",
  permissions: "none",
  fn() {
    const long = "x".repeat(257);
    const id = "i";
    const bad: ServerMessage[] = [
      { type: "joined", name: long },
      { type: "joined", name: "Bob", id: long },
      { type: "left", name: long, reason: "" },
      { type: "said", from: long, text: "" },
      { type: "told", from: long, text: "" },
      { type: "users", names: ["Bob", long] },
      { type: "users", names: ["Bob"], ids: [long] },
      {
        ...{ type: "welcome", protocol: 1, name: "Ann", text: "" } as const,
        users: [long],
      },
    ];
    for (const message of bad) {
      assertThrows(() => new Allowance().hear(message), TooMuch, "person");
    }
    const whole = "x".repeat(256);
    new Allowance().hear({ type: "joined", name: whole, id });
  },
});

Deno.test({
  name:
    "Allowance takes 1,000 strays and 64 MiB of stray bytes, and counts again after a cancel",
  permissions: "none",
  fn() {
    const allowance = new Allowance();
    const strays = () => countUntilTooMuch(() => allowance.stray(), 2_000);
    assertEquals(strays(), 1_000);
    allowance.send({ type: "cancel", id: 1 });
    assertEquals(strays(), 1_000);
    // A chunk costs its bytes and 64 more.
    const length = 64 * 1024 * 1024 - 64;
    allowance.strayBytes(length);
    assertThrows(() => allowance.strayBytes(0), TooMuch);
    allowance.send({ type: "cancel", id: 1 });
    assertThrows(() => allowance.strayBytes(length + 1), TooMuch);
    assertEquals(
      countUntilTooMuch(() => new Allowance().strayBytes(length), 1),
      1,
    );
  },
});

Deno.test({
  name: "Allowance takes names and ids of 256 units",
  permissions: "none",
  fn() {
    const [fits, long] = ["n".repeat(256), "n".repeat(257)];
    const messages = (text: string): ServerMessage[] => [
      said({ from: text }),
      { type: "told", from: text, text: "x" },
      { type: "joined", name: text },
      { type: "left", name: text, reason: "" },
      { type: "joined", name: "Bob", id: text },
      { type: "users", names: ["Bob", text] },
      { type: "users", names: ["Bob"], ids: [text] },
      {
        ...{ type: "welcome", protocol: 1, name: "Ann", text: "" },
        users: [text],
      },
    ];
    for (const message of messages(fits)) new Allowance().hear(message);
    for (const message of messages(long)) {
      assertThrows(() => new Allowance().hear(message), TooMuch);
    }
  },
});

Deno.test({
  name: "Allowance takes one more refusal for each message that was sent",
  permissions: "none",
  fn() {
    const allowance = new Allowance();
    for (let i = 0; i < 5; i++) allowance.send({ type: "say", text: "x" });
    const refused = { type: "refused", re: "say", code: "muted" } as const;
    assertEquals(
      countUntilTooMuch(() => allowance.hear({ ...refused, text: "" }), 200),
      105,
    );
  },
});
