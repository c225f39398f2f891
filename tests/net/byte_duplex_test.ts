import { assert, assertEquals, assertRejects } from "@std/assert";
import { ByteDuplex } from "../../lib/net/byte_duplex.ts";
import { nextTurn } from "../../lib/net/next_turn.ts";
import { concat, Random, streamPair } from "../testing.ts";
import { readAll } from "./tls_testing.ts";

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

/** Collects what arrives, as copies made at once. */
function collect(duplex: ByteDuplex): Uint8Array[] {
  const parts: Uint8Array[] = [];
  duplex.on("data", (bytes: Uint8Array) => parts.push(Uint8Array.from(bytes)));
  return parts;
}

test("ByteDuplex.pull() hands on one read, and nothing reads without it", async () => {
  const [near, far] = streamPair({ readLength: 2 });
  const duplex = new ByteDuplex(far);
  const parts = collect(duplex);
  await near.write(new Uint8Array([1, 2, 3]));
  await nextTurn();
  assertEquals(parts, []);
  assertEquals(await duplex.pull(), 2);
  await nextTurn();
  assertEquals(parts, [new Uint8Array([1, 2])]);
  assertEquals(await duplex.pull(), 1);
  await near.closeWrite();
  assertEquals(await duplex.pull(), null);
  assertEquals(concat(...parts), new Uint8Array([1, 2, 3]));
});

test("ByteDuplex keeps bytes that its receiver is not ready for", async () => {
  const [near, far] = streamPair({ readLength: 3 });
  const duplex = new ByteDuplex(far);
  const sent = new Random(5).bytes(12);
  await near.write(sent);
  for (let i = 0; i < 4; i++) await duplex.pull();
  const parts = collect(duplex);
  await nextTurn();
  assertEquals(concat(...parts), sent);
});

test("ByteDuplex.pull() waits for its turn before it hands on", async () => {
  const [near, far] = streamPair();
  const duplex = new ByteDuplex(far);
  const parts = collect(duplex);
  await nextTurn();
  await near.write(new Uint8Array([7]));
  const { promise, resolve } = Promise.withResolvers<void>();
  const pulling = duplex.pull(() => promise);
  await nextTurn();
  assertEquals(parts, []);
  resolve();
  await pulling;
  assertEquals(parts, [new Uint8Array([7])]);
});

test("ByteDuplex.finish() ends the direction after everything is written", async () => {
  const [near, far] = streamPair({ writeLength: 7 });
  const duplex = new ByteDuplex(far);
  const sent = new Random(6).bytes(1_000);
  duplex.write(sent.subarray(0, 500));
  duplex.write(sent.subarray(500));
  await duplex.finish();
  assertEquals(await readAll(near), sent);
  duplex.destroy();
});

test("ByteDuplex closes its stream once: after the write in progress, or at once", async () => {
  const [near, far] = streamPair({ capacity: 1, writeLength: 1 });
  const duplex = new ByteDuplex(far);
  duplex.write(new Uint8Array([1, 2, 3]));
  duplex.destroy();
  await nextTurn();
  assertEquals(far.closed, 0);
  assertEquals(await readAll(near), new Uint8Array([1, 2, 3]));
  await nextTurn();
  assertEquals(far.closed, 1);

  const [, stuck] = streamPair({ capacity: 1, writeLength: 1 });
  const aborted = new ByteDuplex(stuck);
  aborted.on("error", () => {});
  aborted.write(new Uint8Array([1, 2, 3]));
  aborted.abort();
  assert(stuck.closed > 0);
  assert(aborted.destroyed);
  await nextTurn();
});

test("ByteDuplex passes failures on", async () => {
  const [, far] = streamPair();
  const duplex = new ByteDuplex(far);
  const errors: Error[] = [];
  duplex.on("error", (error) => errors.push(error));
  far.close();
  await assertRejects(() => duplex.pull(), Error, "Bad resource ID");
  duplex.write(new Uint8Array([1]));
  await nextTurn();
  assertEquals(errors.map(({ message }) => message), ["Broken pipe"]);
  assert(duplex.destroyed);
});
