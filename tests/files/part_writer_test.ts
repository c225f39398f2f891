import { assertEquals, assertRejects } from "@std/assert";
import type { HalfFile } from "../../lib/files/half_file.ts";
import { PartWriter, WINDOW } from "../../lib/files/part_writer.ts";
import { concat, Random, settle } from "../testing.ts";

/** A disk that takes one piece each time the test allows it. */
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
  name: "PartWriter keeps copies, in order, whatever happens to the bytes",
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
  name: "PartWriter.read() reads after everything queued before it is written",
  permissions: "none",
  async fn() {
    const happened: string[] = [];
    const part: Partial<HalfFile> = {
      write: ({ length }) =>
        Promise.resolve(void happened.push(`write ${length}`)),
      readAt: (target, position) => {
        happened.push(`read ${target.length} at ${position}`);
        return position === 9
          ? Promise.reject(new Error("bad disk"))
          : Promise.resolve(1);
      },
    };
    const writer = new PartWriter(part as HalfFile, {
      onWritten: () => {},
      onFailure: (error) => happened.push((error as Error).message),
    });
    void writer.push(new Uint8Array(3));
    const reading = writer.read(new Uint8Array(2), 1);
    void writer.push(new Uint8Array(4));
    assertEquals(await reading, 1);
    await writer.done;
    assertEquals(happened.splice(0), ["write 3", "read 2 at 1", "write 4"]);
    await assertRejects(() => writer.read(new Uint8Array(2), 9), Error, "bad");
    await assertRejects(() => writer.done, Error, "bad disk");
    assertEquals(happened.at(-1), "bad disk");
  },
});

Deno.test({
  name: "PartWriter waits when far more arrives than was agreed",
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
  name: "PartWriter queues at most some thousand tiny pieces",
  permissions: "none",
  async fn() {
    const { waiting, writer } = slowDisk();
    let pushed = 0;
    let isFull = false;
    while (!isFull && pushed < 10_000) {
      pushed++;
      let done = false;
      void writer.push(new Uint8Array(1)).then(() => done = true);
      // Without a wait it would end within a few turns.
      for (let i = 0; i < 5; i++) await Promise.resolve();
      isFull = !done;
    }
    assertEquals(pushed, 2 * WINDOW / 4096 + 1);
    for (let i = 0; i < pushed; i++) {
      await settle();
      waiting.shift()!.resolve();
    }
    await writer.done;
  },
});

Deno.test({
  name:
    "PartWriter reports a failure of the disk at once, and again at the end",
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
