import type { FileEntry } from "../messages.ts";
import { Membership } from "./membership.ts";
import type { Mode } from "./view.ts";
import type { Asked } from "./wanted_files.ts";

/** What a conversation keeps when its connection is lost. */
export type Memory = {
  /** The user's own name, as the server writes it; empty before the first welcome. */
  name: string;
  /** What people call the server, or its address; foreign text. */
  place: string;
  /** How many people are here, the user included. */
  people: number;
  /** Mentions and private messages since the last key. */
  unseen: number;
  mode: Mode;
  /** Whether the bell and the notices of people who join and leave are off. */
  quiet: boolean;
  /** Who sent the last private message. */
  lastTeller: string | undefined;
  /** Whether something that the user wanted was not done. */
  somethingFailed: boolean;
  /** The user's place in the chat. */
  readonly membership: Membership;
  /** Files that are still to be downloaded. */
  unfinished: Asked[];
  /** The list of files that was printed last: what numbers mean. */
  shown: readonly FileEntry[] | undefined;
};

/** What a first conversation begins with. */
export function newMemory(): Memory {
  return {
    name: "",
    place: "",
    people: 1,
    unseen: 0,
    mode: {},
    quiet: false,
    lastTeller: undefined,
    somethingFailed: false,
    membership: new Membership(),
    unfinished: [],
    shown: undefined,
  };
}
