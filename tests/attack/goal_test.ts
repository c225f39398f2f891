import { assertEquals } from "@std/assert";
import { ATTACKS } from "../../bench/attack/attacks.ts";
import { MAX_GROWTH, MAX_P99, overGoal } from "../../bench/attack/kind.ts";

Deno.test("ATTACKS has the fourteen attacks, each with a title of its own", () => {
  const titles = new Set(ATTACKS.map(({ title }) => title));
  assertEquals(titles.size, 14);
});

Deno.test("overGoal() names every value over the goal, and none below it", () => {
  const within = { p99: MAX_P99 - 1, growth: MAX_GROWTH - 1, left: [] };
  assertEquals(overGoal(within), []);
  assertEquals(overGoal({ ...within, p99: MAX_P99 }), ["p99 100 ms"]);
  assertEquals(overGoal({ ...within, growth: MAX_GROWTH }), ["memory 128 MB"]);
  assertEquals(overGoal({ ...within, left: ["3 files"] }), ["left: 3 files"]);
});
