import { assertEquals, assertThrows } from "@std/assert";
import {
  bitString,
  element,
  field,
  integer,
  objectId,
  octetString,
  sequence,
  time,
  TRUE,
  utf8String,
} from "../../lib/secure/der.ts";

const pure = { permissions: "none" } as const;
const bytes = (...values: readonly number[]) => Uint8Array.from(values);

Deno.test({
  ...pure,
  name: "element() writes lengths in their shortest form",
  fn() {
    const head = (length: number) =>
      element(4, new Uint8Array(length)).slice(0, -length || undefined).toHex();
    assertEquals(head(0), "0400");
    assertEquals(head(127), "047f");
    assertEquals(head(128), "048180");
    assertEquals(head(255), "0481ff");
    assertEquals(head(256), "04820100");
    assertEquals(head(65_535), "0482ffff");
    assertEquals(head(65_536), "0483010000");
  },
});

Deno.test({
  ...pure,
  name: "integer() is never negative, and has no zeros in front",
  fn() {
    assertEquals(integer(bytes()).toHex(), "020100");
    assertEquals(integer(bytes(0, 0)).toHex(), "020100");
    assertEquals(integer(bytes(0, 0x7f)).toHex(), "02017f");
    assertEquals(integer(bytes(0x80)).toHex(), "02020080");
    assertEquals(integer(bytes(0, 1, 0)).toHex(), "02020100");
  },
});

Deno.test({
  ...pure,
  name: "objectId() writes the identifiers of certificates",
  fn() {
    assertEquals(objectId("2.5.29.17").toHex(), "0603551d11");
    assertEquals(
      objectId("1.2.840.10045.4.3.2").toHex(),
      "06082a8648ce3d040302",
    );
    assertEquals(objectId("1.2.128.16384").toHex(), "06062a8100818000");
  },
});

Deno.test({
  ...pure,
  name: "time() takes two digits of the year until 2049, then four",
  fn() {
    const text = (iso: string) =>
      new TextDecoder().decode(time(new Date(iso)).subarray(2));
    assertEquals(text("2026-01-02T03:04:05.678Z"), "260102030405Z");
    assertEquals(text("1950-01-01T00:00:00Z"), "500101000000Z");
    assertEquals(text("2049-12-31T23:59:59Z"), "491231235959Z");
    assertEquals(text("2050-01-01T00:00:00Z"), "20500101000000Z");
    assertEquals(time(new Date("2049-12-31T23:59:59Z"))[0], 0x17);
    assertEquals(time(new Date("2050-01-01T00:00:00Z"))[0], 0x18);
    for (const year of [1949, 10_000, NaN]) {
      const date = new Date(Date.UTC(year, 6));
      assertThrows(() => time(date), RangeError);
    }
  },
});

Deno.test({
  ...pure,
  name: "the other elements of der.ts have the tags of X.690",
  fn() {
    assertEquals(TRUE.toHex(), "0101ff");
    assertEquals(sequence(TRUE, TRUE).toHex(), "30060101ff0101ff");
    assertEquals(sequence().toHex(), "3000");
    assertEquals(field(3, TRUE).toHex(), "a3030101ff");
    assertEquals(bitString(bytes(0x80), 7).toHex(), "03020780");
    assertEquals(bitString(bytes(1)).toHex(), "03020001");
    assertEquals(octetString(bytes(1, 2)).toHex(), "04020102");
    assertEquals(utf8String("é").toHex(), "0c02c3a9");
  },
});
