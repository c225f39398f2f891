import type { BindDraft, BoundLine } from "../terminal/draft_binding.ts";
import type { QuestionOptions } from "../terminal/questions.ts";
import type { Completer } from "../terminal/completion.ts";
import type { Blind } from "./blind.ts";
import type { Folded } from "./folded.ts";
import type { Missed } from "./missed.ts";
import type { Line } from "./view.ts";

/** Width of the window in columns, and whether it shows symbols. */
export type FooterStyle = {
  readonly columns: number;
  readonly symbols: boolean;
};

/** A line of the user; a line of a script may be unreadable. */
export type TakenLine = BoundLine & {
  /** Why the client cannot read the line, which then has no text. */
  readonly problem?: string | undefined;
  /** The beginning of an unreadable line. */
  readonly start?: string | undefined;
  /** What the client knows about a line that it did not see being typed. */
  readonly blind?: Blind | undefined;
  /** The number of the line, from 1; missing in a script. */
  readonly number?: number;
};

/** Decides who gets each line. */
export type LineBinder = {
  readonly bind: BindDraft;
  /** Called at Enter; returns the line as it waits for its turn. */
  typed(line: BoundLine): TakenLine;
  /** Called when a line of a script begins. */
  begin(): Blind;
  /** Called at Enter where the client does not see the typing. */
  enter(): Blind;
};

/** Where the user reads and types: a terminal, or a pipe, which lacks the optional members. */
export type ChatScreen = AsyncDisposable & {
  /** Whether a person reads and types, rather than a script. */
  readonly interactive: boolean;
  /** The long messages that the screen has cut; missing if it cuts none. */
  readonly folded?: Folded;
  /** Shows the lines that a window left out because it stood still. */
  showMissed?(): Missed;
  /** Width of the window in columns. */
  readonly columns?: number;
  /** Shows a line, above the line that the user is typing. */
  print(line: Line): void;
  /** Resolves when the screen has room for more: a slow screen slows the network down. */
  room?(): Promise<void>;
  /** Sets the text before the line that the user is typing. */
  setPrompt(prompt: string): void;
  /** Sets the rows between the printed lines and the prompt, drawn to fit. */
  setFooter?(draw: (style: FooterStyle) => readonly string[]): void;
  /** Sets the title of the window until the end; `title` must be harmless for a terminal. */
  setTitle?(title: string): void;
  /** Sets the row above the prompt that says who and where; empty for none. */
  setStatus?(text: string): void;
  /** Clears the window. */
  clear?(): void;
  /** Calls `listener` for every key; a later listener replaces it. */
  onKey?(listener: () => void): void;
  /** Writes beside the printed lines, for a log; missing on a terminal. */
  note?(text: string): void;
  /**
   * Asks for one line; with `isSecret`, nothing of it is shown or remembered. Resolves to
   * `undefined` at the end of input, when the signal aborts, and in a script.
   */
  ask(question: string, options?: QuestionOptions): Promise<string | undefined>;
  /**
   * Gives a line back to the user, to change it or send it later: on the line, unless
   * another line is being typed or this one `isLate`; then Up brings it back. Returns
   * whether it is on the line.
   */
  giveBack(line: BoundLine, options?: { readonly isLate?: boolean }): boolean;
  /** Puts back lines that were taken and not carried out: they come next. */
  putBack(lines: readonly TakenLine[]): void;
  /** Takes all lines that wait, at the end of a visit. */
  takeRest(): readonly TakenLine[];
  /** Decides again who gets the line that the user is typing. */
  rebind?(): void;
  /** Sets the binder, which decides about each line when its typing begins. */
  setBinder(binder: LineBinder): void;
  /** Sets what Tab offers. */
  setCompleter(complete: Completer): void;
  /** The user's lines, until the end of input or until `signal` aborts. */
  lines(signal: AbortSignal): AsyncIterable<TakenLine>;
};
