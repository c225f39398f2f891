import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { sortInTurns } from "../../lib/files/sort_in_turns.ts";

type Item = readonly [key: number, place: number];

const compare = (a: Item, b: Item) => a[0] - b[0];

const numbered = (keys: readonly number[]): Item[] =>
  keys.map((key, place) => [key, place]);

Deno.test({
  name: "sortInTurns() sorts like sort(), and is stable",
  permissions: "none",
  async fn() {
    const keys = fc.oneof(
      fc.array(fc.nat(50), { maxLength: 20 }),
      // More than one run of 128, with and without a short one at the end.
      fc.array(fc.nat(50), { minLength: 127, maxLength: 400 }),
    );
    await fc.assert(
      fc.asyncProperty(keys, async (keys) => {
        const items = numbered(keys);
        const sorted = items.toSorted(compare);
        assertEquals(await sortInTurns(items, compare), sorted);
        assertEquals(items, numbered(keys), "the list itself stays");
      }),
      { numRuns: 200, seed: 3 },
    );
    const many = numbered(Array.from({ length: 5_000 }, (_, i) => i * 7 % 50));
    assertEquals(await sortInTurns(many, compare), many.toSorted(compare));
  },
});

Deno.test({
  name: "sortInTurns() lets other tasks run every few thousand comparisons",
  permissions: "none",
  async fn() {
    let compared = 0;
    let longest = 0;
    const items = Array.from({ length: 10_000 }, (_, i) => -i);
    let isDone = false;
    const sorting = sortInTurns(items, (a, b) => {
      compared++;
      return a - b;
    }).finally(() => isDone = true);
    while (!isDone) {
      longest = Math.max(longest, compared);
      compared = 0;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await sorting;
    assert(longest < 4_000, `${longest} comparisons in one turn`);
  },
});
