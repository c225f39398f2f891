import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  fileQuestion,
  ListQuestion,
  peopleQuestion,
} from "../../lib/client/list_question.ts";
import { TooMuch } from "../../lib/client/too_much.ts";

/** A question for a few words, and how often it was sent. */
function question({ maxItems = 100, maxLength = 100 } = {}) {
  const sent = { count: 0 };
  const words = new ListQuestion<string>({
    send: () => sent.count++,
    ...{ what: "words", maxItems, maxLength },
    lengthOf: (word) => word.length,
  });
  return { words, sent };
}

Deno.test({
  name: "ListQuestion puts the parts together, and is sent once at a time",
  permissions: "none",
  async fn() {
    const { words, sent } = question();
    const first = words.ask();
    const meanwhile = words.ask();
    assertEquals(words.add(["a"], true), undefined);
    assertEquals(words.add(["b"]), ["a", "b"]);
    assertEquals(await first, ["a", "b"]);
    assertEquals(await meanwhile, ["a", "b"]);
    assertEquals([sent.count, words.isOpen], [1, false]);
    assertEquals(words.add(["nobody asked"]), undefined);
    const second = words.ask();
    words.add([]);
    assertEquals(await second, []);
    assertEquals(sent.count, 2);
  },
});

Deno.test({
  name:
    "ListQuestion rejects what was asked when it fails, and can be asked again",
  permissions: "none",
  async fn() {
    const { words } = question();
    words.fail(new Error("nothing was asked"));
    const first = words.ask();
    words.add(["half"], true);
    words.fail(new Error("refused"));
    await assertRejects(() => first, Error, "refused");
    const second = words.ask();
    words.add(["whole"]);
    assertEquals(await second, ["whole"]);
  },
});

Deno.test({
  name:
    "ListQuestion ends a list with too many items, too much text, or only empty parts",
  permissions: "none",
  fn() {
    const endless = (items: string[], limits: object) => {
      const { words } = question(limits);
      void words.ask();
      let parts = 0;
      assertThrows(
        () => {
          while (parts < 1_000) {
            parts++;
            words.add(items, true);
          }
        },
        TooMuch,
        "This server sends too much: its list of words does not end",
      );
      return parts;
    };
    const many = Array.from({ length: 20 }, () => "");
    assertEquals(endless(many, { maxItems: 100 }), 6);
    assertEquals(endless(["x".repeat(30)], { maxLength: 100 }), 4);
    assertEquals(endless([], { maxItems: 100 }), 7);
  },
});

Deno.test({
  name:
    "fileQuestion() and peopleQuestion() hold what the largest honest server has",
  permissions: "none",
  async fn() {
    const files = fileQuestion(() => {});
    const all = files.ask();
    const name = "f".repeat(400);
    for (let i = 1; i <= 10_000 / 40; i++) {
      const part = Array.from({ length: 40 }, () => ({ name, size: 1 }));
      files.add(part, i < 10_000 / 40);
    }
    assertEquals((await all).length, 10_000);
    const people = peopleQuestion(() => {});
    const everybody = people.ask();
    const person = { name: "n".repeat(32), id: "i".repeat(43) };
    people.add(Array.from({ length: 50_000 }, () => person));
    assertEquals((await everybody).length, 50_000);
  },
});

Deno.test({
  name: "ListQuestion takes a list that is exactly as long as its limits",
  permissions: "none",
  fn() {
    const take = (items: string[]) => {
      const { words } = question({ maxItems: 20, maxLength: 100 });
      void words.ask().catch(() => {});
      return words.add(items)?.length;
    };
    assertEquals(take(Array.from({ length: 20 }, () => "12345")), 20);
    assertThrows(() => take(Array.from({ length: 21 }, () => "")), TooMuch);
    assertThrows(() => take(["x".repeat(101)]), TooMuch);
  },
});

Deno.test({
  name: "ListQuestion counts each list from the beginning",
  permissions: "none",
  async fn() {
    const { words } = question({ maxItems: 20, maxLength: 20 });
    const list = Array.from({ length: 20 }, () => "x");
    for (const _ of [1, 2, 3]) {
      const asked = words.ask();
      assertEquals(words.add(list)?.length, 20);
      assertEquals((await asked).length, 20);
    }
  },
});

Deno.test({
  name: "fileQuestion() and peopleQuestion() end a list at their limits",
  permissions: "none",
  fn() {
    const file = (name: string) => ({ name, size: 1 });
    const files = (count: number, length: number) => {
      const asked = fileQuestion(() => {});
      void asked.ask().catch(() => {});
      const name = "f".repeat(length);
      return asked.add(Array.from({ length: count }, () => file(name)))?.length;
    };
    assertEquals(files(20_000, 200), 20_000);
    assertThrows(() => files(20_001, 1), TooMuch);
    assertThrows(() => files(20_000, 201), TooMuch);
    const people = (count: number, length: number) => {
      const asked = peopleQuestion(() => {});
      void asked.ask().catch(() => {});
      const person = { name: "n".repeat(length - 1), id: "i" };
      return asked.add(Array.from({ length: count }, () => person))?.length;
    };
    assertEquals(people(50_000, 80), 50_000);
    assertThrows(() => people(50_001, 1), TooMuch);
    assertThrows(() => people(50_000, 81), TooMuch);
  },
});
