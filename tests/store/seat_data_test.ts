import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatSeat,
  isFresh,
  MAX_SEAT_AGE,
  readSeat,
} from "../../lib/store/seat_data.ts";

const PLACE = { hostname: "lab-pc", port: 12000, name: "Ann" };
const SEAT = { token: "secret", start: "run 1", received: 3 };
const NOW = 1_000_000_000;
const TEXT = formatSeat(PLACE, SEAT, { now: NOW });

Deno.test({
  name: "readSeat() reads what formatSeat() writes",
  permissions: "none",
  fn() {
    assertEquals(readSeat(TEXT, PLACE, { now: NOW }), SEAT);
    const old = { token: "secret", received: 0 };
    const text = formatSeat(PLACE, old, { now: NOW });
    assertEquals(readSeat(text, PLACE, { now: NOW }), old);
  },
});

Deno.test({
  name: "readSeat() gives the seat to the same user at the same server only",
  permissions: "none",
  fn() {
    for (
      const other of [{ hostname: "lab-pc2" }, { port: 12001 }, { name: "Bob" }]
    ) {
      assertEquals(
        readSeat(TEXT, { ...PLACE, ...other }, { now: NOW }),
        undefined,
      );
    }
  },
});

Deno.test({
  name:
    "readSeat() and isFresh() take no seat that is too old, or from the future",
  permissions: "none",
  fn() {
    for (
      const [age, isGood] of [
        [0, true],
        [MAX_SEAT_AGE, true],
        [MAX_SEAT_AGE + 1, false],
        [-60_000, true],
        [-60_001, false],
      ] as const
    ) {
      const now = NOW + age;
      assertEquals(readSeat(TEXT, PLACE, { now }) !== undefined, isGood);
      assertEquals(isFresh(TEXT, { now }), isGood);
    }
  },
});

Deno.test({
  name: "readSeat() takes nothing else for a seat, and never throws",
  permissions: "none",
  fn() {
    const now = NOW;
    fc.assert(fc.property(fc.json(), (text) => {
      assertEquals(readSeat(text, PLACE, { now }), undefined);
      assertEquals(isFresh(text, { now }), false);
    }));
    const wrong = [
      { version: 2 },
      { token: "" },
      { token: "x".repeat(2000) },
      { token: 1 },
      { received: -1 },
      { received: 0.5 },
      { start: 1 },
      { seen: "now" },
    ];
    for (const fields of wrong) {
      const text = JSON.stringify({ ...JSON.parse(TEXT), ...fields });
      assertEquals(readSeat(text, PLACE, { now }), undefined, text);
    }
    assertEquals(readSeat(TEXT.slice(0, -9), PLACE, { now }), undefined);
  },
});
