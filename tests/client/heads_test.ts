import { assertEquals } from "@std/assert";
import type { Head } from "../../lib/client/binding.ts";
import { Heads } from "../../lib/client/heads.ts";
import { newMemory } from "../../lib/client/memory.ts";

/** Ann with Bob and Cy; `type` gives the head of each state of one line. */
function setUp() {
  const memory = newMemory();
  const { presence } = memory;
  for (const [name, id] of [["Bob", "b"], ["Cy", "c"]] as const) {
    presence.join({ name, id });
  }
  const heads = new Heads(memory);
  const past = heads.begin();
  let before: Head | undefined;
  const type = (text: string) => before = heads.decide(text, { before, past });
  const hear = (name: string) => memory.lastTeller = presence.named(name);
  const replace = (name: string) => {
    presence.leave({ name, id: presence.named(name)!.id!.slice(1) });
    return presence.join({ name, id: `${name} 2` });
  };
  const bob = presence.named("Bob")!;
  const cy = presence.named("Cy")!;
  return { memory, heads, type, hear, replace, bob, cy };
}

Deno.test({
  name: "Heads.decide() keeps the person of a line whose command is changed",
  permissions: "none",
  fn() {
    const { type, replace, bob, cy, heads } = setUp();
    assertEquals(type("/msg Bob secret")?.person, bob);
    const other = replace("Bob");
    for (const text of ["/msg Bo secret", "/msg Bob secret"]) type(text);
    assertEquals(type("/msg Bob secret")?.person, bob);
    assertEquals(type("msg Bob secret"), undefined);
    assertEquals(type("/w Bob secret")?.person, bob);
    assertEquals(type("/w Cy secret")?.person, cy);
    assertEquals(type("/to bob secret")?.person, bob);
    const past = heads.begin();
    assertEquals(heads.decide("/msg Bob ", { past })?.person, other);
  },
});

Deno.test({
  name: "Heads.decide() keeps the person of a reply whose word is changed",
  permissions: "none",
  fn() {
    const { type, hear, bob } = setUp();
    hear("Bob");
    assertEquals(type("/reply "), { key: "reply", isReply: true, person: bob });
    hear("Cy");
    assertEquals(type("/repl secret"), undefined);
    assertEquals(type("/reply secret")?.person, bob);
    assertEquals(type("/r secret")?.person, bob);
  },
});

Deno.test({
  name:
    "Heads.decide() does not choose between the two whom a mended reply may mean",
  permissions: "none",
  fn() {
    for (const next of ["Cy", "Bob"]) {
      const { heads, hear, bob, cy } = setUp();
      hear("Bob");
      const past = heads.begin();
      assertEquals(heads.decide("/rply secret", { past }), undefined);
      hear(next);
      const head = heads.decide("/reply secret", { past });
      assertEquals(
        head,
        next === "Bob" ? { key: "reply", isReply: true, person: bob } : {
          ...{ key: "reply", isReply: true, person: undefined },
          rivals: [bob, cy],
        },
      );
    }
  },
});
