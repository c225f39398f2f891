import { assertEquals } from "@std/assert";
import {
  isHostname,
  isListOf,
  isServerName,
  isText,
  isTime,
  isWhole,
  parseObject,
} from "../../lib/store/kept_values.ts";

const pure = { permissions: "none" } as const;

Deno.test({
  ...pure,
  name: "parseObject() reads an object, and nothing else",
  fn() {
    assertEquals(parseObject('{"a":[1]}'), { a: [1] });
    for (
      const text of ["", "null", "5", '"a"', "[]", "{", "[".repeat(100_000)]
    ) {
      assertEquals(parseObject(text), undefined, text.slice(0, 20));
    }
  },
});

Deno.test({
  ...pure,
  name: "the checks of kept_values.ts take values inside their bounds only",
  fn() {
    const whole = (value: unknown) => isWhole(value, 1, 3);
    assertEquals([0, 1, 3, 4, 1.5, "1", null].map(whole), [
      ...[false, true, true, false, false, false, false],
    ]);
    assertEquals([0, 8.64e15, 8.64e15 + 2, -1, NaN].map(isTime), [
      ...[true, true, false, false, false],
    ]);
    const long = "x".repeat(253);
    assertEquals(
      ["lab-pc", "fe80::1%eth0", long, `${long}x`, "", "a b", "\u001b[2J", 5]
        .map(isHostname),
      [true, true, true, false, false, false, false, false],
    );
    assertEquals(["", "x".repeat(200), "x".repeat(201), 5].map(isServerName), [
      ...[true, true, false, false],
    ]);
    assertEquals(
      [["a"], [], ["a", 1], {}, null].map((v) => isListOf(v, isText)),
      [
        ...[true, true, false, false, false],
      ],
    );
  },
});
