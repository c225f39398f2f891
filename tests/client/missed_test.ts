import { assertEquals } from "@std/assert";
import { MissedLines } from "../../lib/client/missed.ts";

Deno.test({
  name: "MissedLines keeps the newest lines, and counts the others",
  permissions: "none",
  fn() {
    const missed = new MissedLines();
    const text = "x".repeat(1_000_000);
    for (let i = 0; i < 5; i++) missed.keep(`${i}${text}`);
    const shown: string[] = [];
    assertEquals(missed.take((rows) => void shown.push(rows[0]!)), {
      kept: 2,
      forgotten: 3,
    });
    assertEquals(shown, ["3", "4"]);
    assertEquals(missed.take(() => {}), { kept: 0, forgotten: 0 });
  },
});

Deno.test({
  name:
    "MissedLines keeps exactly 2 MiB, and the last text whatever its length",
  permissions: "none",
  fn() {
    const LIMIT = 2 * 1024 * 1024;
    const missed = new MissedLines();
    missed.keep("x".repeat(LIMIT - 1));
    missed.keep("y");
    assertEquals(missed.take(() => {}), { kept: 2, forgotten: 0 });
    missed.keep("x".repeat(LIMIT));
    assertEquals(missed.take(() => {}), { kept: 1, forgotten: 0 });
    missed.keep("x");
    missed.keep("x".repeat(LIMIT - 1));
    assertEquals(missed.take(() => {}), { kept: 2, forgotten: 0 });
    missed.keep("x".repeat(LIMIT - 1));
    missed.keep("yz");
    assertEquals(missed.take(() => {}), { kept: 1, forgotten: 1 });
    missed.keep("x".repeat(LIMIT + 1));
    assertEquals(missed.take(() => {}), { kept: 1, forgotten: 0 });
  },
});
