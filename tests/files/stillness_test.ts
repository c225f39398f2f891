import { assertEquals } from "@std/assert";
import { STILL_TIME, Stillness } from "../../lib/files/stillness.ts";

Deno.test({
  name:
    "Stillness.isStill() waits two seconds after the last change, by either clock",
  permissions: "none",
  fn() {
    let now = 1_000_000;
    let steady = 0;
    const stillness = new Stillness({ now: () => now, steady: () => steady });
    const look = (touched: number, size = 1) => ({
      size,
      mtime: new Date(touched),
      ctime: null,
    });
    assertEquals(stillness.isStill("old", look(now - STILL_TIME)), true);
    assertEquals(stillness.isStill("new", look(now - STILL_TIME + 1)), false);
    // A time in the future says nothing: the file must look the same for two seconds.
    const future = now + 1e9;
    assertEquals(stillness.isStill("a", look(future)), false);
    steady += STILL_TIME - 1;
    now += STILL_TIME - 1;
    assertEquals(stillness.isStill("a", look(future)), false);
    steady++;
    assertEquals(
      stillness.isStill("a", look(future, 2)),
      false,
      "it has grown",
    );
    steady += STILL_TIME;
    assertEquals(stillness.isStill("a", look(future, 2)), true);
    assertEquals(stillness.isStill("b", { size: 1, mtime: null }), false);
  },
});

Deno.test({
  name:
    "Stillness.hasChanged() is true only for files that were seen to change",
  permissions: "none",
  fn() {
    let now = 100_000;
    const stillness = new Stillness({ now: () => now, steady: () => now });
    const look = (size: number) => ({ size, mtime: new Date(now) });
    const first = look(1);
    stillness.isStill("a", first);
    stillness.isStill("a", first);
    assertEquals(stillness.hasChanged("a"), false);
    const second = look(2);
    stillness.isStill("a", second);
    stillness.isStill("a", second);
    assertEquals(stillness.hasChanged("a"), true);
    now += STILL_TIME;
    assertEquals(stillness.isStill("a", second), true);
    assertEquals(stillness.hasChanged("a"), false);
  },
});
