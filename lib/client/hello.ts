import { encodeFrame, FrameKind } from "../framing.ts";
import type { ClientMessage } from "../messages.ts";

/**
 * Blanks at the end of the JSON, which mean nothing to a messenger. A server of
 * another kind that waits for the end of a line, such as HTTP, has one now, and its
 * answer says what it is.
 */
const LINE_ENDS = "\r\n\r\n";

/** The first message of a client, as one whole frame. */
export function encodeHello(
  hello: Extract<ClientMessage, { type: "hello" }>,
): Uint8Array {
  const payload = new TextEncoder().encode(JSON.stringify(hello) + LINE_ENDS);
  return encodeFrame({ kind: FrameKind.message, payload });
}
