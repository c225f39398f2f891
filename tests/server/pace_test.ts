import { assertEquals } from "@std/assert";
import { Pace } from "../../lib/server/pace.ts";
import { FakeTime } from "../testing.ts";

const KIB = 1024;

Deno.test({
  name:
    "Pace.takeFlood() detects 64 KiB within a second, 8 KiB while readers are behind",
  permissions: "none",
  fn() {
    using _time = new FakeTime();
    for (
      const [isTight, limit] of [[false, 64 * KIB], [true, 8 * KIB]] as const
    ) {
      const pace = new Pace(0);
      pace.spend(1, limit - 1);
      assertEquals(pace.takeFlood({ isTight }), false);
      pace.spend(1, 1);
      assertEquals(pace.takeFlood({ isTight }), true);
      // A new count starts here.
      pace.spend(1, limit - 1);
      assertEquals(pace.takeFlood({ isTight }), false);
    }
  },
});

Deno.test({
  name: "Pace.takeFlood() detects no flood in a second or more",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const pace = new Pace(0);
    const flood = () => {
      pace.spend(1, 64 * KIB);
      return pace.takeFlood({ isTight: false });
    };
    assertEquals(flood(), true);
    await time.pass(999);
    assertEquals(flood(), true);
    await time.pass(1_000);
    assertEquals(flood(), false);
  },
});

Deno.test({
  name: "Pace.measure() counts units, and a file sent whole as a tenth",
  permissions: "none",
  fn() {
    using _time = new FakeTime();
    const pace = new Pace(1); // Ten units may be spent at once.
    for (let i = 0; i < 10; i++) pace.spend(1);
    for (let i = 0; i < 10; i++) pace.served();
    pace.spend(8.5);
    assertEquals(pace.measure(), undefined);
    pace.spend(1);
    const measure = pace.measure();
    if (typeof measure !== "object") throw new Error(`${measure}`);
    assertEquals(measure.isFirst, true);
    assertEquals(Math.round(measure.pause), 500);
  },
});
