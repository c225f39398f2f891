import { ProtocolError } from "./framing.ts";

/**
 * Deepest nesting of objects and lists in a message. The messages of this protocol need
 * three levels; thousands may exhaust a parser's stack.
 */
export const MAX_DEPTH = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{` differ only in this bit, as do `]` and `}`; no other byte matches. */
const CASE = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * Checks JSON before it is parsed, byte by byte, in time linear in its length. Throws
 * {@linkcode ProtocolError} if it is nested deeper than {@linkcode MAX_DEPTH}, closed
 * or not.
 */
export function checkDepth(json: Uint8Array): void {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]!;
    if (byte === QUOTE) {
      i = endOfString(json, i + 1);
    } else if ((byte | CASE) === OPEN) {
      deepest = Math.max(deepest, ++depth);
    } else if ((byte | CASE) === CLOSE) {
      depth--;
    }
  }
  if (deepest <= MAX_DEPTH) return;
  throw new ProtocolError(
    depth === 0
      ? `Message is nested more than ${MAX_DEPTH} levels deep`
      : "Message is not JSON in UTF-8",
  );
}

/**
 * Returns the position of the quote that ends the string whose text begins at `start`.
 */
function endOfString(json: Uint8Array, start: number): number {
  let i = start;
  while (i < json.length && json[i] !== QUOTE) {
    i += json[i] === BACKSLASH ? 2 : 1;
  }
  return i;
}
