import { assert, assertEquals, assertRejects } from "@std/assert";
import { FolderIndex } from "../../lib/files/folder_index.ts";
import { tempFolder } from "../testing.ts";

/** A folder with files of these names, and an index that counts its scans. */
async function setUp(names: readonly string[]) {
  const folder = await tempFolder();
  for (const name of names) {
    await Deno.writeTextFile(`${folder.path}/${name}`, "");
  }
  let scans = 0;
  const index = new FolderIndex(folder.path, () => scans++);
  return {
    path: folder.path,
    index,
    scans: () => scans,
    async [Symbol.asyncDispose]() {
      index[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const numbers = (count: number) =>
  Array.from({ length: count }, (_, i) => `file ${i}`);

Deno.test("FolderIndex.look() finds files by name, and equivalent names by key", async () => {
  await using test = await setUp(["b.txt", "A.txt"]);
  assertEquals(test.index.latest, undefined);
  const index = await test.index.look();
  assertEquals([...index.byName.keys()], ["A.txt", "b.txt"]);
  assertEquals(index.byKey.get("a.txt"), ["A.txt"]);
  assertEquals(index.byKey.get("A.txt"), undefined);
  assertEquals(index.total, 2);
  assert(test.index.latest === index);
});

Deno.test("FolderIndex.look() scans a small folder on every call", async () => {
  await using test = await setUp(numbers(3));
  await test.index.look();
  await Deno.writeTextFile(`${test.path}/new`, "");
  assertEquals((await test.index.look()).total, 4);
  assertEquals(test.scans(), 2);
});

Deno.test("FolderIndex.look() shares a scan, but not one that has already begun", async () => {
  await using test = await setUp(numbers(3));
  const { index } = test;
  const looks = [index.look(), index.look(), index.look()];
  // The first scan may have missed what the other calls ask about.
  const [first, second, third] = await Promise.all(looks);
  assertEquals(test.scans(), 2);
  assert(second === third);
  assert(first !== second);
});

Deno.test("FolderIndex.look() watches a folder of more than 1,000 files", async () => {
  for (const [count, scans] of [[1_000, 2], [1_001, 1]] as const) {
    await using test = await setUp(numbers(count));
    await test.index.look();
    assertEquals((await test.index.look()).total, count);
    assertEquals(test.scans(), scans, `${count} files`);
    // The system reports the change in a watched folder.
    await Deno.writeTextFile(`${test.path}/new`, "");
    assertEquals((await test.index.look()).total, count + 1);
  }
});

Deno.test("FolderIndex.look() rejects if there is no folder, and then scans again", async () => {
  await using outer = await tempFolder();
  const path = `${outer.path}/late`;
  using index = new FolderIndex(path, () => {});
  await assertRejects(() => index.look(), Deno.errors.NotFound);
  await Deno.mkdir(path);
  assertEquals((await index.look()).total, 0);
});

Deno.test("FolderIndex.look() checks a watched folder once for all that ask meanwhile", async () => {
  await using test = await setUp(numbers(1_001));
  await test.index.look();
  const { stat } = Deno;
  let checks = 0;
  Deno.stat = (path) => {
    if (path === test.path) checks++;
    return stat(path);
  };
  try {
    await Promise.all(Array.from({ length: 100 }, () => test.index.look()));
  } finally {
    Deno.stat = stat;
  }
  assertEquals(checks, 2);
  assertEquals(test.scans(), 1);
});

Deno.test("FolderIndex.look() rests after a scan, three times as long as it took", async () => {
  await using test = await setUp(numbers(3));
  const { setTimeout } = globalThis;
  const { now } = performance;
  const pauses: number[] = [];
  let time = 0;
  // Each look at the clock finds it 10 ms later, so a scan takes 10 ms.
  performance.now = () => time += 10;
  globalThis.setTimeout = ((run: () => void, delay: number) => {
    pauses.push(delay);
    return setTimeout(run, 0);
  }) as typeof setTimeout;
  try {
    await test.index.look();
    await test.index.look();
  } finally {
    performance.now = now;
    globalThis.setTimeout = setTimeout;
  }
  assertEquals(pauses, [20]);
});
