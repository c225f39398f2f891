/** How users type and look up a command: a row of the table that `/help` shows. */
export type CommandRow = {
  readonly name: string;
  /** Other words for the same command, such as those of other chats. */
  readonly aliases?: readonly string[];
  readonly usage: string;
  /** One line for the list of `/help`, which must fit in a window. */
  readonly summary: string;
  /** For `/help NAME`: everything else about the command, one sentence a line. */
  readonly details: readonly string[];
  /**
   * How many words must follow; may depend on the alias typed. With fewer words, the
   * answer is the usage. Default: 0.
   */
  readonly needs?: number | ((word: string) => number);
  /**
   * When the answer to a misspelt word suggests this command. "never" is for commands
   * that leave, or that reach more people than the user may have meant. "for slips" is
   * for commands that act against a person: an abbreviation is not enough. Default:
   * "always".
   */
  readonly suggested?: "always" | "for slips" | "never";
};

/** A command with its action. */
export type Command<Context> = CommandRow & {
  /**
   * Runs the command. `argument` is the rest of the line; `word` is the command as
   * typed, without the slash: its name or an alias. Throws `ChatError` for what cannot
   * be done.
   */
  run(
    context: Context,
    argument: string,
    word: string,
  ): void | Promise<void>;
};

/** A command of a table, as typed. */
export type TypedCommand<Row> = {
  readonly command: Row;
  /** The rest of the line after the command. */
  readonly argument: string;
  /** The name of the command or an alias, in lower case, without the slash. */
  readonly word: string;
};

/** Returns the line that says how to type a command. */
export function usageLine({ usage, summary }: CommandRow): string {
  return `Usage: ${usage} - ${summary}`;
}
