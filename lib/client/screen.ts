/** Where the user reads and types: a terminal, or a pipe. */
export type Screen = AsyncDisposable & {
  /** Whether somebody sits there. */
  readonly interactive: boolean;
  /** Shows one line, above what is being typed. */
  print(line: string): void;
  /** What stands before the line that is being typed. */
  setPrompt(prompt: string): void;
  /** Asks for one line; `undefined` at the end of input. Only before {@linkcode lines}. */
  ask(question: string): Promise<string | undefined>;
  /** What the user types, line by line, until the end of input or the abort of `signal`. */
  lines(signal: AbortSignal): AsyncIterable<string>;
};
