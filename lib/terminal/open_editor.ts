import { CookedEditor, type Editor } from "./cooked_editor.ts";
import { LineEditor, type LineEditorOptions } from "./line_editor.ts";

export type { Editor };

/** The editor for the terminal of this program. Throws if the terminal cannot be set. */
export function openEditor(options: LineEditorOptions): Editor {
  return isDumbTerminal() ? new CookedEditor(options) : new LineEditor(options);
}

/** Whether the terminal says that it obeys no codes, those of colours included. */
export function isDumbTerminal(): boolean {
  try {
    return Deno.env.get("TERM") === "dumb";
  } catch {
    return false; // Nobody has allowed the look.
  }
}
