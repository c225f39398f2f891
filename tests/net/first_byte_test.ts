import { assert, assertEquals } from "@std/assert";
import { isTls, readFirstBytes } from "../../lib/net/first_byte.ts";
import { FakeTime, Random, streamPair } from "../testing.ts";
import { readAll } from "./tls_testing.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

test("readFirstBytes() shows the first bytes and leaves them unread", async () => {
  const sent = new Random(3).bytes(2_000);
  for (const length of [1, 3, 511, 512, 513, 2_000]) {
    for (const readLength of [1, 100, 4_096]) {
      const [near, far] = streamPair();
      await near.write(sent.subarray(0, length));
      await near.closeWrite();
      const found = await readFirstBytes(far, 60_000);
      assertEquals(found!.first, sent.subarray(0, Math.min(length, 512)));
      const all = await readAll(found!.stream, readLength);
      assertEquals(all, sent.subarray(0, length));
    }
  }
});

test("readFirstBytes() gives a stream that writes and ends like the first one", async () => {
  const [near, far] = streamPair();
  await near.write(new Uint8Array([1]));
  const { stream } = (await readFirstBytes(far, 60_000))!;
  await stream.write(new Uint8Array([2, 3]));
  await stream.closeWrite!();
  assertEquals(await readAll(near), new Uint8Array([2, 3]));
  assertEquals(await stream.read(new Uint8Array(5)), 1);
  stream.close();
  assertEquals(far.closed, 1);
});

test("readFirstBytes() shows nothing of a peer that ends or breaks the connection", async () => {
  const [near, far] = streamPair();
  await near.closeWrite();
  const ended = await readFirstBytes(far, 60_000);
  assertEquals(ended!.first.length, 0);
  assertEquals(await ended!.stream.read(new Uint8Array(1)), null);
  const [, broken] = streamPair();
  broken.close();
  assertEquals((await readFirstBytes(broken, 60_000))!.first.length, 0);
});

test("readFirstBytes() closes the stream of a peer that sends nothing in time", async () => {
  using time = new FakeTime();
  const [, far] = streamPair();
  const reading = readFirstBytes(far, 5_000);
  await time.pass(4_999);
  assertEquals(far.closed, 0);
  await time.pass(1);
  assertEquals(await reading, undefined);
  assertEquals(far.closed, 1);
});

test("isTls() knows a ClientHello by its first byte", async () => {
  assert(isTls(new Uint8Array([22, 3, 1])));
  for (const bytes of [[], [0, 0, 0, 40, 1], [21], [23], [71, 69, 84, 32]]) {
    assert(!isTls(new Uint8Array(bytes)));
  }
  await Promise.resolve();
});
