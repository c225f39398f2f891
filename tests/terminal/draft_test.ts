import { assertEquals } from "@std/assert";
import { Draft } from "../../lib/terminal/draft.ts";

/** Returns the draft after `change`; `|` marks the cursor, before and after. */
function changed(text: string, change: (draft: Draft) => void): string {
  const draft = new Draft();
  draft.set(text.replace("|", ""), text.indexOf("|"));
  change(draft);
  return shown(draft);
}

function shown({ text, cursor }: Draft): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

Deno.test({
  name: "Draft moves and deletes by characters as the user sees them",
  permissions: "none",
  fn() {
    const family = "👨‍👩‍👧";
    const cases: [
      before: string,
      after: string,
      change: (draft: Draft) => void,
    ][] = [
      ["ab|c", "a|bc", (draft) => draft.left()],
      ["|ab", "|ab", (draft) => draft.left()],
      ["a|bc", "ab|c", (draft) => draft.right()],
      ["ab|", "ab|", (draft) => draft.right()],
      [`a${family}|`, `a|${family}`, (draft) => draft.left()],
      [`|${family}a`, `${family}|a`, (draft) => draft.right()],
      ["e\u0301|x", "|x", (draft) => draft.deleteLeft()],
      ["|e\u0301x", "|x", (draft) => draft.deleteRight()],
      ["|x", "|x", (draft) => draft.deleteLeft()],
      ["x|", "x|", (draft) => draft.deleteRight()],
      ["a|b", "|ab", (draft) => draft.home()],
      ["a|b", "ab|", (draft) => draft.end()],
      ["a|b", "axy|b", (draft) => draft.insert("xy")],
    ];
    for (const [before, after, change] of cases) {
      assertEquals(changed(before, change), after, `${before} ${change}`);
    }
  },
});

Deno.test({
  name: "Draft moves over words, and kills them",
  permissions: "none",
  fn() {
    const cases: [
      before: string,
      after: string,
      change: (draft: Draft) => void,
    ][] = [
      ["one two|", "one |two", (draft) => draft.wordLeft()],
      ["one, |two", "|one, two", (draft) => draft.wordLeft()],
      [", |", "|, ", (draft) => draft.wordLeft()],
      ["|one two", "one| two", (draft) => draft.wordRight()],
      ["one|, two", "one, two|", (draft) => draft.wordRight()],
      ["one|, ", "one, |", (draft) => draft.wordRight()],
      ["a_1é|", "|a_1é", (draft) => draft.wordLeft()],
      ["🙂𝒜𝒜|", "🙂|𝒜𝒜", (draft) => draft.wordLeft()],
      ["|🙂𝒜𝒜", "🙂𝒜𝒜|", (draft) => draft.wordRight()],
      ["one two|", "one |", (draft) => draft.killWordLeft()],
      ["one| two three", "one| three", (draft) => draft.killWordRight()],
      ["one|two", "|two", (draft) => draft.killToStart()],
      ["one|two", "one|", (draft) => draft.killToEnd()],
    ];
    for (const [before, after, change] of cases) {
      assertEquals(changed(before, change), after, `${before} ${change}`);
    }
  },
});

Deno.test({
  name: "Draft.yank() inserts the last killed text, and returns its tag",
  permissions: "none",
  fn() {
    const draft = new Draft<string>();
    draft.insert("one two");
    draft.tag = "for Bob";
    draft.killWordLeft();
    draft.tag = undefined;
    // An empty kill keeps the last killed text.
    draft.killToEnd();
    draft.home();
    draft.yank();
    assertEquals(shown(draft as Draft), "two|one ");
    assertEquals(draft.broughtBack, "for Bob");
  },
});

Deno.test({
  name: "Draft.transpose() swaps the two characters around the cursor",
  permissions: "none",
  fn() {
    const swap = (text: string) => changed(text, (draft) => draft.transpose());
    assertEquals(swap("a|bc"), "ba|c");
    assertEquals(swap("abc|"), "acb|");
    assertEquals(swap("|abc"), "|abc");
    assertEquals(swap("a|"), "a|");
    assertEquals(swap("|"), "|");
    assertEquals(swap("e\u0301|🙂"), "🙂e\u0301|");
  },
});

Deno.test({
  name: "Draft.undo() goes back fifty changes, with their tags",
  permissions: "none",
  fn() {
    const draft = new Draft<number>();
    for (let i = 1; i <= 60; i++) {
      draft.insert("x");
      draft.tag = i;
    }
    // A key that changes nothing is not a step.
    draft.deleteRight();
    draft.insert("");
    draft.undo();
    assertEquals(shown(draft as Draft), `${"x".repeat(59)}|`);
    assertEquals(draft.broughtBack, 59);
    for (let i = 0; i < 60; i++) draft.undo();
    assertEquals(draft.text.length, 10);
    draft.clear();
    draft.undo();
    assertEquals([draft.text, draft.isEmpty], ["", true]);
  },
});

Deno.test({
  name: "Draft.set() replaces everything, and undo restores it",
  permissions: "none",
  fn() {
    const draft = new Draft();
    draft.set("old");
    draft.left();
    draft.set("newer", 2);
    assertEquals(shown(draft), "ne|wer");
    draft.undo();
    assertEquals(shown(draft), "ol|d");
  },
});
