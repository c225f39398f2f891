import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Axis, scaleOf } from "../../bench/plot_scale.ts";

const LINEAR: Axis = { label: "a", scale: "linear" };
const LOG: Axis = { label: "a", scale: "log" };

function texts(axis: Axis, values: number[]): string[] {
  return scaleOf(axis, values).ticks.map(({ text }) => text);
}

function assertNear(actual: number, expected: number): void {
  assert(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`);
}

function pure(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

pure(
  "scaleOf() gives a linear axis round ticks from 0 to above the greatest",
  () => {
    assertEquals(texts(LINEAR, [8, 32]), ["0", "10", "20", "30", "40"]);
    assertEquals(texts(LINEAR, [0.3]), [
      ...["0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"],
    ]);
    assertEquals(texts(LINEAR, [6000]), [
      ...["0", "1,000", "2,000", "3,000", "4,000", "5,000", "6,000"],
    ]);
    assertEquals(texts(LINEAR, [-3, 2]), ["-3", "-2", "-1", "0", "1", "2"]);
  },
);

pure("scaleOf() gives a logarithmic axis powers of ten", () => {
  assertEquals(texts(LOG, [0.3, 670]), ["0.1", "1", "10", "100", "1,000"]);
  assertEquals(texts(LOG, [1, 1e12]), [
    ...["1", "100", "10,000", "1,000,000", "100,000,000", "10,000,000,000"],
    "1,000,000,000,000",
  ]);
});

pure("scaleOf() gives a short logarithmic axis ticks in between", () => {
  assertEquals(texts(LOG, [12, 138]), ["10", "20", "50", "100", "200"]);
  assertEquals(texts(LOG, [10]), ["10", "20"]);
});

pure("scaleOf() takes the ticks and the format that it is given", () => {
  const axis: Axis = {
    ...LOG,
    ticks: [16, 64, 1024],
    format: (value) => `${value} B`,
  };
  const scale = scaleOf(axis, [16, 64]);
  assertEquals(scale.ticks.map(({ text }) => text), ["16 B", "64 B", "1024 B"]);
  assertNear(scale.at(16), 0);
  assertNear(scale.at(128), 0.5);
  assertNear(scale.at(1024), 1);
});

pure("scaleOf() finds a place on both scales", () => {
  assertNear(scaleOf(LINEAR, [40]).at(10), 0.25);
  assertNear(scaleOf(LOG, [1, 10_000]).at(10), 0.25);
});

pure("scaleOf() works without any number", () => {
  assertEquals(scaleOf(LINEAR, []).at(0), 0);
  assertEquals(texts(LOG, []), ["1", "10"]);
});

pure("scaleOf() puts a single number at the first end", () => {
  assertEquals(scaleOf({ ...LOG, ticks: [5] }, [5]).at(5), 0);
});

pure("scaleOf() ignores what an axis cannot show", () => {
  assertEquals(texts(LINEAR, [NaN, Infinity, 40]), texts(LINEAR, [40]));
  assertEquals(texts(LOG, [-1, 0, 10, 40]), texts(LOG, [10, 40]));
  assertEquals(scaleOf(LOG, []).shows(0), false);
  assertEquals(scaleOf(LINEAR, []).shows(0), true);
});

pure(
  "scaleOf() keeps every number between the ends, with few ticks in order",
  () => {
    const some = fc.array(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(some, fc.constantFrom(LINEAR, LOG), (values, axis) => {
        const scale = scaleOf(axis, values);
        const at = [...values, ...scale.ticks.map(({ value }) => value)]
          .map((value) => scale.at(value));
        const ticks = scale.ticks.map(({ value }) => value);
        return at.every((place) => place >= 0 && place <= 1) &&
          ticks.length >= 2 && ticks.length <= 10 &&
          ticks.every((value, i) => i === 0 || value > ticks[i - 1]!);
      }),
    );
  },
);
