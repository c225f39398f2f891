import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  fingerprintOf,
  fingerprintStart,
  formatFingerprint,
  isFingerprint,
  isFingerprintStart,
  shortFingerprint,
} from "../../lib/secure/fingerprint.ts";

const pure = { permissions: "none" } as const;
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test({
  ...pure,
  name: "fingerprintOf() is SHA-256",
  fn() {
    const bytes = fingerprintOf(new TextEncoder().encode("abc"));
    assertEquals(bytes.length, 32);
    assertEquals(formatFingerprint(bytes), ABC);
  },
});

Deno.test({
  ...pure,
  name:
    "shortFingerprint() shows the first 100 bits, and no letter like another",
  fn() {
    // As base32 of Python, in this alphabet.
    assertEquals(
      shortFingerprint(Uint8Array.fromHex(ABC)),
      "Q9W1D-FWF07-7YMGA-183F5",
    );
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(fc.property(bytes, fc.nat(255), (bytes, bit) => {
      const short = shortFingerprint(bytes);
      assertEquals(
        /^(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/.test(short),
        true,
      );
      const digits = [...bytes].map((b) => b.toString(2).padStart(8, "0"));
      const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
      const bits = [...short.replaceAll("-", "")].map((c) =>
        alphabet.indexOf(c).toString(2).padStart(5, "0")
      );
      assertEquals(bits.join(""), digits.join("").slice(0, 100));
      const other = bytes.slice();
      other[bit >> 3]! ^= 0x80 >> (bit & 7);
      assertEquals(shortFingerprint(other) === short, bit >= 100);
    }));
  },
});

Deno.test({
  ...pure,
  name: "isFingerprint() takes 64 small hexadecimal digits only",
  fn() {
    assertEquals(isFingerprint(ABC), true);
    for (
      const no of [ABC.toUpperCase(), ABC.slice(1), `${ABC}0`, "", 5, null]
    ) {
      assertEquals(isFingerprint(no), false);
    }
  },
});

Deno.test({
  ...pure,
  name:
    "fingerprintStart() is how the short form begins, and isFingerprintStart() knows it",
  fn() {
    const start = fingerprintStart(Uint8Array.fromHex(ABC));
    assertEquals(start, "Q9W1D-FWF07");
    assertEquals(isFingerprintStart(start), true);
    const wrong = [
      ...["", "Q9W1D", "q9w1d-fwf07", "Q9W1D-FWF07-7YMGA", " Q9W1D-FWF07"],
      ...["Q9W1D-FWF07\n", "Q9W1L-FWF07", "Q9W1D FWF07", 7, undefined],
    ];
    for (const value of wrong) {
      assertEquals(isFingerprintStart(value), false, `${value}`);
    }
  },
});
