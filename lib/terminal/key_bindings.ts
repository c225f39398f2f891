import type { Draft } from "./draft.ts";
import type { Key } from "./keyboard.ts";

/** An effect of a key beyond changing the draft. */
export type EditorAction =
  | "submit"
  | "interrupt"
  | "end"
  | "suspend"
  | "complete"
  | "older"
  | "newer"
  | "clear";

type Binding = EditorAction | ((draft: Draft) => void);

/**
 * The key bindings of GNU readline. `C-` is Ctrl, `M-` is Alt (or Escape before the
 * key).
 */
const BINDINGS: Readonly<Record<string, Binding>> = {
  "return": "submit",
  "enter": "submit",
  "M-return": (draft) => draft.insert("\n"),
  "M-enter": (draft) => draft.insert("\n"),
  "tab": "complete",
  "C-c": "interrupt",
  "C-z": "suspend",
  "C-l": "clear",
  "up": "older",
  "C-p": "older",
  "down": "newer",
  "C-n": "newer",
  "left": (draft) => draft.left(),
  "C-b": (draft) => draft.left(),
  "right": (draft) => draft.right(),
  "C-f": (draft) => draft.right(),
  "C-left": (draft) => draft.wordLeft(),
  "M-left": (draft) => draft.wordLeft(),
  "M-b": (draft) => draft.wordLeft(),
  "C-right": (draft) => draft.wordRight(),
  "M-right": (draft) => draft.wordRight(),
  "M-f": (draft) => draft.wordRight(),
  "home": (draft) => draft.home(),
  "C-a": (draft) => draft.home(),
  "end": (draft) => draft.end(),
  "C-e": (draft) => draft.end(),
  "backspace": (draft) => draft.deleteLeft(),
  "C-h": (draft) => draft.deleteLeft(),
  "delete": (draft) => draft.deleteRight(),
  "C-w": (draft) => draft.killWordLeft(),
  "C-backspace": (draft) => draft.killWordLeft(),
  "M-backspace": (draft) => draft.killWordLeft(),
  "M-d": (draft) => draft.killWordRight(),
  "C-delete": (draft) => draft.killWordRight(),
  "M-delete": (draft) => draft.killWordRight(),
  "C-u": (draft) => draft.killToStart(),
  "C-k": (draft) => draft.killToEnd(),
  "C-y": (draft) => draft.yank(),
  "C-t": (draft) => draft.transpose(),
};

/** Ctrl+_, also typed as Ctrl+-: undoes the last change. */
const UNDO = "\x1f";

/**
 * Applies `key` to the draft. Returns an action for the editor, or `undefined` if the
 * key only changed the draft or has no meaning.
 */
export function press(key: Key, draft: Draft): EditorAction | undefined {
  if (key.sequence === UNDO) return void draft.undo();
  const { name = "", ctrl = false, meta = false } = key;
  // On an empty line Ctrl+D is the end of input.
  if (ctrl && name === "d") {
    if (draft.isEmpty) return "end";
    return void draft.deleteRight();
  }
  const binding = BINDINGS[`${ctrl ? "C-" : ""}${meta ? "M-" : ""}${name}`];
  if (typeof binding !== "function") return binding;
  return void binding(draft);
}
