import { assert, assertEquals } from "@std/assert";
import { isTls } from "../../lib/net/first_byte.ts";
import { Random, streamPair } from "../testing.ts";
import { readAll, readFirst } from "./tls_testing.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

test("UnreadStream gives the bytes that were read once more, then the rest", async () => {
  const sent = new Random(3).bytes(2_000);
  for (const length of [1, 3, 511, 512, 513, 2_000]) {
    for (const readLength of [1, 100, 4_096]) {
      const [near, far] = streamPair();
      await near.write(sent.subarray(0, length));
      await near.closeWrite();
      const { first, stream } = await readFirst(far);
      assertEquals(first, sent.subarray(0, Math.min(length, 512)));
      assertEquals(await readAll(stream, readLength), sent.subarray(0, length));
    }
  }
});

test("UnreadStream writes and ends like the first stream", async () => {
  const [near, far] = streamPair();
  await near.write(new Uint8Array([1]));
  const { stream } = await readFirst(far);
  await stream.write(new Uint8Array([2, 3]));
  await stream.closeWrite();
  assertEquals(await readAll(near), new Uint8Array([2, 3]));
  assertEquals(await stream.read(new Uint8Array(5)), 1);
  stream.close();
  assertEquals(far.closed, 1);
});

test("UnreadStream of no bytes reads on", async () => {
  const [near, far] = streamPair();
  await near.closeWrite();
  const { first, stream } = await readFirst(far);
  assertEquals(first.length, 0);
  assertEquals(await stream.read(new Uint8Array(1)), null);
});

test("isTls() knows a ClientHello by its first byte", async () => {
  assert(isTls(new Uint8Array([22, 3, 1])));
  for (const bytes of [[], [0, 0, 0, 40, 1], [21], [23], [71, 69, 84, 32]]) {
    assert(!isTls(new Uint8Array(bytes)));
  }
  await Promise.resolve();
});
