import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { once } from "../lib/once.ts";

Deno.test("once() makes the value at the first call, and only then", () => {
  let calls = 0;
  const value = once(() => ({ number: ++calls }));
  assertEquals(calls, 0);
  const first = value();
  assertStrictEquals(value(), first);
  assertEquals(first, { number: 1 });
});

Deno.test("once() keeps undefined, too", () => {
  let calls = 0;
  const value = once(() => void calls++);
  value();
  value();
  assertEquals(calls, 1);
});

Deno.test("once() tries again after an error", () => {
  let calls = 0;
  const value = once(() => {
    if (calls++ === 0) throw new Error("not yet");
    return calls;
  });
  assertThrows(value, Error, "not yet");
  assertEquals(value(), 2);
});
