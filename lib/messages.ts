/**
 * What the frames of kind 1 mean, and all checking of what a stranger sent.
 * The one place that knows the JSON of docs/PROTOCOL.md.
 *
 * @module
 */

import {
  encodeFrame,
  FRAME_HEADER_LENGTH,
  FrameKind,
  MAX_MESSAGE_LENGTH,
  ProtocolError,
  writeFrameHeader,
} from "./framing.ts";
import {
  asFileEntry,
  asWord,
  boolean,
  type Fields,
  hashes,
  integer,
  list,
  MAX_WORD_LENGTH,
  optional,
  serverName,
  sha256,
  string,
  transferId,
  word,
} from "./message_fields.ts";

/** Version of the wire that both sides must speak. */
export const PROTOCOL_VERSION = 1;

/**
 * Longest text of one message: bytes of its JSON string in UTF-8, without the
 * quotation marks. Leaves room in a frame for the names around it.
 */
export const MAX_TEXT_LENGTH = 48 * 1024;

/** Names at the head of a `welcome`; the whole list is asked for with `users`. */
export const MAX_WELCOME_USERS = 100;

/** One file of the shared folder; `modified` is in milliseconds since 1970. */
export type FileEntry = {
  readonly name: string;
  readonly size: number;
  readonly modified?: number;
  /** It is still being written to. */
  readonly changing?: boolean;
};

/** What a client may say. */
export type ClientMessage =
  | {
    readonly type: "hello";
    readonly protocol: number;
    readonly name: string;
    /** Takes back the place that a `welcome` gave this token for; empty: wants one. */
    readonly token?: string;
    /** How many chat messages this client has got in that place. */
    readonly received?: number;
  }
  | { readonly type: "say"; readonly text: string }
  | { readonly type: "tell"; readonly to: string; readonly text: string }
  | { readonly type: "users" }
  | { readonly type: "files" }
  | {
    readonly type: "get";
    readonly id: number;
    readonly name: string;
    readonly offset?: number;
    /** The version that `offset` is meant for; of any other: from the beginning. */
    readonly tag?: string;
    /** How many bytes the server may be ahead of what `took` has said. */
    readonly window?: number;
    /** SHA-256 of files that are here: if it is one of them, it need not be sent. */
    readonly have?: readonly string[];
  }
  | { readonly type: "cancel"; readonly id: number }
  /** So many bytes of this download have been dealt with. */
  | { readonly type: "took"; readonly id: number; readonly size: number }
  | { readonly type: "ping"; readonly n: number }
  | { readonly type: "pong"; readonly n: number }
  | { readonly type: "bye" };

/** What a server may say. */
export type ServerMessage =
  | {
    readonly type: "welcome";
    readonly protocol: number;
    readonly name: string;
    readonly text: string;
    readonly users: readonly string[];
    /** How many there are, when `users` holds only the first of them. */
    readonly count?: number;
    /** Secret, for who has asked: takes this place back after a lost connection. */
    readonly token?: string;
    /** The place was taken back; what was missed follows. */
    readonly resumed?: boolean;
    /** How many `say` and `tell` of this client have been dealt with in that place. */
    readonly handled?: number;
    /** So many chat messages were missed and are not kept any more. */
    readonly lost?: number;
    /** What people call the server. */
    readonly server?: string;
    /** How many messages of the past follow at once, marked as earlier or late. */
    readonly follows?: number;
  }
  | { readonly type: "joined"; readonly name: string }
  | { readonly type: "left"; readonly name: string; readonly reason: string }
  | {
    readonly type: "said";
    readonly from: string;
    readonly text: string;
    /** Not said now, but then, in milliseconds since 1970. */
    readonly at?: number;
    /** Said while this client had lost its connection. */
    readonly late?: boolean;
    /** Said before this client joined. */
    readonly earlier?: boolean;
  }
  | {
    readonly type: "told";
    readonly from: string;
    readonly text: string;
    readonly at?: number;
    readonly late?: boolean;
  }
  | {
    readonly type: "users";
    readonly names: readonly string[];
    /** More of the list follows in the next message of this type. */
    readonly more?: boolean;
  }
  | {
    readonly type: "files";
    readonly files: readonly FileEntry[];
    /** More of the list follows in the next message of this type. */
    readonly more?: boolean;
    /** How many files there are, when the list holds only the first of them. */
    readonly total?: number;
  }
  | {
    readonly type: "file";
    readonly id: number;
    readonly name: string;
    readonly size: number;
    readonly offset?: number;
    readonly modified?: number;
    /** Stands for this version of the file: another one has another tag. */
    readonly tag?: string;
    /** The server keeps to this window, and wants to hear `took`. */
    readonly window?: number;
    /** It is one of those that the client has: no chunks follow, only `end`. */
    readonly same?: boolean;
  }
  | {
    readonly type: "end";
    readonly id: number;
    readonly size: number;
    readonly sha256: string;
  }
  | {
    readonly type: "refused";
    /** The `type` of the message that is refused. */
    readonly re: string;
    readonly code: string;
    readonly text: string;
    readonly id?: number;
    /** What could be had instead: a free name. */
    readonly suggestion?: string;
    readonly at?: number;
    readonly late?: boolean;
  }
  /** Nothing was refused, but it will be, or worse, if this goes on. */
  | { readonly type: "warning"; readonly code: string; readonly text: string }
  | { readonly type: "ping"; readonly n: number }
  | { readonly type: "pong"; readonly n: number }
  | {
    readonly type: "closing";
    readonly reason: string;
    /** The kind of the reason, for programs: see docs/PROTOCOL.md. */
    readonly code?: string;
    /** The client should not come back by itself. */
    readonly final?: boolean;
  };

