/**
 * What the tests of TLS share: certificates, and a client in memory.
 *
 * @module
 */

import { connect, type ConnectionOptions } from "node:tls";
import type { Duplex } from "node:stream";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import { ByteDuplex } from "../../lib/net/byte_duplex.ts";
import { UnreadStream } from "../../lib/net/first_byte.ts";
import { CERTIFICATE_NAME } from "../../lib/secure/certificate.ts";
import type { TlsIdentity } from "../../lib/net/tls_server.ts";
import { TlsStream } from "../../lib/net/tls_stream.ts";
import { concat } from "../testing.ts";

/** A certificate as PEM and as DER, and its key. */
export type TestIdentity = TlsIdentity & { readonly der: Uint8Array };

const HANDSHAKE = { timeout: 60_000 };

/** Makes a certificate for ECDSA on P-256, valid from `from` for ten years. */
export async function makeIdentity(
  { name = CERTIFICATE_NAME, from = 2020 }: { name?: string; from?: number } =
    {},
): Promise<TestIdentity> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const { publicKey, privateKey } = await crypto.subtle.generateKey(
    algorithm,
    true,
    ["sign", "verify"],
  );
  const [spki, pkcs8] = await Promise.all([
    crypto.subtle.exportKey("spki", publicKey),
    crypto.subtle.exportKey("pkcs8", privateKey),
  ]);
  // ecdsa-with-SHA256, commonName, subjectAltName.
  const signature = der(0x30, oid("2a8648ce3d040302"));
  const cn = der(0x30, oid("550403"), der(0x0c, text(name)));
  const issuer = der(0x30, der(0x31, cn));
  const san = der(
    0x30,
    oid("551d11"),
    der(4, der(0x30, der(0x82, text(name)))),
  );
  const body = der(
    0x30,
    der(0xa0, [2, 1, 2]),
    integer(crypto.getRandomValues(new Uint8Array(16))),
    signature,
    issuer,
    der(
      0x30,
      ...[from, from + 10].map((year) => der(0x18, text(`${year}0101000000Z`))),
    ),
    issuer,
    new Uint8Array(spki),
    der(0xa3, der(0x30, san)),
  );
  const signed = new Uint8Array(
    await crypto.subtle.sign(
      { name: "ECDSA", hash: "SHA-256" },
      privateKey,
      body.slice(),
    ),
  );
  const proof = der(
    0x30,
    integer(signed.subarray(0, 32)),
    integer(signed.subarray(32)),
  );
  const bytes = der(0x30, body, signature, der(3, [0], proof));
  return {
    der: bytes,
    certificate: pem("CERTIFICATE", bytes),
    key: pem("PRIVATE KEY", new Uint8Array(pkcs8)),
  };
}

/** Does the handshake of a client that accepts any certificate. */
export async function openAnyTls(
  stream: ByteStream,
  options: ConnectionOptions = {},
): Promise<TlsStream> {
  const duplex: Duplex = new ByteDuplex(stream);
  const socket = connect({
    socket: duplex,
    servername: `${crypto.randomUUID()}.invalid`,
    rejectUnauthorized: false,
    ...options,
  });
  const tls = new TlsStream(socket, duplex as ByteDuplex);
  await tls.handshake(HANDSHAKE);
  return tls;
}

/** Writes all of `bytes`, in as many writes as the stream needs. */
export async function writeAll(
  stream: ByteStream,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await stream.write(bytes.subarray(at));
  }
}

/** Reads until the end, `length` bytes at a time. */
export async function readAll(
  stream: ByteStream,
  length = 65_536,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(length);
  for (let read; (read = await stream.read(buffer)) !== null;) {
    parts.push(buffer.slice(0, read));
  }
  return concat(...parts);
}

function der(tag: number, ...parts: ArrayLike<number>[]): Uint8Array {
  const body = concat(...parts);
  const { length } = body;
  const size = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  return concat([tag, ...size], body);
}

function integer(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (bytes[start] === 0) start++;
  const rest = bytes.subarray(start);
  return der(2, rest[0]! > 0x7f ? [0] : [], rest);
}

function oid(hex: string): Uint8Array {
  return der(6, Uint8Array.fromHex(hex));
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().replace(/.{64}/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** Reads what a peer sends first, and leaves it unread in the stream. */
export async function readFirst(
  stream: ByteStream,
): Promise<{ first: Uint8Array; stream: UnreadStream }> {
  const buffer = new Uint8Array(512);
  const first = buffer.slice(0, await stream.read(buffer) ?? 0);
  return { first, stream: new UnreadStream(stream, first) };
}
