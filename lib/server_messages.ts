import {
  boolean,
  fileEntries,
  integer,
  refusalCode,
  serverName,
  sha256,
  string,
  transferId,
  word,
  words,
} from "./message_fields.ts";
import { type MessageOf, optional } from "./message_shape.ts";

/** Most names in a `welcome`; the client gets the whole list with `users`. */
export const MAX_WELCOME_USERS = 100;

/** The messages that a server may send, with their fields; see docs/PROTOCOL.md. */
export const SERVER_MESSAGES = {
  welcome: {
    protocol: integer,
    name: word,
    text: string,
    users: words,
    /** The public id of this client's seat. */
    id: optional(word),
    /** The ids of `users`, in the same order. */
    ids: optional(words),
    /** How many users there are, when `users` holds only the first of them. */
    count: optional(integer),
    /**
     * Secret, for a client that asked for one: takes this seat back after a lost
     * connection.
     */
    token: optional(word),
    /** The seat was taken back; the missed messages follow. */
    resumed: optional(boolean),
    /** How many `say` and `tell` of this client the server has handled in that seat. */
    handled: optional(integer),
    /** How many missed chat messages the server no longer has. */
    lost: optional(integer),
    /** The display name of the server. */
    server: optional(serverName),
    /** Identifies this run of the server: each start has another value. */
    start: optional(word),
    /** How many past messages follow at once, marked `earlier` or `late`. */
    follows: optional(integer),
  },
  /** A step of the proof that the server knows the room key, too. */
  key: {
    nonce: optional(word),
    share: optional(word),
    proof: optional(word),
  },
  joined: { name: word, id: optional(word) },
  left: { name: word, reason: string, id: optional(word) },
  said: {
    from: word,
    text: string,
    /** For a past message: when it was said, in milliseconds since 1970. */
    at: optional(integer),
    /** Said while this client was disconnected. */
    late: optional(boolean),
    /** Said before this client joined. */
    earlier: optional(boolean),
  },
  told: {
    from: word,
    text: string,
    /** The sender's seat. */
    id: optional(word),
    /** For a past message: when it was said, in milliseconds since 1970. */
    at: optional(integer),
    /** Said while this client was disconnected. */
    late: optional(boolean),
  },
  users: {
    names: words,
    /** The ids of `names`, in the same order. */
    ids: optional(words),
    /** The list continues in the next message of this type. */
    more: optional(boolean),
  },
  files: {
    files: fileEntries,
    /** The list continues in the next message of this type. */
    more: optional(boolean),
    /** How many files there are, when the list holds only the first of them. */
    total: optional(integer),
  },
  file: {
    id: transferId,
    name: word,
    /** Size of the whole file, in bytes. */
    size: integer,
    /** Where the chunks begin, in bytes. */
    offset: optional(integer),
    /** In milliseconds since 1970. */
    modified: optional(integer),
    /** Identifies this version of the file: another version has another tag. */
    tag: optional(word),
    /** The server sends at most this many bytes ahead, and waits for `took`. */
    window: optional(integer),
    /** The client has this file: only `end` follows, no chunks. */
    same: optional(boolean),
  },
  end: { id: transferId, size: integer, sha256 },
  refused: {
    /** The `type` of the refused message. */
    re: word,
    code: refusalCode,
    text: string,
    /** The id of the refused transfer. */
    id: optional(transferId),
    /** A free name to use instead. */
    suggestion: optional(word),
    /** For a past refusal: when the server refused, in milliseconds since 1970. */
    at: optional(integer),
    /** Refused while this client was disconnected. */
    late: optional(boolean),
  },
  /**
   * Nothing has been refused yet, but the server will refuse or disconnect if this
   * continues.
   */
  warning: { code: word, text: string },
  ping: { n: integer },
  pong: { n: integer },
  /** The answer to `where`, the same as over UDP: see docs/PROTOCOL.md, section 9. */
  here: {
    n: integer,
    server: word,
    name: word,
    port: integer,
    people: optional(integer),
    /** The beginning of the certificate's short fingerprint. */
    fingerprint: optional(word),
  },
  closing: {
    reason: string,
    /** The kind of the reason, for programs: see docs/PROTOCOL.md. */
    code: optional(word),
    /** The client should not reconnect by itself. */
    final: optional(boolean),
  },
};

/** A message that a server may send. */
export type ServerMessage = MessageOf<typeof SERVER_MESSAGES>;

/** A chat message, which the server keeps for a client that has lost its connection. */
export type ChatMessage = Extract<
  ServerMessage,
  { type: "said" | "told" | "refused" }
>;
