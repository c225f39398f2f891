import type {
  Command as AnyCommand,
  CommandRow,
  TypedCommand as AnyTypedCommand,
} from "../terminal/command.ts";
import type { CommandContext, LocalContext } from "./command_context.ts";

/** A command of the client. */
export type Command =
  & CommandRow
  & (
    | (AnyCommand<CommandContext> & {
      /** Needs the server; resolves when it is carried out; a download may go on after that. */
      readonly isLocal?: false;
    })
    | {
      /** Needs no server: carried out at once, also while the connection is lost. */
      readonly isLocal: true;
      run(context: LocalContext, argument: string, word: string): void;
    }
  );

/** A command of the client as it was typed. */
export type TypedCommand = AnyTypedCommand<Command>;
