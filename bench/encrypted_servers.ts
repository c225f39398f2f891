/**
 * The measured servers with TLS. The others get a certificate of the same kind as this
 * messenger makes for itself: ECDSA on P-256.
 *
 * @module
 */

import { certificateDer, makeCertificate } from "../lib/secure/certificate.ts";
import { type Encryption, meet } from "./dial.ts";
import {
  freePort,
  type Server,
  startMessenger,
  startNats,
  startNgircd,
} from "./programs.ts";

/**
 * The most bytes that a client of ngircd may send at a time: it takes 2 KiB out of a TLS
 * record, and looks at the rest only when more bytes arrive.
 */
const NGIRCD_BATCH = 2_048;

/** Where a server finds what it shows to its clients. */
export type CertificateFiles = {
  readonly certificatePath: string;
  readonly keyPath: string;
  /** The same certificate, as DER. */
  readonly certificate: Uint8Array;
};

/** Makes a certificate, and writes it and its key into `folder`. */
export async function writeCertificate(
  folder: string,
): Promise<CertificateFiles> {
  const { certificate, key } = await makeCertificate();
  const files = {
    certificatePath: `${folder}/tls.crt`,
    keyPath: `${folder}/tls.key`,
    certificate: certificateDer(certificate),
  };
  await Deno.writeTextFile(files.certificatePath, certificate);
  await Deno.writeTextFile(files.keyPath, key);
  return files;
}

/** The same server as the plain one: its clients decide whether they encrypt. */
export async function startEncryptedMessenger(
  folder: string,
  extra: readonly string[] = [],
): Promise<Server> {
  const server = await startMessenger(folder, extra);
  return { ...server, encryption: await meet(server.port) };
}

/** NATS greets in plain, and then both sides begin TLS. */
export async function startEncryptedNats(folder: string): Promise<Server> {
  const files = await writeCertificate(folder);
  const server = await startNats([
    ...["--tls", "--tlscert", files.certificatePath],
    ...["--tlskey", files.keyPath],
  ]);
  return { ...server, encryption: encryptionOf(files, { greets: true }) };
}

export async function startEncryptedNgircd(folder: string): Promise<Server> {
  const files = await writeCertificate(folder);
  const server = await startNgircd(
    folder,
    // Without a plain port of its own it would take 6667.
    (port) =>
      `Ports = ${freePort()}
[SSL]
CertFile = ${files.certificatePath}
KeyFile = ${files.keyPath}
Ports = ${port}`,
  );
  return {
    ...server,
    encryption: encryptionOf(files, { greets: false }),
    batchLength: NGIRCD_BATCH,
  };
}

function encryptionOf(
  { certificate }: CertificateFiles,
  { greets }: { greets: boolean },
): Encryption {
  return { certificate: certificate.toBase64(), greets };
}
