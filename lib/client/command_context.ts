import type { FileEntry } from "../messages.ts";
import type { ChatClient } from "./chat_client.ts";
import type { Folded } from "./folded.ts";
import type { Line, Mode } from "./view.ts";

/** What a command may use and change. */
export type CommandContext = {
  readonly client: ChatClient;
  /** The user's own name. */
  readonly name: string;
  mode: Mode;
  /** No bell, no joins and leaves. */
  quiet: boolean;
  /** Who spoke privately last. */
  readonly lastTeller: string | undefined;
  /** What `/files` last showed: the numbers for `/get`. */
  listing: readonly FileEntry[] | undefined;
  /** The long messages that `/show` shows whole; missing where all are shown whole. */
  readonly folded?: Folded | undefined;
  /** Shows something. */
  print(line: Line): void;
  /** Shows why something that the user wanted was not done, and notes it. */
  fail(why: string | Line): void;
  /** Asks the user; `undefined` if nobody sits there. */
  ask(question: string): Promise<string | undefined>;
  /** Puts text back into the line that is being typed. */
  giveBack(text: string): void;
  /** Notes a file to be fetched with the next connection; `false` if there will be none. */
  postpone(file: string): boolean;
  /** Leaves after this command. */
  leave(): void;
};
