import { assert, assertEquals } from "@std/assert";
import {
  Attention,
  statusText,
  titleText,
} from "../../lib/client/attention.ts";
import { type Memory, newMemory } from "../../lib/client/memory.ts";
import { textWidth } from "../../lib/terminal/text_layout.ts";
import { FakeScreen } from "./fake_screen.ts";

const ann = (changes: Partial<Memory> = {}): Memory =>
  Object.assign(newMemory(), { name: "Ann", place: "Lab 3", ...changes });

Deno.test({
  name: "titleText() says who, where and how many messages were not seen",
  permissions: "none",
  fn() {
    assertEquals(titleText(ann()), "Ann @ Lab 3");
    assertEquals(titleText(ann({ unseen: 2 })), "(2) Ann @ Lab 3");
    assertEquals(titleText(ann({ place: "" })), "Ann");
  },
});

Deno.test({
  name: "titleText() and statusText() let no name of a server out",
  permissions: "none",
  fn() {
    const hostile = "x\x07\x1b]2;y\x1b\\\x9c\r\n\u202e \u3000 z".padEnd(
      999,
      "w",
    );
    const memory = ann({ place: hostile });
    for (const text of [titleText(memory), statusText(memory)]) {
      assertEquals(/[\p{Cc}\p{Cf}\u2028\u2029\u3000]/u.test(text), false);
    }
    assert(textWidth(titleText(memory)) <= 100);
  },
});

Deno.test({
  name: "statusText() says who, where, how many people, and what matters",
  permissions: "none",
  fn() {
    assertEquals(statusText(ann()), "Ann @ Lab 3 | 1 person");
    assertEquals(
      statusText(ann({ people: 12, quiet: true })),
      "Ann @ Lab 3 | 12 people | quiet",
    );
    assertEquals(
      statusText(ann({ people: 12 }), "offline, trying again in 3 s"),
      "Ann @ Lab 3 | offline, trying again in 3 s",
    );
  },
});

Deno.test({
  name: "Attention draws only what is new, and forgets the count at a key",
  permissions: "none",
  fn() {
    const screen = new FakeScreen(true);
    const memory = ann();
    const attention = new Attention(screen, memory);
    attention.update();
    attention.update();
    attention.note();
    attention.note();
    screen.press();
    screen.press();
    assertEquals(screen.titles, [
      "Ann @ Lab 3",
      "(1) Ann @ Lab 3",
      "(2) Ann @ Lab 3",
      "Ann @ Lab 3",
    ]);
    assertEquals(screen.statuses, ["Ann @ Lab 3 | 1 person"]);
    attention.trouble = "offline, trying now";
    attention.trouble = undefined;
    assertEquals(screen.statuses.slice(1), [
      "Ann @ Lab 3 | offline, trying now",
      "Ann @ Lab 3 | 1 person",
    ]);
  },
});