/** A message of the chat that waits for one who has lost the connection. */
export type ChatMessage = Extract<
  ServerMessage,
  { type: "said" | "told" | "refused" }
>;

/** A message of a type that this version does not know: to be refused, not punished. */
export type UnknownMessage = {
  readonly type: "unknown";
  readonly given: string;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A message as one whole frame. Throws `RangeError` if it does not fit one. */
export function encodeMessage(
  message: ClientMessage | ServerMessage,
): Uint8Array {
  const payload = encoder.encode(JSON.stringify(message));
  checkLength(payload.length, message);
  return encodeFrame({ kind: FrameKind.message, payload });
}

/**
 * Writes `message` as one frame into `target` from `at` on, and returns the
 * position after it, or -1 if there may not be room enough: then nothing that
 * counts was written. Throws `RangeError` if the message does not fit a frame.
 */
export function encodeMessageInto(
  message: ClientMessage | ServerMessage,
  target: Uint8Array,
  at: number,
): number {
  const json = JSON.stringify(message);
  // UTF-8 is never shorter: too long is said even where there is no room.
  checkLength(json.length, message);
  const start = at + FRAME_HEADER_LENGTH;
  if (start > target.length) return -1;
  const { read, written } = encoder.encodeInto(json, target.subarray(start));
  if (read < json.length) return -1;
  checkLength(written, message);
  writeFrameHeader(target, at, {
    kind: FrameKind.message,
    payloadLength: written,
  });
  return start + written;
}

/** Whether a text can be sent as one message. */
export function textFits(text: string): boolean {
  // No character takes more than 6 bytes (\u0000); most texts are short.
  if (text.length * 6 <= MAX_TEXT_LENGTH) return true;
  if (text.length > MAX_TEXT_LENGTH) return false;
  return textLength(text) <= MAX_TEXT_LENGTH;
}

/** How much of {@linkcode MAX_TEXT_LENGTH} `text` takes, in bytes. */
export function textLength(text: string): number {
  return encoder.encode(JSON.stringify(text)).length - 2;
}

/**
 * Splits a list so that each part fits one message, and says which is the last.
 * An empty list is one empty part. `length` is that of one item as JSON, in
 * UTF-16 units at most a third of its bytes.
 */
export function* pages<T>(
  items: readonly T[],
): Generator<{ items: T[]; more: boolean }> {
  let page: T[] = [];
  let length = 0;
  for (const item of items) {
    const itemLength = 3 * JSON.stringify(item).length + 1;
    if (page.length > 0 && length + itemLength > MAX_TEXT_LENGTH) {
      yield { items: page, more: true };
      page = [];
      length = 0;
    }
    page.push(item);
    length += itemLength;
  }
  yield { items: page, more: false };
}

/**
 * A payload of kind 1 that a client sent. Throws {@linkcode ProtocolError} if it
 * breaks the rules.
 */
export function decodeClientMessage(
  payload: Uint8Array,
): ClientMessage | UnknownMessage {
  const fields = decodeFields(payload);
  return Object.hasOwn(CLIENT_MESSAGES, fields.type)
    ? CLIENT_MESSAGES[fields.type as ClientMessage["type"]](fields)
    : { type: "unknown", given: fields.type };
}

/**
 * A payload of kind 1 that a server sent. Throws {@linkcode ProtocolError} if it
 * breaks the rules.
 */
export function decodeServerMessage(
  payload: Uint8Array,
): ServerMessage | UnknownMessage {
  const fields = decodeFields(payload);
  return Object.hasOwn(SERVER_MESSAGES, fields.type)
    ? SERVER_MESSAGES[fields.type as ServerMessage["type"]](fields)
    : { type: "unknown", given: fields.type };
}

function decodeFields(payload: Uint8Array): Fields {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(payload));
  } catch (cause) {
    throw new ProtocolError("Message is not JSON in UTF-8", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolError("Message is not a JSON object");
  }
  const { type } = value as Record<string, unknown>;
  if (typeof type !== "string" || type.length > MAX_WORD_LENGTH) {
    throw new ProtocolError('Message has no string field "type"');
  }
  return value as Fields;
}

