import type { Completer } from "../terminal/completion.ts";
import type { Folded } from "./folded.ts";
import type { Missed } from "./missed.ts";
import type { Line } from "./view.ts";

/** Width of the window, and whether characters beyond letters may be used. */
export type FooterStyle = {
  readonly columns: number;
  readonly symbols: boolean;
};

/** Where the user reads and types: a terminal, or a pipe, which lacks what is optional here. */
export type Screen = AsyncDisposable & {
  /** Whether a person reads and types, rather than a script. */
  readonly interactive: boolean;
  /** The long messages that were cut; missing where none is. */
  readonly folded?: Folded;
  /** Shows the lines that the window did not take. */
  showMissed?(): Missed;
  /** Width of the window in characters. */
  readonly columns?: number;
  /** Shows something, above what is being typed. */
  print(line: Line): void;
  /** What stands before the line that is being typed. */
  setPrompt(prompt: string): void;
  /**
   * Lines between what was printed and the line that is being typed, drawn to fit.
   */
  setFooter?(draw: (style: FooterStyle) => readonly string[]): void;
  /** Sets the title of the window; it gets its own back at the end. Must act on no terminal. */
  setTitle?(title: string): void;
  /** Sets the row above the prompt that says who and where; empty for none. */
  setStatus?(text: string): void;
  /** Clears the window. */
  clear?(): void;
  /** Calls `listener` for every key; a later listener replaces it. */
  onKey?(listener: () => void): void;
  /** Asks for one line; `undefined` at the end of input, or in a pipe. */
  /** Says something beside what is printed, for a log. Missing where somebody sits there. */
  note?(text: string): void;
  /** Asks for one line; `undefined` at the end of input, or if nobody sits there. */
  ask(question: string): Promise<string | undefined>;
  /** Puts text back into the line, to be changed or sent later. */
  giveBack(text: string): void;
  /** Puts back lines that were taken and not carried out. */
  putBack(lines: readonly string[]): void;
  /** What Tab offers. */
  setCompleter(complete: Completer): void;
  /** What the user types, line by line, until the end of input or the abort of `signal`. */
  lines(signal: AbortSignal): AsyncIterable<string>;
};
