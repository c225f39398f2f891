import { assertEquals } from "@std/assert";
import { detectEncoding } from "../../lib/terminal/script_encoding.ts";

/**
 * Returns the encoding with the length of its mark, or `undefined` if it needs more
 * bytes.
 */
function detected(bytes: number[], isWhole = false): string | undefined {
  const found = detectEncoding(Uint8Array.from(bytes), { isWhole });
  return found && `${found.encoding} ${found.markLength}`;
}

Deno.test({
  name: "detectEncoding() recognizes the byte order marks",
  permissions: "none",
  fn() {
    assertEquals(detected([0xef, 0xbb, 0xbf]), "utf-8 3");
    assertEquals(detected([0xff, 0xfe]), "utf-16le 2");
    assertEquals(detected([0xfe, 0xff]), "utf-16be 2");
    assertEquals(detected([0xfe, 0xff, 0x41]), "utf-16be 2");
  },
});

Deno.test({
  name: "detectEncoding() waits for the rest of a mark, if there is one",
  permissions: "none",
  fn() {
    for (const start of [[], [0xef], [0xef, 0xbb], [0xff], [0xfe]]) {
      assertEquals(detected(start), undefined, `${start}`);
      assertEquals(detected(start, true), "utf-8 0", `${start}`);
    }
    assertEquals(detected([0xef, 0x41]), "utf-8 0");
    assertEquals(detected([0xff, 0x41]), "utf-8 0");
  },
});

Deno.test({
  name:
    "detectEncoding() recognizes UTF-16 by its NULs, after eight bytes or a line",
  permissions: "none",
  fn() {
    const text = [0x61, 0, 0x62, 0, 0x63, 0, 0x64, 0];
    assertEquals(detected(text), "utf-16le 0");
    assertEquals(detected(text.slice(0, 7)), undefined);
    assertEquals(detected(text.slice(0, 6), true), "utf-16le 0");
    assertEquals(detected([0, ...text.slice(0, 7)]), "utf-16be 0");
    assertEquals(detected([0, 0x61, 0]), undefined);
    assertEquals(detected([0x61, 0, 0x0a, 0]), "utf-16le 0");
    assertEquals(detected([0, 0x61, 0, 0x0a]), "utf-16be 0");
  },
});

Deno.test({
  name: "detectEncoding() treats everything else as UTF-8",
  permissions: "none",
  fn() {
    assertEquals(detected([0x61]), undefined, "one byte may begin UTF-16");
    assertEquals(detected([0x61], true), "utf-8 0");
    assertEquals(detected([0], true), "utf-8 0");
    assertEquals(detected([0x61, 0x62]), "utf-8 0");
    assertEquals(detected([0, 0]), "utf-8 0");
    assertEquals(detected([0x61, 0, 0x62, 0x63]), "utf-8 0");
    // The ninth byte does not matter.
    assertEquals(
      detected([0x61, 0, 0x62, 0, 0x63, 0, 0x64, 0, 0]),
      "utf-16le 0",
    );
  },
});
