import { assert, assertEquals } from "@std/assert";
import { newMemory } from "../../lib/client/memory.ts";

Deno.test({
  name: "newMemory() begins alone, with everyone as the recipient",
  permissions: "none",
  fn() {
    const memory = newMemory();
    assertEquals(memory.people, 1);
    assertEquals(memory.mode, {});
    assertEquals([memory.name, memory.place], ["", ""]);
    assertEquals([memory.unseen, memory.entered], [0, 0]);
    assertEquals([memory.isOffline, memory.quiet], [false, false]);
    assertEquals(memory.somethingFailed, false);
    assertEquals(memory.membership.isKnown, false);
  },
});

Deno.test({
  name: "newMemory() shares nothing with another memory",
  permissions: "none",
  fn() {
    const [one, other] = [newMemory(), newMemory()];
    for (const key of Object.keys(one) as (keyof typeof one)[]) {
      if (typeof one[key] !== "object") continue;
      assert(one[key] !== other[key], key);
    }
  },
});
