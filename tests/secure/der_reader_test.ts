import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { element, sequence, TAG, time } from "../../lib/secure/der.ts";
import { DerReader } from "../../lib/secure/der_reader.ts";

const pure = { permissions: "none" } as const;
const read = (hex: string) => new DerReader(Uint8Array.fromHex(hex));

Deno.test({
  ...pure,
  name: "DerReader reads what der.ts writes",
  fn() {
    const content = fc.uint8Array({ maxLength: 400 });
    fc.assert(fc.property(content, content, (one, two) => {
      const whole = sequence(element(4, one), element(4, two));
      const outer = new DerReader(whole);
      const parts = outer.enter(TAG.sequence);
      assertEquals(outer.isAtEnd, true);
      assertEquals(parts.content(4), one);
      assertEquals(parts.isAtEnd, false);
      assertEquals(parts.whole(4), element(4, two));
      assertEquals(parts.isAtEnd, true);
    }));
  },
});

Deno.test({
  ...pure,
  name: "DerReader.time() reads both forms",
  fn() {
    for (
      const iso of ["1950-01-01", "1999-12-31", "2026-02-28", "2049-12-31"]
    ) {
      const date = new Date(`${iso}T23:59:58Z`);
      assertEquals(new DerReader(time(date)).time(), date.getTime());
    }
    const late = new Date("2050-01-01T00:00:00Z");
    assertEquals(new DerReader(time(late)).time(), late.getTime());
    const text = new TextEncoder().encode("2601020304Z");
    assertThrows(
      () => new DerReader(element(TAG.utcTime, text)).time(),
      TypeError,
    );
  },
});

Deno.test({
  ...pure,
  name: "DerReader refuses every other form, and what is missing",
  fn() {
    const damaged = [
      "",
      "04",
      "0401",
      "040200",
      "0500", // Another tag.
      "048000", // No definite length.
      "04810100", // A length that has a shorter form.
      "0482008000",
      "0484000000010000",
      "0483ffffff",
    ];
    for (const hex of damaged) {
      assertThrows(() => read(hex).content(4), TypeError, "DER", hex);
    }
    assertEquals(read("0400").content(4), new Uint8Array());
  },
});

Deno.test({
  ...pure,
  name: "DerReader throws nothing but TypeError, whatever it reads",
  fn() {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const reader = new DerReader(bytes);
      try {
        while (!reader.isAtEnd) reader.enter(bytes[0]!).time();
      } catch (error) {
        assertEquals(error instanceof TypeError, true);
      }
    }));
  },
});
