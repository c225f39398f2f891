import type { CommandContext, LocalContext } from "./command_context.ts";

/** One command: a row of the table that also `/help` is printed from. */
export type Command = {
  readonly name: string;
  /** Other words for the same command: those of other chats. */
  readonly aliases?: readonly string[];
  readonly usage: string;
  /** For `/help`, which must fit one window. */
  readonly summary: string;
  /** For `/help NAME`: all there is to know, a sentence a line. */
  readonly details: readonly string[];
} & Action;

/** `word` is the command as it was typed, without the slash: its name or an alias. */
type Action =
  | {
    /** Needs the server; resolves when it is carried out; a download may go on after that. */
    readonly isLocal?: false;
    run(
      context: CommandContext,
      argument: string,
      word: string,
    ): void | Promise<void>;
  }
  | {
    /** Needs no server: carried out at once, also while the connection is lost. */
    readonly isLocal: true;
    run(context: LocalContext, argument: string, word: string): void;
  };
