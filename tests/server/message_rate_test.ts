import { assert, assertEquals } from "@std/assert";
import { MessageRate } from "../../lib/server/message_rate.ts";

/** A client, its time, and what becomes of it when it sends one message after the other. */
function open(rate: number) {
  let now = 0;
  const messages = new MessageRate(rate, () => now);
  return {
    pass: (milliseconds: number) => now += milliseconds,
    send(count: number): string[] {
      const measures: string[] = [];
      for (let i = 0; i < count; i++) {
        messages.spend();
        const measure = messages.measure();
        if (measure === undefined) continue;
        if (measure === "cut") return [...measures, "cut"];
        measures.push(measure.isFirst ? "warned" : "slowed");
        now += measure.pause;
      }
      return measures;
    },
  };
}

Deno.test({
  name: "MessageRate lets a pasted chapter pass, and the usual chat for ever",
  permissions: "none",
  fn() {
    const { send, pass } = open(100);
    assertEquals(send(999), []);
    const patient = open(100);
    for (let second = 0; second < 1_000; second++) {
      assertEquals(patient.send(99), []);
      patient.pass(1_000);
    }
    pass(20_000);
    assertEquals(send(900), []);
  },
});

Deno.test({
  name: "MessageRate slows a flood, warns once, and cuts it off after 30 s",
  permissions: "none",
  fn() {
    const { send } = open(100);
    const measures = send(1_000_000);
    assertEquals(measures[0], "warned");
    assertEquals(measures.at(-1), "cut");
    assertEquals(new Set(measures.slice(1, -1)), new Set(["slowed"]));
    // 30 s in pauses of 50 ms.
    assert(measures.length > 500 && measures.length < 700);
  },
});

Deno.test({
  name: "MessageRate forgives who stops, and warns again the next time",
  permissions: "none",
  fn() {
    const { send, pass } = open(100);
    for (let round = 0; round < 10; round++) {
      const measures = send(2_000);
      assertEquals(measures[0], "warned");
      assertEquals(measures.includes("cut"), false);
      pass(20_000);
    }
  },
});

Deno.test({
  name: "MessageRate without a limit has none",
  permissions: "none",
  fn() {
    assertEquals(open(0).send(1_000_000), []);
  },
});

Deno.test({
  name:
    "MessageRate.refund() makes a message that brought a whole file count a tenth",
  permissions: "none",
  fn() {
    const rate = new MessageRate(10, () => 0);
    for (let i = 0; i < 999; i++) {
      rate.spend();
      rate.refund();
    }
    assertEquals(rate.measure(), undefined);
    for (let i = 0; i < 2; i++) rate.spend();
    assertEquals(typeof rate.measure(), "object");
  },
});
