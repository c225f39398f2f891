import {
  type CertificateWithKey,
  fromPem,
  SIGNATURE_ALGORITHM,
  SUBJECT,
} from "./certificate.ts";
import { type Der, TAG } from "./der.ts";
import { DerReader } from "./der_reader.ts";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/** The length of each number of a signature on P-256, in bytes. */
const NUMBER_LENGTH = 32;

/** A certificate that holds together. */
export type CheckedCertificate = {
  readonly der: Der;
  /** When it becomes valid and when it ends, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
};

/**
 * Checks a certificate that {@linkcode makeCertificate} has made, as it comes from the
 * disk: its form, its name, its own signature, and that the key belongs to it. Throws
 * `TypeError` if anything is damaged. The time is not judged.
 */
export async function checkCertificate(
  pair: CertificateWithKey,
): Promise<CheckedCertificate> {
  try {
    return await checked(pair);
  } catch (cause) {
    throw new TypeError("The certificate or its key is damaged", { cause });
  }
}

async function checked(
  { certificate, key }: CertificateWithKey,
): Promise<CheckedCertificate> {
  const der = fromPem("CERTIFICATE", certificate);
  const outer = new DerReader(der);
  const parts = outer.enter(TAG.sequence);
  const signed = parts.whole(TAG.sequence);
  check(isSame(parts.whole(TAG.sequence), SIGNATURE_ALGORITHM));
  const signature = rawSignature(parts.content(TAG.bitString));
  check(outer.isAtEnd && parts.isAtEnd);
  const { from, until, publicKey } = readSigned(signed);
  const verifying = await crypto.subtle
    .importKey("spki", publicKey.slice(), CURVE, false, ["verify"]);
  check(await isSignature(verifying, signature, signed));
  const pkcs8 = fromPem("PRIVATE KEY", key);
  const signing = await crypto.subtle
    .importKey("pkcs8", pkcs8, CURVE, false, ["sign"]);
  const probe = await crypto.subtle.sign(SIGNATURE, signing, der);
  check(await isSignature(verifying, new Uint8Array(probe), der));
  return { der, from, until };
}

function readSigned(signed: Uint8Array) {
  const fields = new DerReader(signed).enter(TAG.sequence);
  fields.content(0xa0); // The version.
  fields.content(TAG.integer); // The serial number.
  check(isSame(fields.whole(TAG.sequence), SIGNATURE_ALGORITHM));
  check(isSame(fields.whole(TAG.sequence), SUBJECT)); // The issuer.
  const times = fields.enter(TAG.sequence);
  const [from, until] = [times.time(), times.time()];
  check(isSame(fields.whole(TAG.sequence), SUBJECT));
  return { from, until, publicKey: fields.whole(TAG.sequence) };
}

/** The signature as WebCrypto wants it: both numbers side by side. */
function rawSignature(bits: Uint8Array): Uint8Array<ArrayBuffer> {
  check(bits[0] === 0);
  const outer = new DerReader(bits.subarray(1));
  const numbers = outer.enter(TAG.sequence);
  const raw = new Uint8Array(2 * NUMBER_LENGTH);
  for (const end of [NUMBER_LENGTH, 2 * NUMBER_LENGTH]) {
    const bytes = numbers.content(TAG.integer);
    const digits = bytes[0] === 0 ? bytes.subarray(1) : bytes;
    check(digits.length <= NUMBER_LENGTH);
    raw.set(digits, end - digits.length);
  }
  check(outer.isAtEnd && numbers.isAtEnd);
  return raw;
}

function isSignature(
  key: CryptoKey,
  signature: Uint8Array<ArrayBuffer>,
  data: Uint8Array,
): Promise<boolean> {
  return crypto.subtle.verify(SIGNATURE, key, signature, data.slice());
}

/** Compares public bytes; the time that it takes tells nothing secret. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function check(isRight: boolean): void {
  if (!isRight) throw new TypeError("A part is not as expected");
}
