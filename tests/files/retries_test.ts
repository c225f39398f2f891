import { assertEquals } from "@std/assert";
import { Retries } from "../../lib/files/retries.ts";

Deno.test({
  name: "Retries allows one retry, two if a half was resumed",
  permissions: "none",
  fn() {
    const retries = new Retries();
    assertEquals(retries.isFirstTry, true);
    assertEquals([retries.allows({}, 0), retries.allows({}, 1)], [true, true]);
    retries.note({});
    assertEquals(retries.isFirstTry, false);
    assertEquals([retries.allows({}, 0), retries.allows({}, 1)], [false, true]);
    retries.note({});
    assertEquals(retries.allows({}, 1), false);
  },
});

Deno.test({
  name: "Retries does not count resumptions, and always allows them",
  permissions: "none",
  fn() {
    const retries = new Retries();
    assertEquals(retries.takeResumption(), false);
    for (let i = 0; i < 5; i++) {
      assertEquals(retries.allows({ resumes: true }, 0), true);
      retries.note({ resumes: true });
    }
    assertEquals(retries.isFirstTry, true);
    assertEquals(retries.takeResumption(), true);
    assertEquals(retries.takeResumption(), false);
    retries.note({ resumes: true });
    retries.note({});
    assertEquals(retries.takeResumption(), false);
  },
});

Deno.test({
  name: "Retries.exhaust() ends all retries except resumptions",
  permissions: "none",
  fn() {
    const retries = new Retries();
    retries.exhaust();
    assertEquals([retries.allows({}, 1), retries.isFirstTry], [false, false]);
    assertEquals(retries.allows({ resumes: true }, 0), true);
  },
});