type Readers<Message extends { readonly type: string }> = {
  readonly [Type in Message["type"]]: (
    fields: Fields,
  ) => Extract<Message, { readonly type: Type }>;
};

const CLIENT_MESSAGES: Readers<ClientMessage> = {
  hello: (fields) => ({
    type: "hello",
    protocol: integer(fields, "protocol"),
    name: word(fields, "name"),
    ...optional(fields, "token", word),
    ...optional(fields, "received", integer),
  }),
  say: (fields) => ({ type: "say", text: string(fields, "text") }),
  tell: (fields) => ({
    type: "tell",
    to: word(fields, "to"),
    text: string(fields, "text"),
  }),
  users: () => ({ type: "users" }),
  files: () => ({ type: "files" }),
  get: (fields) => ({
    type: "get",
    id: transferId(fields),
    name: word(fields, "name"),
    ...optional(fields, "offset", integer),
    ...optional(fields, "tag", word),
    ...optional(fields, "window", integer),
    ...optional(fields, "have", hashes),
  }),
  cancel: (fields) => ({ type: "cancel", id: transferId(fields) }),
  took: (fields) => ({
    type: "took",
    id: transferId(fields),
    size: integer(fields, "size"),
  }),
  ping: (fields) => ({ type: "ping", n: integer(fields, "n") }),
  pong: (fields) => ({ type: "pong", n: integer(fields, "n") }),
  bye: () => ({ type: "bye" }),
};

const SERVER_MESSAGES: Readers<ServerMessage> = {
  welcome: (fields) => ({
    type: "welcome",
    protocol: integer(fields, "protocol"),
    name: word(fields, "name"),
    text: string(fields, "text"),
    users: list(fields, "users", asWord),
    ...optional(fields, "count", integer),
    ...optional(fields, "token", word),
    ...optional(fields, "resumed", boolean),
    ...optional(fields, "handled", integer),
    ...optional(fields, "lost", integer),
    ...optional(fields, "server", serverName),
    ...optional(fields, "follows", integer),
  }),
  joined: (fields) => ({ type: "joined", name: word(fields, "name") }),
  left: (fields) => ({
    type: "left",
    name: word(fields, "name"),
    reason: string(fields, "reason"),
  }),
  said: (fields) => ({
    type: "said",
    from: word(fields, "from"),
    text: string(fields, "text"),
    ...optional(fields, "at", integer),
    ...optional(fields, "late", boolean),
    ...optional(fields, "earlier", boolean),
  }),
  told: (fields) => ({
    type: "told",
    from: word(fields, "from"),
    text: string(fields, "text"),
    ...optional(fields, "at", integer),
    ...optional(fields, "late", boolean),
  }),
  users: (fields) => ({
    type: "users",
    names: list(fields, "names", asWord),
    ...optional(fields, "more", boolean),
  }),
  files: (fields) => ({
    type: "files",
    files: list(fields, "files", asFileEntry),
    ...optional(fields, "more", boolean),
    ...optional(fields, "total", integer),
  }),
  file: (fields) => ({
    type: "file",
    id: transferId(fields),
    name: word(fields, "name"),
    size: integer(fields, "size"),
    ...optional(fields, "offset", integer),
    ...optional(fields, "modified", integer),
    ...optional(fields, "tag", word),
    ...optional(fields, "window", integer),
    ...optional(fields, "same", boolean),
  }),
  end: (fields) => ({
    type: "end",
    id: transferId(fields),
    size: integer(fields, "size"),
    sha256: sha256(fields),
  }),
  refused: (fields) => ({
    type: "refused",
    re: word(fields, "re"),
    code: word(fields, "code"),
    text: string(fields, "text"),
    ...optional(fields, "id", transferId),
    ...optional(fields, "suggestion", word),
    ...optional(fields, "at", integer),
    ...optional(fields, "late", boolean),
  }),
  warning: (fields) => ({
    type: "warning",
    code: word(fields, "code"),
    text: string(fields, "text"),
  }),
  ping: (fields) => ({ type: "ping", n: integer(fields, "n") }),
  pong: (fields) => ({ type: "pong", n: integer(fields, "n") }),
  closing: (fields) => ({
    type: "closing",
    reason: string(fields, "reason"),
    ...optional(fields, "code", word),
    ...optional(fields, "final", boolean),
  }),
};

function checkLength(
  length: number,
  message: ClientMessage | ServerMessage,
): void {
  if (length > MAX_MESSAGE_LENGTH) {
    throw new RangeError(
      `Cannot send message of type "${message.type}": ${length} bytes, at most ${MAX_MESSAGE_LENGTH} fit`,
    );
  }
}
