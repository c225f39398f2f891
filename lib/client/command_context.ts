import type { FileEntry } from "../messages.ts";
import type { ChatClient } from "./chat_client.ts";
import type { Asked } from "./file_commands.ts";
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
  /** The list that was printed last in this window: the numbers for `/get`. */
  shown: readonly FileEntry[] | undefined;
  /** What the server is known to have, perhaps never shown: for Tab. */
  listing: readonly FileEntry[] | undefined;
  /** Shows something. */
  print(line: Line): void;
  /** Shows why something that the user wanted was not done, and notes it. */
  fail(why: string | Line): void;
  /** Asks the user; `undefined` if nobody sits there. */
  ask(question: string): Promise<string | undefined>;
  /** Puts text back into the line that is being typed. */
  giveBack(text: string): void;
  /** Notes a file to be fetched with the next connection; `false` if there will be none. */
  postpone(file: Asked): boolean;
  /** Leaves after this command. */
  leave(): void;
};
