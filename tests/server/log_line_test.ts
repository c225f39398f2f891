import { assertEquals } from "@std/assert";
import { describe, Timestamp } from "../../lib/server/log_line.ts";
import { FakeTime } from "../testing.ts";

Deno.test({
  name: "describe() names the session, or the address of several sessions",
  permissions: "none",
  fn() {
    const details = { name: "Ann", n: 3, missing: undefined };
    assertEquals(describe("joined", details), 'joined name="Ann" n=3');
    assertEquals(
      describe("joined", details, { session: 3, from: "10.0.0.1:5" }),
      '#3 10.0.0.1:5 joined name="Ann" n=3',
    );
    assertEquals(
      describe("joined", {}, { address: "10.0.0.1" }),
      "10.0.0.1 joined",
    );
  },
});

Deno.test({
  name: "describe() writes the reason of an end in words",
  permissions: "none",
  fn() {
    assertEquals(
      describe("left", { reason: { kind: "kicked", words: 'a "b"' } }),
      'left reason="kicked: a \\"b\\""',
    );
  },
});

Deno.test({
  name:
    "describe() cuts a detail after 500 characters and a stack after 4000, but no message",
  permissions: "none",
  fn() {
    const lengthOf = (event: string, key: string, length: number) =>
      describe(event, { [key]: "y".repeat(length) }).replace(/[^y]/g, "")
        .length;
    assertEquals([500, 501].map((n) => lengthOf("event", "name", n)), [
      ...[500, 500],
    ]);
    assertEquals([4_000, 4_001].map((n) => lengthOf("failure", "stack", n)), [
      ...[4_000, 4_000],
    ]);
    assertEquals(lengthOf("said", "text", 5_000), 5_000);
    for (
      const [event, key, length] of [["event", "name", 500], [
        "failure",
        "stack",
        4_000,
      ]] as const
    ) {
      const whole = "y".repeat(length);
      assertEquals(
        describe(event, { [key]: whole }),
        `${event} ${key}="${whole}"`,
      );
    }
    assertEquals(
      describe("event", { key: "x".repeat(501) }),
      `event key="${"x".repeat(500)}... (501 characters)"`,
    );
  },
});

Deno.test({
  name: "describe() cuts no character in half",
  permissions: "none",
  fn() {
    const line = describe("event", { key: "x".repeat(499) + "🦄".repeat(5) });
    assertEquals(line.isWellFormed(), true);
  },
});

Deno.test({
  name: "Timestamp.renew() makes the text once per millisecond",
  permissions: "none",
  fn() {
    using _time = new FakeTime();
    const real = Date.now;
    try {
      Date.now = () => 1_000;
      const stamp = new Timestamp();
      stamp.renew();
      const { bytes, text } = stamp;
      assertEquals(new TextDecoder().decode(bytes), text);
      stamp.renew();
      assertEquals(stamp.bytes === bytes, true);
      Date.now = () => 1_001;
      stamp.renew();
      assertEquals(stamp.text === text, false);
      assertEquals(stamp.text.slice(0, -7).endsWith("01.001"), true);
    } finally {
      Date.now = real;
    }
  },
});
