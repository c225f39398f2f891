import { hashes, integer, string, transferId, word } from "./message_fields.ts";
import { type MessageOf, optional } from "./message_shape.ts";

/** The messages that a client may send, with their fields; see docs/PROTOCOL.md. */
export const CLIENT_MESSAGES = {
  hello: {
    protocol: integer,
    name: word,
    /**
     * Takes back the seat that a `welcome` gave this token for; an empty token asks for
     * one.
     */
    token: optional(word),
    /** How many chat messages this client has received in that seat. */
    received: optional(integer),
  },
  /**
   * A step of the proof that the client knows the room key: see
   * `lib/secure/key_exchange.ts`. Allowed before `hello`.
   */
  key: {
    nonce: optional(word),
    share: optional(word),
    proof: optional(word),
  },
  /** To everyone. */
  say: { text: string },
  /** To one person. */
  tell: {
    to: word,
    text: string,
    /**
     * The recipient's seat: another person of the same name must not get the message.
     */
    id: optional(word),
  },
  users: {},
  files: {},
  get: {
    id: transferId,
    name: word,
    offset: optional(integer),
    /**
     * The version that `offset` belongs to; the server sends any other from the
     * beginning.
     */
    tag: optional(word),
    /** How many bytes the server may be ahead of the last `took`. */
    window: optional(integer),
    /** SHA-256 of files that the client has: the server does not send them again. */
    have: optional(hashes),
  },
  cancel: { id: transferId },
  /** How many bytes of a download the client has written. */
  took: { id: transferId, size: integer },
  ping: { n: integer },
  pong: { n: integer },
  /** Asks which server this is. Allowed before `hello`. */
  where: { n: integer },
  bye: {},
};

/** A message that a client may send. */
export type ClientMessage = MessageOf<typeof CLIENT_MESSAGES>;
