import {
  bitString,
  type Der,
  element,
  field,
  integer,
  objectId,
  octetString,
  sequence,
  TAG,
  time,
  TRUE,
  utf8String,
} from "./der.ts";

/**
 * The name in every server's certificate. Servers are told apart by fingerprint, not by
 * name, so one name serves all; `.invalid` belongs to nobody (RFC 2606).
 */
export const CERTIFICATE_NAME = "room.messenger.invalid";

/**
 * How long a certificate is valid, in years: longer than a computer lab lives, because
 * each new certificate makes every client ask its user.
 */
export const LIFETIME_YEARS = 10;

/**
 * How long a certificate is valid before it is made, in years: computers whose battery
 * is empty have a clock that is late, and must still connect.
 */
const YEARS_BEFORE = 1;

/** Random bytes in a serial number; RFC 5280 allows 20 bytes. */
const SERIAL_LENGTH = 16;

/** ECDSA with SHA-256 (RFC 5758). */
export const SIGNATURE_ALGORITHM: Der = sequence(
  objectId("1.2.840.10045.4.3.2"),
);

/** The subject and the issuer: {@linkcode CERTIFICATE_NAME} as the common name. */
export const SUBJECT: Der = sequence(
  element(
    TAG.set,
    sequence(objectId("2.5.4.3"), utf8String(CERTIFICATE_NAME)),
  ),
);

/** A certificate and the private key that belongs to it, both as PEM. */
export type CertificateWithKey = {
  readonly certificate: string;
  /** PKCS #8. */
  readonly key: string;
};

/**
 * Makes a self-signed certificate for a server, with a new key (ECDSA, P-256); valid for
 * {@linkcode LIFETIME_YEARS} years from `now`, in milliseconds since 1970.
 */
export async function makeCertificate(
  now: number = Date.now(),
): Promise<CertificateWithKey> {
  const keys = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" },
    true,
    ["sign", "verify"],
  );
  const [spki, pkcs8] = await Promise.all([
    crypto.subtle.exportKey("spki", keys.publicKey),
    crypto.subtle.exportKey("pkcs8", keys.privateKey),
  ]);
  const signed = toBeSigned(new Uint8Array(spki), now);
  const signature = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    keys.privateKey,
    signed,
  );
  const certificate = sequence(
    signed,
    SIGNATURE_ALGORITHM,
    bitString(ecdsaSignature(new Uint8Array(signature))),
  );
  return {
    certificate: toPem("CERTIFICATE", certificate),
    key: toPem("PRIVATE KEY", new Uint8Array(pkcs8)),
  };
}

/** Returns the DER of a certificate that is PEM. Throws `TypeError` for another text. */
export function certificateDer(pem: string): Der {
  return fromPem("CERTIFICATE", pem);
}

/** Returns `der` as PEM under this label. */
export function toPem(label: string, der: Uint8Array): string {
  const lines = der.toBase64().replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/**
 * Returns the bytes of the one block in a PEM text. Throws `TypeError` if the text is
 * anything but one block with this label.
 */
export function fromPem(label: string, pem: string): Der {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const text = pem.trim();
  if (text.startsWith(begin) && text.endsWith(end)) {
    const lines = text.slice(begin.length, -end.length);
    try {
      return Uint8Array.fromBase64(lines, { lastChunkHandling: "strict" });
    } catch {
      // The error below says what is expected.
    }
  }
  throw new TypeError(`Cannot read PEM: it is not one block of ${label}`);
}

/** The part of the certificate that is signed (RFC 5280, 4.1). */
function toBeSigned(publicKey: Uint8Array, now: number): Der {
  return sequence(
    field(0, integer(Uint8Array.of(2))), // Version 3.
    integer(crypto.getRandomValues(new Uint8Array(SERIAL_LENGTH))),
    SIGNATURE_ALGORITHM,
    SUBJECT,
    sequence(
      time(yearsFrom(now, -YEARS_BEFORE)),
      time(yearsFrom(now, LIFETIME_YEARS)),
    ),
    SUBJECT,
    publicKey,
    field(3, extensions()),
  );
}

/**
 * The extensions: rustls takes only a certificate that is no authority as a server's
 * own, and reads the name in the alternative names only.
 */
function extensions(): Der {
  const name = new TextEncoder().encode(CERTIFICATE_NAME);
  const digitalSignature = bitString(Uint8Array.of(0x80), 7);
  const serverAuthentication = objectId("1.3.6.1.5.5.7.3.1");
  return sequence(
    extension("2.5.29.17", sequence(element(0x82, name))),
    extension("2.5.29.19", sequence(), { isCritical: true }),
    extension("2.5.29.15", digitalSignature, { isCritical: true }),
    extension("2.5.29.37", sequence(serverAuthentication)),
  );
}

function extension(id: string, value: Der, { isCritical = false } = {}): Der {
  const critical = isCritical ? [TRUE] : [];
  return sequence(objectId(id), ...critical, octetString(value));
}

/** WebCrypto puts both numbers side by side; a certificate has a list of two. */
function ecdsaSignature(sides: Uint8Array): Der {
  const half = sides.length / 2;
  return sequence(
    integer(sides.subarray(0, half)),
    integer(sides.subarray(half)),
  );
}

function yearsFrom(now: number, years: number): Date {
  const date = new Date(now);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date;
}
