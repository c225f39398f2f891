import type { BoundLine } from "../terminal/draft_binding.ts";
import type { FileEntry } from "../message_fields.ts";
import { Acquaintances } from "./acquaintances.ts";
import { Tellers } from "./blind.ts";
import type { Doubt } from "./doubt.ts";
import { Membership } from "./membership.ts";
import { type Person, Presence } from "./presence.ts";
import type { ServerSecurity } from "./server_security.ts";
import type { Mode } from "./view.ts";
import type { Asked } from "./wanted_files.ts";

/** What a conversation leaves to the next one when its connection is lost. */
export type Memory = {
  /** The user's own name, as the server writes it; empty before the first welcome. */
  name: string;
  /** The server's name or address; foreign text. */
  place: string;
  /** How many people are here, the user included. */
  people: number;
  /** The people who are here, by seat. */
  readonly presence: Presence;
  /** Mentions and private messages since the last key. */
  unseen: number;
  mode: Mode;
  /** The waiting lines that will set the mode, with the mode that each sets. */
  readonly pending: { readonly line: BoundLine; readonly mode: Mode }[];
  /** By the id of a person who has left: the person whom the user accepted instead. */
  readonly accepted: Map<string, Person>;
  /** Whether the client has no connection now. */
  isOffline: boolean;
  /** How the last connection is protected; missing before the first one. */
  security: ServerSecurity | undefined;
  /** Whether the last connection is not encrypted. */
  readonly isPlain: boolean;
  /** Whether the bell and the join/leave notices are off. */
  quiet: boolean;
  /** The sender of the last private message. */
  lastTeller: Person | undefined;
  /** The people who have written privately since the last Enter. */
  readonly tellers: Tellers;
  /** The people with whom the user has exchanged private messages. */
  readonly acquaintances: Acquaintances;
  /** How many lines the user has entered. */
  entered: number;
  /** The failed line that leaves the recipients of the next lines unclear. */
  doubt: Doubt | undefined;
  /** Whether a command of the user has failed. */
  somethingFailed: boolean;
  /** The user's place in the chat. */
  readonly membership: Membership;
  /** The files to download with the next connection. */
  unfinished: Asked[];
  /** The list of files that the user saw last, in which numbers count. */
  shown: readonly FileEntry[] | undefined;
};

/** The memory of a first conversation. */
export function newMemory(): Memory {
  return {
    name: "",
    place: "",
    people: 1,
    presence: new Presence(),
    unseen: 0,
    mode: {},
    pending: [],
    accepted: new Map(),
    isOffline: false,
    security: undefined,
    get isPlain() {
      return this.security?.kind === "plain";
    },
    quiet: false,
    lastTeller: undefined,
    tellers: new Tellers(),
    acquaintances: new Acquaintances(),
    entered: 0,
    doubt: undefined,
    somethingFailed: false,
    membership: new Membership(),
    unfinished: [],
    shown: undefined,
  };
}
