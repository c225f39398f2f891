import { assertEquals } from "@std/assert";
import { copyBytes } from "../lib/copy_bytes.ts";
import { Random } from "./testing.ts";

const BYTES = new Random(1).bytes(300);

/** Copies `length` bytes; returns where they end, the target, and the calls of `set`. */
function copied(length: number, at: number) {
  const target = new Uint8Array(400);
  let sets = 0;
  target.set = (bytes, offset) => {
    sets++;
    Uint8Array.prototype.set.call(target, bytes, offset);
  };
  const end = copyBytes(
    { bytes: BYTES, start: 7, end: 7 + length },
    target,
    at,
  );
  return { end, target: [...target], sets };
}

Deno.test({
  name: "copyBytes() copies a range to its place, and touches nothing else",
  permissions: "none",
  fn() {
    for (const length of [0, 1, 99, 100, 101, 250]) {
      for (const at of [0, 5, 150]) {
        const { end, target } = copied(length, at);
        assertEquals(end, at + length);
        const expected = Array<number>(400).fill(0);
        expected.splice(at, length, ...BYTES.subarray(7, 7 + length));
        assertEquals(target, expected, `${length} bytes at ${at}`);
      }
    }
  },
});

Deno.test({
  name: "copyBytes() copies up to 100 bytes without a view",
  permissions: "none",
  fn() {
    assertEquals([100, 101].map((length) => copied(length, 0).sets), [0, 1]);
  },
});
