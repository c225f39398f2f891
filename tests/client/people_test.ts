import { assert, assertEquals } from "@std/assert";
import { comingsLine, userLines } from "../../lib/client/people.ts";
import { textWidth } from "../../lib/terminal/text_layout.ts";
import { shownLine } from "./fake_screen.ts";

Deno.test({
  name: "userLines() sorts names, marks the user and counts last",
  permissions: "none",
  fn() {
    assertEquals(userLines(["Ann"], { own: "Ann" }).map(shownLine), [
      "  Ann (you)",
      "1 person is here",
    ]);
    const names = ["zoe", "Bob", "ann10", "Élise", "ann9", "eve"];
    assertEquals(userLines(names, { own: "Bob" }).map(shownLine), [
      "  ann9",
      "  ann10",
      "  Bob (you)",
      "  Élise",
      "  eve",
      "  zoe",
      "6 people are here",
    ]);
  },
});

Deno.test({
  name: "userLines() fills the window with columns, read downwards",
  permissions: "none",
  fn() {
    const names = ["Ann", "Bob", "Cy", "Dora", "你好"];
    assertEquals(userLines(names, { own: "Cy", columns: 30 }).map(shownLine), [
      "  Ann       Dora",
      "  Bob       你好",
      "  Cy (you)",
      "5 people are here",
    ]);
    const crowd = Array.from({ length: 1_000 }, (_, i) => `Person${i}`);
    for (const columns of [10, 40, 80, 200]) {
      const lines = userLines(crowd, { own: "", columns }).map(shownLine);
      assert(lines.every((line) => columns < 20 || textWidth(line) < columns));
      const shown = lines.slice(0, -1).join(" ").trim().split(/\s+/);
      assertEquals(new Set(shown), new Set(crowd));
    }
  },
});

Deno.test({
  name: "userLines() makes foreign names harmless",
  permissions: "none",
  fn() {
    for (const columns of [undefined, 80]) {
      const lines = userLines(["\x1b[2J"], { own: "", columns });
      assertEquals(lines.map(shownLine), ["  \\x1b[2J", "1 person is here"]);
    }
  },
});

Deno.test({
  name: "comingsLine() names the first and counts the others",
  permissions: "none",
  fn() {
    assertEquals(
      shownLine(comingsLine(["John"], "joined")),
      "John has joined",
    );
    const names = Array.from({ length: 12 }, (_, i) => `P${i}`);
    assertEquals(
      shownLine(comingsLine(names, "left")),
      "12 people have left: P0, P1, P2, P3, P4, P5, P6, P7, P8, P9 and 2 more",
    );
  },
});
