import { sha256 } from "@noble/hashes/sha2.js";

/** The form of a short fingerprint: four groups of five characters, as people can compare. */
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** The length of the first two groups with the sign between them. */
const START_LENGTH = 2 * GROUP_LENGTH + 1;

/** Bits in one character of {@linkcode ALPHABET}. */
const CHARACTER_BITS = 5;

/**
 * Crockford's 32 characters: without I, L, O and U, so that no character on the screen
 * can be taken for another one, and no word appears by chance.
 */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * Returns the fingerprint of a certificate: the SHA-256 of its DER, the same that
 * `openssl x509 -fingerprint -sha256` and browsers show.
 */
export function fingerprintOf(certificate: Uint8Array): Uint8Array {
  return sha256(certificate);
}

/**
 * Returns the short form of a fingerprint, such as `K7M2P-9QX4C-0TZ8H-W3RDN`: its first
 * 100 bits.
 *
 * An impostor needs a certificate whose short form is that of a given server, and can
 * only make certificates until one fits: 2^100 attempts, which nobody can make. Somebody
 * who compares only the first and the last group compares 50 bits; a few graphics cards
 * find those in days. Somebody who compares one group compares 25 bits, found in
 * seconds. Two certificates of the impostor's own with the same form (2^50 attempts)
 * are no use: neither is the server's.
 */
export function shortFingerprint(fingerprint: Uint8Array): string {
  const count = GROUPS * GROUP_LENGTH;
  const characters = Array.from({ length: count }, (_, index) => {
    const bit = index * CHARACTER_BITS;
    const two = fingerprint[bit >> 3]! << 8 |
      (fingerprint[(bit >> 3) + 1] ?? 0);
    return ALPHABET[two >> (16 - CHARACTER_BITS - (bit & 7)) & 31]!;
  });
  return Array.from(
    { length: GROUPS },
    (_, group) =>
      characters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH)
        .join(""),
  ).join("-");
}

/** Returns a fingerprint as 64 hexadecimal digits, in lower case. */
export function formatFingerprint(fingerprint: Uint8Array): string {
  return fingerprint.toHex();
}

/** Whether a value has the form of {@linkcode formatFingerprint}. */
export function isFingerprint(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/**
 * Returns the beginning of the short form, its first two groups: it tells two servers of
 * one name apart, and proves nothing.
 */
export function fingerprintStart(fingerprint: Uint8Array): string {
  return shortFingerprint(fingerprint).slice(0, START_LENGTH);
}

/** Whether a value has the form of {@linkcode fingerprintStart}. */
export function isFingerprintStart(value: unknown): value is string {
  return typeof value === "string" &&
    /^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/.test(value);
}
