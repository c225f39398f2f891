import type { FileEntry } from "../messages.ts";
import type { ChatClient } from "./chat_client.ts";
import type { Folded } from "./folded.ts";
import type { Missed } from "./missed.ts";
import type { Line, Mode } from "./view.ts";
import type { Asked } from "./wanted_files.ts";

/** What a command may use that needs no server. */
export type LocalContext = {
  /** Whether the bell and the notices of people who join and leave are off. */
  quiet: boolean;
  /** The long messages that `/show` shows whole; missing where all are shown whole. */
  readonly folded?: Folded | undefined;
  /** Shows the lines that the window did not take; missing where none can be missed. */
  readonly showMissed?: (() => Missed) | undefined;
  /** Width of the window in characters; `undefined` in a pipe. */
  readonly columns: number | undefined;
  /** Shows something. */
  print(line: Line): void;
  /** Shows why something that the user wanted was not done, and notes it. */
  fail(why: string | Line): void;
  /** Clears the window. */
  clear(): void;
  /** Leaves after this command. */
  leave(): void;
};

/** What a command may use and change. */
export type CommandContext = LocalContext & {
  readonly client: ChatClient;
  /** The user's own name. */
  readonly name: string;
  mode: Mode;
  /** Who sent the last private message. */
  readonly lastTeller: string | undefined;
  /** The list that was printed last in this window: the numbers for `/get`. */
  shown: readonly FileEntry[] | undefined;
  /** What the server is known to have, perhaps never shown: for Tab. */
  listing: readonly FileEntry[] | undefined;
  /** Asks the user; `undefined` where nobody can answer. */
  ask(question: string): Promise<string | undefined>;
  /** Puts text back into the line that is being typed. */
  giveBack(text: string): void;
  /** Notes a file to be downloaded with the next connection; `false` if there will be none. */
  postpone(file: Asked): boolean;
};
