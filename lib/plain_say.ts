/**
 * The fast path of the chat: a text that is written the same everywhere is passed
 * on by copying, unread. Gives what `messages.ts` gives, byte for byte; a test
 * compares the two on whatever can be sent.
 *
 * @module
 */

import {
  FRAME_HEADER_LENGTH,
  FrameKind,
  type ReceivedFrame,
  writeFrameHeader,
} from "./framing.ts";
import { MAX_TEXT_LENGTH } from "./messages.ts";

/**
 * A text that reads the same everywhere: a stretch of bytes, all printable ASCII
 * without `"` and `\\`. As JSON, in the log and on the screen it is written as it
 * is, so it can be passed on by copying, unread.
 */
export type PlainText = {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
};

/** A `said` whose text is plain; `head` is that of {@linkcode saidHead}. */
export type PlainSaid = { readonly head: Uint8Array; readonly text: PlainText };

const encoder = new TextEncoder();

/** How `encodeMessage` begins a `say`, and ends a text. */
const SAY_HEAD = encoder.encode('{"type":"say","text":"');
const TEXT_TAIL = encoder.encode('"}');

/** 1 for the bytes of a {@linkcode PlainText}. */
const IS_PLAIN = Uint8Array.from(
  { length: 256 },
  (_, byte) =>
    Number(/[\x20!\x23-\x5b\x5d-\x7e]/.test(String.fromCharCode(byte))),
);

/** Up to so many bytes a loop copies faster than a call of `set` with its view. */
const SHORT_COPY = 100;

/**
 * The text of the usual `say`: written the shortest way, and plain. `undefined`:
 * any other message, right or wrong, for `decodeClientMessage`, which
 * gives the same text for those that are found here.
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

/** What stands before the text in the JSON of every `said` of one user. */
export function saidHead(from: string): Uint8Array {
  const json = JSON.stringify({ type: "said", from, text: "" });
  return encoder.encode(json).subarray(0, -TEXT_TAIL.length);
}

/** `encodeMessageInto` for a plain text: the same bytes, copied. */
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
  const end = copyPlain(text, target, start + head.length);
  target.set(TEXT_TAIL, end);
  return start + payloadLength;
}

/** Copies a text to `at` and returns the position after it. */
export function copyPlain(
  { bytes, start, end }: PlainText,
  target: Uint8Array,
  at: number,
): number {
  if (end - start > SHORT_COPY) {
    target.set(bytes.subarray(start, end), at);
    return at + end - start;
  }
  for (let i = start; i < end; i++) target[at++] = bytes[i]!;
  return at;
}
