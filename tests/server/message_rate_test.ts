import { assert, assertEquals } from "@std/assert";
import {
  DEFAULT_MAX_RATE,
  MessageRate,
} from "../../lib/server/message_rate.ts";

/** A client with a clock, and the measures against it as it sends messages. */
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
  name: "MessageRate lets a pasted chapter pass, and usual chat without end",
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
  name: "MessageRate slows a flood, warns once, and cuts the client after 30 s",
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
  name:
    "MessageRate forgives a client that stops, and warns again the next time",
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
  name: "MessageRate with rate 0 has no limit",
  permissions: "none",
  fn() {
    assertEquals(open(0).send(1_000_000), []);
  },
});

Deno.test({
  name:
    "MessageRate.refund() makes a message that downloaded a whole file cost a tenth",
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

Deno.test({
  name:
    "MessageRate slows from the message that uses up what may be sent at once",
  permissions: "none",
  fn() {
    const { send, pass } = open(DEFAULT_MAX_RATE);
    assertEquals(send(999), []);
    assertEquals(send(1), ["warned"]);
    // The pause of 50 ms has earned five messages.
    assertEquals(send(4), []);
    assertEquals(send(1), ["slowed"]);
    pass(1_000_000);
    // The first message finds the bucket empty, and fills it.
    assertEquals(send(1_000), []);
    assertEquals(send(1), ["warned"]);
  },
});

Deno.test({
  name:
    "MessageRate warns again after 2 s within the rate, and cuts after 30 s over it",
  permissions: "none",
  fn() {
    let now = 0;
    const rate = new MessageRate(1, () => now);
    const over = (later: number) => {
      now += later;
      rate.spend(100);
      return rate.measure();
    };
    assertEquals(over(0), { pause: 5_000, isFirst: true });
    assertEquals(over(2_000), { pause: 5_000, isFirst: false });
    assertEquals(over(2_001), { pause: 5_000, isFirst: true });
    for (let time = 0; time < 28_000; time += 2_000) over(2_000);
    assertEquals(over(1_999), { pause: 5_000, isFirst: false });
    assertEquals(over(1), "cut");
  },
});
