/**
 * The bytes with which TLS connections begin: real ones, and what an attacker makes of
 * them.
 *
 * @module
 */

import { openTls } from "../../lib/net/tls_open.ts";
import { concat } from "../e2e/raw_client.ts";

/** The kinds of record (RFC 8446, 5.1). */
export const HANDSHAKE = 22;
export const ALERT = 21;
export const DATA = 23;

/** Returns a real ClientHello: one record. */
export async function clientHello(): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const sent = Promise.withResolvers<null>();
  await openTls({
    read: () => sent.promise,
    write(bytes) {
      pieces.push(bytes.slice());
      sent.resolve(null);
      return Promise.resolve(bytes.length);
    },
    close() {},
  }, { timeout: 60_000 });
  return concat(...pieces);
}

/** Returns a TLS record. */
export function record(kind: number, body: Uint8Array): Uint8Array {
  const { length } = body;
  return concat(Uint8Array.of(kind, 3, 1, length >> 8, length & 0xff), body);
}

/** Cuts the body of a record into records of one byte. */
export function oneByteRecords(whole: Uint8Array): Uint8Array {
  const kind = whole[0]!;
  return concat(
    ...Array.from(
      whole.subarray(5),
      (byte) => record(kind, Uint8Array.of(byte)),
    ),
  );
}

/** Returns the ClientHello of an old version: 3.1 is TLS 1.0, 3.3 is TLS 1.2. */
export function oldHello(minor: number): Uint8Array {
  const suites = [0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x09, 0x00, 0x2f];
  const body = concat(
    Uint8Array.of(3, minor),
    crypto.getRandomValues(new Uint8Array(32)),
    Uint8Array.of(0, 0, suites.length, ...suites, 1, 0),
    // Named curves: P-256. Signatures: ECDSA with SHA-256.
    Uint8Array.of(0, 16, 0, 10, 0, 4, 0, 2, 0, 23),
    Uint8Array.of(0, 13, 0, 4, 0, 2, 4, 3),
  );
  const header = Uint8Array.of(1, 0, body.length >> 8, body.length & 0xff);
  return record(HANDSHAKE, concat(header, body));
}

/** Returns the start of a ClientHello that says it has `length` bytes, and has some. */
export function hugeHello(length: number): Uint8Array {
  const header = Uint8Array.of(
    1,
    length >> 16 & 0xff,
    length >> 8 & 0xff,
    length & 0xff,
  );
  const filler = new Uint8Array(16_000).fill(3);
  const records = Array.from(
    { length: Math.ceil(Math.min(length, 500_000) / filler.length) },
    () => record(HANDSHAKE, filler),
  );
  return concat(record(HANDSHAKE, header), ...records);
}
