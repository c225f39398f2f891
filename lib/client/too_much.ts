import { ProtocolError } from "../framing.ts";

/**
 * The server sends more of something than any honest server does. It ends the
 * connection for good, because a client that reconnects would only get more.
 */
export class TooMuch extends ProtocolError {
  /** `detail` is a clause that names the excess. */
  constructor(detail: string) {
    super(`This server sends too much: ${detail}`);
  }
}
