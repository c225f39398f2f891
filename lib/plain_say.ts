/**
 * The fast path of the chat: copies a text whose encoding is the same everywhere,
 * without decoding it. The results are those of `messages.ts`, byte for byte; a test
 * compares the two on random messages.
 *
 * @module
 */

import { type ByteRange, copyBytes } from "./copy_bytes.ts";
import {
  FRAME_HEADER_LENGTH,
  FrameKind,
  type ReceivedFrame,
  writeFrameHeader,
} from "./framing.ts";
import { MAX_TEXT_LENGTH } from "./message_text.ts";

/**
 * A text whose encoding is the same everywhere: a range of bytes, all printable ASCII
 * without `"` and `\\`. JSON, the log and the screen write it unchanged, so it can be
 * copied without decoding.
 */
export type PlainText = ByteRange;

/** A `said` whose text is plain; `head` comes from {@linkcode saidHead}. */
export type PlainSaid = { readonly head: Uint8Array; readonly text: PlainText };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The bytes with which `encodeMessage` begins a `say`, and those with which it ends a
 * text.
 */
const SAY_HEAD = encoder.encode('{"type":"say","text":"');
const TEXT_TAIL = encoder.encode('"}');

/** 1 for the bytes allowed in a {@linkcode PlainText}. */
const IS_PLAIN = Uint8Array.from(
  { length: 256 },
  (_, byte) =>
    Number(/[\x20!\x23-\x5b\x5d-\x7e]/.test(String.fromCharCode(byte))),
);

/**
 * Returns the text of a `say` if the message is written the shortest way and the text
 * is plain. Returns `undefined` for any other message, valid or not:
 * `decodeClientMessage` handles those, and returns the same text for the messages
 * accepted here.
 */
export function plainSay(
  { bytes, start, end, kind }: ReceivedFrame,
): PlainText | undefined {
  const from = start + SAY_HEAD.length;
  const to = end - TEXT_TAIL.length;
  const length = to - from;
  if (kind !== FrameKind.message || length < 0 || length > MAX_TEXT_LENGTH) {
    return undefined;
  }
  for (let i = 0; i < SAY_HEAD.length; i++) {
    if (bytes[start + i] !== SAY_HEAD[i]) return undefined;
  }
  for (let i = 0; i < TEXT_TAIL.length; i++) {
    if (bytes[to + i] !== TEXT_TAIL[i]) return undefined;
  }
  for (let i = from; i < to; i++) {
    if (IS_PLAIN[bytes[i]!] === 0) return undefined;
  }
  return { bytes, start: from, end: to };
}

/** Returns the JSON before the text, the same in every `said` of one user. */
export function saidHead(from: string): Uint8Array {
  const json = JSON.stringify({ type: "said", from, text: "" });
  return encoder.encode(json).subarray(0, -TEXT_TAIL.length);
}

/**
 * Does what `encodeMessageInto` does, for a plain text: writes the same bytes by
 * copying.
 */
export function encodePlainSaidInto(
  { head, text }: PlainSaid,
  target: Uint8Array,
  at: number,
): number {
  const start = at + FRAME_HEADER_LENGTH;
  const payloadLength = head.length + (text.end - text.start) +
    TEXT_TAIL.length;
  if (start + payloadLength > target.length) return -1;
  writeFrameHeader(target, at, { kind: FrameKind.message, payloadLength });
  target.set(head, start);
  const end = copyBytes(text, target, start + head.length);
  target.set(TEXT_TAIL, end);
  return start + payloadLength;
}

/**
 * Returns the text of a plain `said` that ends at `end` in `block`, written by
 * {@linkcode encodePlainSaidInto}; `length` is the length of the text in bytes.
 */
export function plainTextIn(
  block: Uint8Array,
  end: number,
  length: number,
): PlainText {
  const to = end - TEXT_TAIL.length;
  return { bytes: block, start: to - length, end: to };
}

/** Returns a text as a string. */
export function textOf(text: string | PlainText): string {
  return typeof text === "string"
    ? text
    : decoder.decode(text.bytes.subarray(text.start, text.end));
}
