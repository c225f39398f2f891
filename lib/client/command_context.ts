import type { Acquaintances } from "./acquaintances.ts";
import type { Binding } from "./binding.ts";
import type { FileEntry } from "../message_fields.ts";
import type { ChatClient } from "./chat_client.ts";
import type { Folded } from "./folded.ts";
import type { Missed } from "./missed.ts";
import type { Person, Presence, Recipient } from "./presence.ts";
import type { ServerSecurity } from "./server_security.ts";
import type { Line, Mode } from "./view.ts";
import type { Asked } from "./wanted_files.ts";

/** What a command may use that works without a server. */
export type LocalContext = {
  /** Whether the bell and the join/leave notices are off. */
  quiet: boolean;
  /** The long messages for `/show`; missing if the screen cuts none. */
  readonly folded?: Folded | undefined;
  /** Shows the lines that the window left out; missing if it leaves out none. */
  readonly showMissed?: (() => Missed) | undefined;
  /** How the connection is protected; `undefined` before the first one. */
  readonly security: ServerSecurity | undefined;
  /** Width of the window in columns; `undefined` in a pipe. */
  readonly columns: number | undefined;
  /** Shows a line. */
  print(line: Line): void;
  /** Shows why the user's command failed, and notes the failure. */
  fail(why: string | Line): void;
  /** Clears the window. */
  clear(): void;
  /** Leaves after this command. */
  leave(): void;
};

/** The user's answer to a question. */
export type Reply =
  | "yes"
  | "no"
  /** No answer, or another line, which the client takes next. */
  | "other"
  /** The client has withdrawn the question, and has said why. */
  | "withdrawn";

/** What a command may use and change. */
export type CommandContext = LocalContext & {
  readonly client: ChatClient;
  /** The user's own name. */
  readonly name: string;
  mode: Mode;
  /** Who is here. */
  readonly presence: Presence;
  /** The sender of the last private message. */
  readonly lastTeller: Person | undefined;
  /** The people with whom the user has exchanged private messages. */
  readonly acquaintances: Acquaintances;
  /** Whether a person sits here, whom the client can ask. */
  readonly isInteractive: boolean;
  /**
   * An earlier line whose failure leaves it unclear who should get the current line;
   * `undefined` if it is clear.
   */
  readonly doubt: string | undefined;
  /** Who gets the current line. */
  readonly binding: Binding;
  /** The list that the user saw last: `/get` takes its numbers. */
  shown: readonly FileEntry[] | undefined;
  /** The latest known list of files, which the user may not have seen: Tab completes from it. */
  listing: readonly FileEntry[] | undefined;
  /** Decides again about the current line, read as `text`. */
  bind(text: string): void;
  /**
   * Asks the user about the current line, which would go to one of `recipients`.
   * Withdraws the question when this may no longer be true.
   */
  ask(question: string, ...recipients: Recipient[]): Promise<Reply>;
  /**
   * Gives the current line back to the user, to change it or send it later: to the
   * same recipients, or to the person `instead`. Returns whether it stands on the line;
   * if not, Up brings it back.
   */
  giveBack(options?: { readonly instead?: Person }): boolean;
  /** Keeps a file for the next connection; returns `false` if there will be none. */
  postpone(file: Asked): boolean;
};
