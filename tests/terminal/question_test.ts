import { assertEquals } from "@std/assert";
import { isYes, lineCount } from "../../lib/terminal/question.ts";

Deno.test({
  name: "isYes() takes only a clear yes",
  permissions: "none",
  fn() {
    for (const yes of ["yes", " Y ", "YES"]) assertEquals(isYes(yes), true);
    for (const no of [undefined, "", "no", "yess", "yes no", "/yes"]) {
      assertEquals(isYes(no), false, no);
    }
  },
});

Deno.test({
  name: "lineCount() counts lines, the last one too",
  permissions: "none",
  fn() {
    assertEquals(["", "a", "a\nb", "a\n"].map(lineCount), [1, 1, 2, 2]);
  },
});
