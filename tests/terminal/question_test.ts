import { assertEquals } from "@std/assert";
import { isYes, isYesOrNo, lineCount } from "../../lib/terminal/question.ts";

Deno.test({
  name: "isYes() accepts only a clear yes",
  permissions: "none",
  fn() {
    for (const yes of ["yes", " Y ", "YES", "ye"]) {
      assertEquals(isYes(yes), true);
    }
    for (const no of [undefined, "", "no", "yess", "yes no", "/yes"]) {
      assertEquals(isYes(no), false, no);
    }
  },
});

Deno.test({
  name: "lineCount() counts lines, the last one included",
  permissions: "none",
  fn() {
    assertEquals(["", "a", "a\nb", "a\n"].map(lineCount), [1, 1, 2, 2]);
  },
});

Deno.test({
  name: "isYesOrNo() accepts each beginning of an answer, and nothing else",
  permissions: "none",
  fn() {
    for (const answer of ["", " ", "y", "Ye", "yes ", "n", "NO"]) {
      assertEquals(isYesOrNo(answer), true, answer);
    }
    for (const line of ["yess", "now", "nope", "/n", "yes no", "yes\nhi"]) {
      assertEquals(isYesOrNo(line), false, line);
    }
  },
});
