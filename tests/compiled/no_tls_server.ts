/**
 * Takes the place of lib/net/tls_server.ts in programs that are packed with Deno 2.6,
 * which can neither check a certificate nor use it.
 *
 * @module
 */

/** A server's side of TLS that no client gets to. */
export class TlsServer {
  accept(): Promise<never> {
    return Promise.reject(new Error("This program was packed without TLS"));
  }
}
