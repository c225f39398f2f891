import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { isPacked } from "./programs.ts";
import { Terminal, terminalTest } from "./terminal.ts";

const PROGRAM = fileURLToPath(import.meta.resolve("./ask_secret.ts"));

/** The kinds of terminal, and the question on each. */
const KINDS = {
  "xterm-256color": "Room key:",
  dumb: "Room key: (visible in Emacs)",
};

/** The key SECRET, typed with Ctrl+U and Backspace. */
const TYPED = "SEX\x15SECREx\x7fT";

for (const [term, question] of Object.entries(KINDS)) {
  const name = `a secret answer is never shown, with TERM=${term}`;
  terminalTest(name, async () => {
    await using terminal = new Terminal([], { shell: true });
    await terminal.shows("$");
    await terminal.type(
      `TERM=${term} '${Deno.execPath()}' run --no-prompt --allow-env=TERM ` +
        `'${PROGRAM}'; echo "exit code $?"`,
    );
    await terminal.press("Enter");
    await terminal.shows(question);
    await terminal.answer(TYPED);
    await terminal.shows("Name:");
    // The editor or the terminal itself shows the next answer.
    await terminal.type("Ann");
    await terminal.shows("Name: Ann");
    await terminal.press("Enter");
    await terminal.shows("exit code 0", "$");
    const rows = (await terminal.rows()).filter((row) => row !== "");
    assertEquals(rows.slice(-6), [
      question,
      "The key has 6 characters",
      "Name: Ann",
      "The name is Ann",
      "exit code 0",
      "$",
    ]);
    assertEquals(terminal.stream.includes("SE"), false);
  }, { ignore: isPacked });
}
