/**
 * What nobody who follows the protocol sends as a share.
 *
 * @module
 */

import { ristretto255 } from "@noble/curves/ed25519.js";

const base64url = { alphabet: "base64url", omitPadding: true } as const;

/** Returns random bytes, as messages hold them. */
export function randomText(length: number): string {
  return random(length).toBase64(base64url);
}

/** Returns an element of the group that belongs to no exchange. */
export function randomElement(): string {
  const number = BigInt(`0x${random(16).toHex()}`) + 1n;
  return ristretto255.Point.BASE.multiply(number).toBytes().toBase64(base64url);
}

/** Shares that no honest side sends. */
export const ODD_SHARES: Readonly<Record<string, unknown>> = {
  "the identity": hex("00".repeat(32)),
  "p, not canonical": hex("ed" + "ff".repeat(30) + "7f"),
  "p + 1, not canonical": hex("ee" + "ff".repeat(30) + "7f"),
  "p + 2, not canonical": hex("ef" + "ff".repeat(30) + "7f"),
  "all ones": hex("ff".repeat(32)),
  "minus one, of order 2 on the curve": hex("ec" + "ff".repeat(30) + "7f"),
  "a negative element": hex("01" + "00".repeat(31)),
  "a point of order 8 on the curve": hex(
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  ),
  "random bytes": randomText(32),
  "31 bytes": randomText(31),
  "33 bytes": randomText(33),
  "nothing": "",
  "with padding": `${randomText(32)}=`,
  "in the other alphabet": "+/".repeat(21) + "+",
  "with unused bits": `${"A".repeat(42)}B`,
  "with blanks": ` ${randomText(32).slice(1)}`,
  "3,500 characters": "A".repeat(3_500),
  "no text": 7,
  "null": null,
  "a list": [1, 2, 3],
  "missing": undefined,
};

function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

function hex(text: string): string {
  return Uint8Array.fromHex(text).toBase64(base64url);
}
