/**
 * How the clients of the benchmarks reach a server: plain, or encrypted as the real
 * client does it.
 *
 * @module
 */

import type { ByteStream } from "../lib/io/byte_stream.ts";
import { connectTls } from "../lib/net/tls_client.ts";
import { CERTIFICATE_NAME, toPem } from "../lib/secure/certificate.ts";

const HOSTNAME = "127.0.0.1";

/** The longest line before a handshake, in bytes: the `INFO` of NATS has about 400. */
const MAX_GREETING = 4_096;

const LINE_FEED = 0x0a;

/** What a client knows before an encrypted connection; travels as JSON. */
export type Encryption = {
  /** The only certificate that the client accepts: its DER as base64. */
  readonly certificate: string;
  /** Whether the server says a line in plain before the handshake, as NATS does. */
  readonly greets: boolean;
};

/** Connects to a port of this machine. Rejects if a handshake fails. */
export async function dial(
  port: number,
  encryption?: Encryption,
): Promise<ByteStream> {
  if (encryption === undefined) return await dialPlain(port);
  const known = Uint8Array.fromBase64(encryption.certificate);
  if (encryption.greets) return await dialAfterGreeting(port, known);
  const outcome = await connectTls({ hostname: HOSTNAME, port }, { known });
  if (outcome.kind === "encrypted") return outcome.stream;
  throw new Error(`The server on port ${port} answered: ${outcome.kind}`);
}

/** Returns how to encrypt for a server that shows its certificate to anyone. */
export async function meet(port: number): Promise<Encryption> {
  const outcome = await connectTls({ hostname: HOSTNAME, port });
  if (outcome.kind !== "encrypted") {
    throw new Error(`The server on port ${port} answered: ${outcome.kind}`);
  }
  outcome.stream.close();
  return { certificate: outcome.certificate.toBase64(), greets: false };
}

async function dialPlain(port: number): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: HOSTNAME, port });
  conn.setNoDelay();
  return conn;
}

async function dialAfterGreeting(
  port: number,
  certificate: Uint8Array,
): Promise<Deno.TlsConn> {
  const conn = await dialPlain(port);
  const greeting = new Uint8Array(MAX_GREETING);
  for (let length = 0; greeting[length - 1] !== LINE_FEED;) {
    const read = await conn.read(greeting.subarray(length));
    if (read === null) throw new Error("The server hung up before TLS");
    length += read;
  }
  const tls = await Deno.startTls(conn, {
    hostname: CERTIFICATE_NAME,
    caCerts: [toPem("CERTIFICATE", certificate)],
  });
  await tls.handshake();
  return tls;
}
