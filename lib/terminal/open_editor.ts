import { CookedEditor, type Editor } from "./cooked_editor.ts";
import { obeysCodes } from "./obeys_codes.ts";
import { RowEditor } from "./row_editor.ts";
import { LineEditor, type LineEditorOptions } from "./line_editor.ts";

export type { Editor };

/**
 * Opens the editor that fits this terminal. Throws if the terminal cannot be set to raw
 * mode.
 */
export function openEditor(options: LineEditorOptions): Editor {
  if (isDumbTerminal()) return new CookedEditor(options);
  return options.isDumb ? new RowEditor(options) : new LineEditor(options);
}

/** Resolves to whether this program's window obeys no codes, not even colours. */
export async function isDumbWindow(): Promise<boolean> {
  return isDumbTerminal() || !await obeysCodes();
}

/** Returns whether `TERM` says that the terminal obeys no codes (`TERM=dumb`). */
export function isDumbTerminal(): boolean {
  try {
    return Deno.env.get("TERM") === "dumb";
  } catch {
    return false; // There is no permission to read TERM.
  }
}
