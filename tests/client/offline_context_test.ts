import { assertEquals } from "@std/assert";
import { Attention } from "../../lib/client/attention.ts";
import { newMemory } from "../../lib/client/memory.ts";
import { OfflineContext } from "../../lib/client/offline_context.ts";
import { answer, problem } from "../../lib/client/view.ts";
import { FakeScreen } from "./fake_screen.ts";

function setUp() {
  const screen = new FakeScreen(true);
  const memory = newMemory();
  const attention = new Attention(screen, memory);
  const context = new OfflineContext(screen, { memory, attention });
  return { screen, memory, context };
}

Deno.test({
  name: "OfflineContext.fail() shows why, and notes that something failed",
  permissions: "none",
  fn() {
    const { screen, memory, context } = setUp();
    context.print(answer("hi"));
    assertEquals(memory.somethingFailed, false);
    context.fail("no");
    context.fail(problem("not that"));
    assertEquals(screen.shown, ["hi", "! no", "! not that"]);
    assertEquals(memory.somethingFailed, true);
  },
});

Deno.test({
  name:
    "OfflineContext.quiet outlives the lost connection, and shows in the status",
  permissions: "none",
  fn() {
    const { screen, memory, context } = setUp();
    context.quiet = true;
    assertEquals([context.quiet, memory.quiet], [true, true]);
    assertEquals(screen.statuses.at(-1)?.endsWith("| quiet"), true);
  },
});
