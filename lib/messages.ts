/**
 * Encodes and decodes messages, the frames of kind 1, in both directions: JSON in
 * UTF-8, with all checks of what a peer sent. The messages themselves are in
 * `client_messages.ts` and `server_messages.ts`.
 *
 * @module
 */

import { CLIENT_MESSAGES, type ClientMessage } from "./client_messages.ts";
import {
  encodeFrame,
  FRAME_HEADER_LENGTH,
  FrameKind,
  MAX_MESSAGE_LENGTH,
  ProtocolError,
  writeFrameHeader,
} from "./framing.ts";
import { checkDepth } from "./json_depth.ts";
import { MAX_WORD_LENGTH } from "./message_fields.ts";
import { messageReader, type UnknownFields } from "./message_shape.ts";
import { SERVER_MESSAGES, type ServerMessage } from "./server_messages.ts";

/** Version of the wire protocol; both sides must speak the same. */
export const PROTOCOL_VERSION = 1;

/**
 * A message of a type that this version does not know: the receiver refuses it and
 * keeps the connection.
 */
export type UnknownMessage = {
  readonly type: "unknown";
  readonly given: string;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const readClientMessage = messageReader(CLIENT_MESSAGES);
const readServerMessage = messageReader(SERVER_MESSAGES);

/** Returns a message as one whole frame. Throws `RangeError` if it does not fit. */
export function encodeMessage(
  message: ClientMessage | ServerMessage,
): Uint8Array {
  const payload = encoder.encode(JSON.stringify(message));
  checkLength(payload.length, message);
  return encodeFrame({ kind: FrameKind.message, payload });
}

/**
 * Writes `message` as one frame into `target` from `at` on, and returns the position
 * after it. Returns -1 if the space may be too small; the bytes from `at` on are then
 * undefined. Throws `RangeError` if the message does not fit in a frame.
 */
export function encodeMessageInto(
  message: ClientMessage | ServerMessage,
  target: Uint8Array,
  at: number,
): number {
  const json = JSON.stringify(message);
  // UTF-8 is never shorter than `json`: too long throws even where there is no space.
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

/**
 * Decodes a payload of kind 1 from a client. Throws {@linkcode ProtocolError} if it
 * breaks the rules.
 */
export function decodeClientMessage(
  payload: Uint8Array,
): ClientMessage | UnknownMessage {
  const fields = decodeFields(payload);
  return readClientMessage(fields) ?? unknown(fields);
}

/**
 * Decodes a payload of kind 1 from a server. Throws {@linkcode ProtocolError} if it
 * breaks the rules.
 */
export function decodeServerMessage(
  payload: Uint8Array,
): ServerMessage | UnknownMessage {
  const fields = decodeFields(payload);
  return readServerMessage(fields) ?? unknown(fields);
}

function unknown({ type }: UnknownFields): UnknownMessage {
  return { type: "unknown", given: type };
}

function decodeFields(payload: Uint8Array): UnknownFields {
  checkDepth(payload);
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
  return value as UnknownFields;
}

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
