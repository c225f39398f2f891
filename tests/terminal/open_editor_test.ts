import { assert, assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import { CookedEditor } from "../../lib/terminal/cooked_editor.ts";
import {
  LineEditor,
  type LineEditorOptions,
} from "../../lib/terminal/line_editor.ts";
import { isDumbTerminal, openEditor } from "../../lib/terminal/open_editor.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";

/** Runs `use` with this TERM; `undefined` for none. */
async function withTerm(
  term: string | undefined,
  use: () => void | Promise<void>,
): Promise<void> {
  const before = Deno.env.get("TERM");
  const set = (value: string | undefined) =>
    value === undefined ? Deno.env.delete("TERM") : Deno.env.set("TERM", value);
  set(term);
  try {
    await use();
  } finally {
    set(before);
  }
}

function options(): LineEditorOptions {
  return {
    onLine() {},
    onEnd() {},
    input: new PassThrough() as unknown as NonNullable<
      LineEditorOptions["input"]
    >,
    output: new TerminalOutput({
      write: (bytes) => Promise.resolve(bytes.length),
    }, { size: () => ({ columns: 80, rows: 24 }) }),
  };
}

Deno.test("isDumbTerminal() is true for TERM=dumb only", async () => {
  for (const term of [undefined, "", "xterm", "dumb-256color"]) {
    await withTerm(term, () => assertEquals(isDumbTerminal(), false, term));
  }
  await withTerm("dumb", () => assertEquals(isDumbTerminal(), true));
});

Deno.test({
  name: "isDumbTerminal() is false without permission to read TERM",
  permissions: "none",
  fn() {
    assertEquals(isDumbTerminal(), false);
  },
});

Deno.test("openEditor() chooses the editor for the terminal", async () => {
  for (
    const [term, kind] of [["dumb", CookedEditor], [
      "xterm",
      LineEditor,
    ]] as const
  ) {
    await withTerm(term, async () => {
      const editor = openEditor(options());
      assert(editor instanceof kind);
      await editor.close();
    });
  }
});
