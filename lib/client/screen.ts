import type { Completer } from "../terminal/completion.ts";
import type { Line } from "./view.ts";

/** Width of the window, and whether characters beyond letters may be used. */
export type FooterStyle = {
  readonly columns: number;
  readonly symbols: boolean;
};

/** Where the user reads and types: a terminal, or a pipe. */
export type Screen = AsyncDisposable & {
  /** Whether somebody sits there. */
  readonly interactive: boolean;
  /** Shows something, above what is being typed. */
  print(line: Line): void;
  /** What stands before the line that is being typed. */
  setPrompt(prompt: string): void;
  /**
   * Lines between what was printed and the line that is being typed, drawn to fit.
   * Missing where nobody sits there.
   */
  setFooter?(draw: (style: FooterStyle) => readonly string[]): void;
  /** Says something beside what is printed, for a log. Missing where somebody sits there. */
  note?(text: string): void;
  /** Asks for one line; `undefined` at the end of input, or if nobody sits there. */
  ask(question: string): Promise<string | undefined>;
  /** Puts text back into the line, to be changed or sent later. */
  giveBack(text: string): void;
  /** Puts back lines that were taken and not used. */
  putBack(lines: readonly string[]): void;
  /** What Tab offers. */
  setCompleter(complete: Completer): void;
  /** What the user types, line by line, until the end of input or the abort of `signal`. */
  lines(signal: AbortSignal): AsyncIterable<string>;
};
