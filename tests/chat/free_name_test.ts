import { assert, assertEquals } from "@std/assert";
import { freeName } from "../../lib/chat/free_name.ts";
import { lookKeys, MAX_NAME_LENGTH, userNameProblem } from "../../lib/names.ts";

Deno.test({
  name: "freeName() returns a readable, valid name",
  permissions: "none",
  fn() {
    const cases: [name: string, free: string][] = [
      ["Bob", "Bob2"],
      ["Bob2", "Bob2"],
      ["Bob1999", "Bob19992"],
      ["COM", "COM-2"],
      ["user7", "user2"],
      ["7", "72"],
      ["O'Brien-Smith", "O'Brien-Smith2"],
      ["ג'ורג'", "ג'ורג2"],
      ["علي٥", "علي2"],
      ["a٥b", "a5b2"],
      ["x".repeat(32), `${"x".repeat(26)}2`],
      ["𠮷".repeat(32), `${"𠮷".repeat(26)}2`],
      ["1.2.3", "1.22"],
      ["1.2.3.", "1.2.32"],
    ];
    for (const [name, free] of cases) {
      assertEquals(freeName(name, () => false), free, name);
      assertEquals(userNameProblem(free), undefined, free);
    }
    assertEquals(freeName("1.2.3.x", () => false), "1.2.3.x2");
  },
});

Deno.test({
  name: "freeName() asks a bounded number of times, whatever names are taken",
  permissions: "none",
  fn() {
    let asked = 0;
    const count = (taken: ReadonlySet<string>, name: string) => {
      asked = 0;
      const found = freeName(name, (look) => {
        asked++;
        return taken.has(look);
      });
      assert(!taken.has(lookKeys(found)[0]!));
      return found;
    };
    const looks = (numbers: number[]) =>
      new Set(numbers.flatMap((number) => lookKeys(`Bob${number}`)));
    const crowd = looks(Array.from({ length: 9_999 }, (_, at) => at + 2));
    assertEquals(count(crowd, "Bob"), "Bob10001");
    assert(asked < 50, `${asked} questions for 9,999 people`);
    const powers = Array.from({ length: 17 }, (_, at) => 2 ** (at + 1));
    const row = Array.from({ length: 1_000 }, (_, at) => at + 3);
    const hostile = looks([...powers, ...row]);
    assertEquals(count(hostile, "Bob"), "Bob1003");
    assert(asked < 3 * hostile.size, `${asked} for ${hostile.size} looks`);
    // No similar name is free, but there is still an answer.
    const found = count(
      { has: (look: string) => look.includes("bob") } as Set<string>,
      "Bob",
    );
    assertEquals(found, "Guest2");
  },
});

/** Returns the suggested name if these names are taken. */
function suggested(name: string, taken: readonly string[] = [name]): string {
  const looks = new Set(taken.flatMap((other) => lookKeys(other)));
  return freeName(name, (look) => looks.has(look));
}

Deno.test({
  name: "freeName() adds the first free number",
  permissions: "none",
  fn() {
    assertEquals(suggested("Bob"), "Bob2");
    assertEquals(suggested("Bob", ["Bob", "Bob2", "Bob3"]), "Bob4");
    assertEquals(suggested("Bob2", ["Bob2"]), "Bob3");
  },
});

Deno.test({
  name: "freeName() returns no name that is too long",
  permissions: "none",
  fn() {
    for (const length of [25, 26, 27, 31, 32]) {
      for (const letter of ["a", "é", "文", "🙂"]) {
        const name = letter.repeat(length);
        const free = suggested(name);
        assert([...free].length <= MAX_NAME_LENGTH, free);
        assertEquals(userNameProblem(free), undefined, free);
        assert(free !== name);
      }
    }
  },
});
