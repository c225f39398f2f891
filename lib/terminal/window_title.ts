import type { TerminalOutput } from "./terminal_output.ts";

/** Longest title, in characters: windows cut off longer ones. */
const MAX_LENGTH = 120;

/** Saves the present title on the terminal's stack, and restores it from there. */
const STACK = { push: "\x1b[22;0t", pop: "\x1b[23;0t" };

/** The title of the window. */
export class WindowTitle {
  readonly #output: TerminalOutput;
  #title: string | undefined;

  constructor(output: TerminalOutput) {
    this.#output = output;
  }

  /**
   * Sets the title, without control characters, which could end it and act on the
   * terminal.
   */
  set(text: string): void {
    const title = Array.from(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ""))
      .slice(0, MAX_LENGTH).join("");
    if (title === this.#title) return;
    if (this.#title === undefined) this.#output.write(STACK.push);
    this.#title = title;
    this.#output.write(`\x1b]0;${title}\x07`);
  }

  /** Restores the title from before the first {@linkcode set}. */
  restore(): void {
    if (this.#title !== undefined) this.#output.write(STACK.pop);
    this.#title = undefined;
  }
}
