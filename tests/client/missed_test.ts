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
