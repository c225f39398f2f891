import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { skeleton } from "../lib/look_alikes.ts";

Deno.test({
  name: "skeleton() is the same for texts that look the same",
  permissions: "none",
  fn() {
    const pairs: [string, string][] = [
      ["paypal", "р\u0430ураl"], // Cyrillic.
      ["Ann", "\u0391nn"], // Greek.
      ["rn", "m"],
      ["Il1", "lIl"],
      ["é", "e\u0301"],
      ["a\u200db", "ab"], // Invisible.
      ["i", "i\u0307"], // A second dot.
      ["a\u0301\u0300", "a\u0300\u0301"], // The order of the marks.
      ["a\u0301\u0301", "a\u0301"], // The same mark twice.
      ["\uff21nn", "Ann"], // Full width.
    ];
    for (const [a, b] of pairs) assertEquals(skeleton(a), skeleton(b), a + b);
  },
});

Deno.test({
  name: "skeleton() tells apart texts that look different",
  permissions: "none",
  fn() {
    const pairs = [["a", "A"], ["Ann", "Bob"], ["e", "é"], ["", "a"]];
    for (const [a, b] of pairs) assertNotEquals(skeleton(a!), skeleton(b!));
  },
});

Deno.test({
  name: "skeleton() does not change its own result",
  permissions: "none",
  fn() {
    const text = fc.string({ unit: "grapheme", maxLength: 12 });
    fc.assert(
      fc.property(text, (text) => {
        const once = skeleton(text);
        assertEquals(skeleton(once), once);
        assert(skeleton(text.normalize("NFD")) === once, "however encoded");
      }),
      { numRuns: 2_000, seed: 39 },
    );
  },
});
