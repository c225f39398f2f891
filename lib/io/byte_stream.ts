/**
 * The two sides could not agree on how to carry the bytes, such as in a TLS handshake.
 * The message says why, for the log.
 */
export class TransportError extends Error {
  override readonly name = "TransportError";
}

/**
 * A stream of bytes in both directions, whatever carries it. This is the seam between a
 * transport and `Connection`: plain TCP, TLS, a WebSocket or two arrays in a test are
 * made below it (`lib/net/listen.ts`, `connect.ts`), and nothing above it asks which
 * one it is. `Deno.Conn` fits as it is.
 *
 * A transport keeps the order of the bytes, loses none, and may cut them anywhere. At
 * most one `read` and one `write` are in progress at a time. `close` may come during
 * either of them, and makes it reject or resolve soon; both reject once the peer is
 * gone.
 */
export type ByteStream = {
  /**
   * Reads at most `target.length` bytes. Resolves to their number, or `null` at the
   * end.
   */
  read(target: Uint8Array): Promise<number | null>;
  /** Writes some or all of `bytes`. Resolves to how many, at least 1. */
  write(bytes: Uint8Array): Promise<number>;
  /**
   * Ends the writing direction; reading continues. Missing if the transport can only
   * end both directions.
   */
  closeWrite?(): Promise<void>;
  /**
   * Ends both directions, and releases what the system holds. May throw if already
   * closed.
   */
  close(): void;
};
