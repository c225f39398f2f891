import { assertEquals } from "@std/assert";
import { ReadBuffer } from "../../lib/net/read_buffer.ts";

Deno.test({
  name: "ReadBuffer.adapt() grows after full reads, up to 256 KiB",
  permissions: "none",
  fn() {
    const buffer = new ReadBuffer();
    const sizes = Array.from({ length: 8 }, () => {
      const size = buffer.bytes.length;
      buffer.adapt(size);
      return size;
    });
    const K = 1024;
    const expected = [128, 512, 2 * K, 8 * K, 32 * K, 128 * K, 256 * K];
    assertEquals(sizes, [...expected, 256 * K]);
    // A read that is not full changes nothing.
    const { bytes } = buffer;
    buffer.adapt(256 * K - 1);
    assertEquals(buffer.bytes === bytes, true);
  },
});

Deno.test({
  name: "ReadBuffer.adapt() shrinks after eight nearly empty reads in a row",
  permissions: "none",
  fn() {
    const buffer = new ReadBuffer();
    buffer.adapt(128);
    // Seven small reads, and one of more than an eighth: the count begins again.
    const reads = [...Array(7).fill(64), 65, ...Array(7).fill(64)];
    for (const length of reads) buffer.adapt(length);
    assertEquals(buffer.bytes.length, 512);
    buffer.adapt(64);
    assertEquals(buffer.bytes.length, 128);
  },
});
