import { assertEquals, assertRejects } from "@std/assert";
import type { HalfFile } from "../../lib/client/half_file.ts";
import { PartWriter, WINDOW } from "../../lib/client/part_writer.ts";
import { concat, Random, settle } from "../testing.ts";

/** A disk that takes a piece each time it is let. */
function slowDisk() {
  const taken: Uint8Array[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const part: Partial<HalfFile> = {
    async write(bytes) {
      const turn = Promise.withResolvers<void>();
      waiting.push(turn);
      await turn.promise;
      taken.push(bytes.slice());
    },
  };
  const heard: unknown[] = [];
  const writer = new PartWriter(part as HalfFile, {
    onWritten: (length) => heard.push(length),
    onFailure: (error) => heard.push(error),
  });
  return { taken, waiting, writer, heard };
}

Deno.test({
  name: "PartWriter keeps copies, in order, whatever becomes of the bytes",
  permissions: "none",
  async fn() {
    const random = new Random(5);
    const { taken, waiting, writer, heard } = slowDisk();
    const all: Uint8Array[] = [];
    const buffer = new Uint8Array(300_000);
    const lengths = [1, 70_000, 300_000, 0, 65_536, 299_999, 5];
    for (const length of [...lengths, ...lengths]) {
      const bytes = buffer.subarray(0, length);
      bytes.fill(1 + random.below(255));
      all.push(bytes.slice());
      await writer.push(bytes);
      bytes.fill(0);
      if (random.below(2) === 0) waiting.shift()?.resolve();
      await settle();
    }
    while (taken.length < all.length) {
      waiting.shift()?.resolve();
      await settle();
    }
    await writer.done;
    assertEquals(concat(...taken), concat(...all));
    assertEquals(heard, all.map(({ length }) => length));
  },
});

Deno.test({
  name: "PartWriter waits when far more comes than was agreed",
  permissions: "none",
  async fn() {
    const { waiting, writer } = slowDisk();
    const piece = new Uint8Array(WINDOW);
    await writer.push(piece);
    await writer.push(piece);
    let more = false;
    const third = writer.push(piece).then(() => more = true);
    for (let i = 0; i < 3; i++) {
      await settle();
      assertEquals(more, false);
      waiting.shift()!.resolve();
    }
    await third;
  },
});

Deno.test({
  name:
    "PartWriter says at once that the disk has failed, and at the end again",
  permissions: "none",
  async fn() {
    const { waiting, writer, heard, taken } = slowDisk();
    await writer.push(new Uint8Array(1));
    await settle();
    const failure = new Error("no space left");
    waiting.shift()!.reject(failure);
    await settle();
    assertEquals(heard, [failure]);
    await writer.push(new Uint8Array(1));
    await assertRejects(() => writer.done, Error, "no space left");
    assertEquals(taken, []);
  },
});

Deno.test({
  name: "PartWriter.push() gives bytes back when they are written, not before",
  permissions: "none",
  async fn() {
    const { taken, waiting, writer } = slowDisk();
    const given: number[] = [];
    const bytes = new Uint8Array([1, 2, 3]);
    await writer.push(bytes, () => given.push(1));
    await writer.push(new Uint8Array(3), () => given.push(2));
    await settle();
    assertEquals(given, []);
    bytes.fill(7); // The same bytes, not a copy.
    waiting.shift()!.resolve();
    await settle();
    assertEquals(given, [1]);
    waiting.shift()!.resolve();
    await writer.done;
    assertEquals(given, [1, 2]);
    assertEquals([...concat(...taken)], [7, 7, 7, 0, 0, 0]);
  },
});
