import type { TLSSocket } from "node:tls";

/** The part of a TLS socket inside Deno that hands out what is encrypted. */
type Handle = { drainEncOut?: unknown };

/**
 * Saves Deno one copy of everything that `socket` encrypts for a stream of node: Deno
 * makes a new `Uint8Array` of each piece, which copies a `Uint8Array` and is only a view
 * of an `ArrayBuffer`. The handle is no public part of Deno. Where it is another, the copy
 * is made as before.
 */
export function spareCopies(socket: TLSSocket): void {
  const handle = (socket as { _handle?: Handle })._handle;
  const drain = handle?.drainEncOut;
  if (handle === undefined || typeof drain !== "function") return;
  handle.drainEncOut = () => {
    const bytes = drain.call(handle);
    const isWhole = bytes instanceof Uint8Array &&
      bytes.length === bytes.buffer.byteLength;
    return isWhole ? bytes.buffer : bytes;
  };
}
