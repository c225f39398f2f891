import { encodeFrame, FrameKind } from "../framing.ts";
import type { ClientMessage } from "../client_messages.ts";

/**
 * Line ends after the JSON, which a messenger server ignores. Another server, such as
 * a web server, takes them for the end of a request, and its answer shows what it is.
 */
const LINE_ENDS = "\r\n\r\n";

/** The client's first message as one frame. */
export function encodeHello(
  hello: Extract<ClientMessage, { type: "hello" }>,
): Uint8Array {
  const payload = new TextEncoder().encode(JSON.stringify(hello) + LINE_ENDS);
  return encodeFrame({ kind: FrameKind.message, payload });
}
