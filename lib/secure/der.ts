/**
 * Writes DER (ITU-T X.690), the bytes of which certificates consist: each element is a
 * tag, a length and a content.
 *
 * @module
 */

import { concatBytes } from "@noble/curves/utils.js";

/** Bytes that the functions here have made, or that a certificate consists of. */
export type Der = Uint8Array<ArrayBuffer>;

/** The tags that certificates use. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The boolean `true`; DER leaves out `false`, which is the default of its fields. */
export const TRUE: Der = element(TAG.boolean, Uint8Array.of(0xff));

/** Returns an element with this tag, whose content is `parts`, one after the other. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Der {
  const content = concatBytes(...parts);
  return concatBytes(Uint8Array.of(tag, ...lengthOf(content)), content);
}

/** Returns a list of elements. */
export function sequence(...parts: readonly Uint8Array[]): Der {
  return element(TAG.sequence, ...parts);
}

/** Returns elements under the number of an optional field. */
export function field(number: number, ...parts: readonly Uint8Array[]): Der {
  return element(0xa0 | number, ...parts);
}

/** Returns the whole number of 0 or more whose bytes are `bytes`, big-endian. */
export function integer(bytes: Uint8Array): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  // A leading bit of 1 would make the number negative.
  const sign = digits[0]! >= 0x80 ? Uint8Array.of(0) : new Uint8Array();
  return element(TAG.integer, sign, digits);
}

/** Returns an identifier such as `2.5.29.17`. */
export function objectId(dotted: string): Der {
  const [first, second, ...others] = dotted.split(".").map(Number);
  const content = [first! * 40 + second!, ...others.flatMap(inSevenBits)];
  return element(TAG.objectId, Uint8Array.from(content));
}

/** Returns bytes as a string of bits, without the last `unused` bits. */
export function bitString(bytes: Uint8Array, unused = 0): Der {
  return element(TAG.bitString, Uint8Array.of(unused), bytes);
}

/** Returns a string of bytes. */
export function octetString(bytes: Uint8Array): Der {
  return element(TAG.octetString, bytes);
}

/** Returns a text. */
export function utf8String(text: string): Der {
  return element(TAG.utf8String, new TextEncoder().encode(text));
}

/**
 * Returns a time in whole seconds, in the form that RFC 5280 wants for its year. Throws
 * `RangeError` for a year before 1950 or after 9999.
 */
export function time(date: Date): Der {
  const year = date.getUTCFullYear();
  if (!(year >= 1950 && year <= 9999)) {
    throw new RangeError("Cannot write a time: the year is not 1950 to 9999");
  }
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, "");
  const isShort = year < 2050;
  const text = new TextEncoder().encode(isShort ? digits.slice(2) : digits);
  return element(isShort ? TAG.utcTime : TAG.generalizedTime, text);
}

function lengthOf({ length }: Uint8Array): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) {
    bytes.unshift(left % 256);
  }
  return [0x80 | bytes.length, ...bytes];
}

/** Seven bits a byte; the highest bit says that more follow. */
function inSevenBits(number: number): readonly number[] {
  const bytes = [number % 128];
  for (let left = Math.floor(number / 128); left > 0;) {
    bytes.unshift(left % 128 | 0x80);
    left = Math.floor(left / 128);
  }
  return bytes;
}
