import { assertEquals, assertStrictEquals } from "@std/assert";
import { Folded } from "../../lib/client/folded.ts";
import { ScreenContext } from "../../lib/client/screen_context.ts";
import { newMemory } from "../../lib/client/memory.ts";
import { FakeScreen } from "./fake_screen.ts";

class Context extends ScreenContext {}

Deno.test({
  name:
    "ScreenContext passes on what the screen has, and nothing that it lacks",
  permissions: "none",
  fn() {
    const folded = new Folded();
    const screen = Object.assign(new FakeScreen(true, 40), {
      folded,
      missed: { kept: 1, forgotten: 2 },
      showMissed() {
        return this.missed;
      },
    });
    const context = new Context(screen, newMemory());
    assertStrictEquals(context.folded, folded);
    assertEquals(context.columns, 40);
    assertEquals(context.showMissed!(), { kept: 1, forgotten: 2 });
    context.clear();
    assertEquals(screen.cleared, 1);
    const pipe = new Context(new FakeScreen(), newMemory());
    assertEquals([pipe.folded, pipe.showMissed, pipe.columns], [
      undefined,
      undefined,
      undefined,
    ]);
  },
});

Deno.test({
  name: "ScreenContext remembers that the user leaves",
  permissions: "none",
  fn() {
    const context = new Context(new FakeScreen(), newMemory());
    assertEquals(context.isLeaving, false);
    context.leave();
    assertEquals(context.isLeaving, true);
  },
});
