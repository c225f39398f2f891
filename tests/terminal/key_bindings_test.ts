import { assertEquals } from "@std/assert";
import { Draft } from "../../lib/terminal/draft.ts";
import { press } from "../../lib/terminal/key_bindings.ts";
import type { Key } from "../../lib/terminal/keyboard.ts";

/** `C-` is Ctrl, `M-` is Alt. */
function key(name: string): Key {
  const [, ctrl, meta, rest] = /^(C-)?(M-)?(.*)$/.exec(name)!;
  return { name: rest!, ctrl: ctrl !== undefined, meta: meta !== undefined };
}

/** Returns the action of a key, and `one two| three` after it. */
function pressed(name: string): [action: string | undefined, text: string] {
  const draft = new Draft();
  draft.set("one two three", 7);
  const action = press(key(name), draft);
  const { text, cursor } = draft;
  return [action, `${text.slice(0, cursor)}|${text.slice(cursor)}`];
}

Deno.test({
  name:
    "press() returns a key's action for the editor, and leaves the draft unchanged",
  permissions: "none",
  fn() {
    const actions: Record<string, string> = {
      ...{ return: "submit", enter: "submit", tab: "complete", up: "older" },
      ...{ "C-p": "older", down: "newer", "C-n": "newer", "C-l": "clear" },
      ...{ "C-c": "interrupt", "C-z": "suspend" },
    };
    for (const [name, action] of Object.entries(actions)) {
      assertEquals(pressed(name), [action, "one two| three"], name);
    }
  },
});

Deno.test({
  name: "press() changes the draft as readline does",
  permissions: "none",
  fn() {
    const changes: Record<string, string> = {
      ...{ left: "one tw|o three", "C-b": "one tw|o three" },
      ...{ right: "one two |three", "C-f": "one two |three" },
      ...{ "C-left": "one |two three", "M-left": "one |two three" },
      ...{ "M-b": "one |two three", "C-right": "one two three|" },
      ...{ "M-right": "one two three|", "M-f": "one two three|" },
      ...{ home: "|one two three", "C-a": "|one two three" },
      ...{ end: "one two three|", "C-e": "one two three|" },
      ...{ backspace: "one tw| three", "C-h": "one tw| three" },
      ...{ delete: "one two|three", "C-d": "one two|three" },
      ...{ "C-w": "one | three", "C-backspace": "one | three" },
      ...{ "M-backspace": "one | three", "M-d": "one two|" },
      ...{ "C-delete": "one two|", "M-delete": "one two|" },
      ...{ "C-u": "| three", "C-k": "one two|", "C-t": "one tw o|three" },
      ...{ "M-return": "one two\n| three", "M-enter": "one two\n| three" },
    };
    for (const [name, text] of Object.entries(changes)) {
      assertEquals(pressed(name), [undefined, text], name);
    }
    for (const name of ["f1", "C-x", "M-x", "C-M-left", ""]) {
      assertEquals(pressed(name), [undefined, "one two| three"], name);
    }
  },
});

Deno.test({
  name: "press() treats Ctrl+D on an empty line as the end of input",
  permissions: "none",
  fn() {
    assertEquals(press(key("C-d"), new Draft()), "end");
  },
});

Deno.test({
  name: "press() yanks with Ctrl+Y, and undoes with Ctrl+_",
  permissions: "none",
  fn() {
    const draft = new Draft();
    draft.insert("abc");
    press(key("C-u"), draft);
    press(key("C-y"), draft);
    press(key("C-y"), draft);
    assertEquals(draft.text, "abcabc");
    assertEquals(press({ sequence: "\x1f" }, draft), undefined);
    assertEquals(draft.text, "abc");
  },
});
