import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import type { HalfFile } from "../../lib/files/half_file.ts";
import { HalfStore } from "../../lib/files/half_store.ts";
import { tempFolder } from "../testing.ts";

const BYTES = new Uint8Array([1, 2, 3]);
const SHA256 = createHash("sha256").update(BYTES).digest("hex");

const version = (number: number) =>
  ({ name: `${number}.txt`, size: BYTES.length, tag: `v${number}` }) as const;

/** Returns the names in a folder; `undefined` if there is no folder. */
function namesIn(path: string): string[] | undefined {
  try {
    return Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
  } catch {
    return undefined;
  }
}

/** Counts calls of a function of `Deno` while `work` runs. */
async function countCalls(
  name: "readDir" | "mkdir" | "writeTextFile",
  work: () => Promise<void>,
): Promise<number> {
  const real = Deno[name] as (...args: unknown[]) => unknown;
  let calls = 0;
  // deno-lint-ignore no-explicit-any -- stands in for whatever it is
  (Deno as any)[name] = (...args: unknown[]) => {
    calls++;
    return real(...args);
  };
  try {
    await work();
  } finally {
    // deno-lint-ignore no-explicit-any -- puts it back
    (Deno as any)[name] = real;
  }
  return calls;
}

Deno.test("HalfStore keeps its folder until the last download has ended", async () => {
  await using folder = await tempFolder();
  const store = new HalfStore(folder.path);
  const own = `${folder.path}/.messenger`;
  const halves: HalfFile[] = [];
  const made = await countCalls("mkdir", async () => {
    for (let i = 0; i < 5; i++) halves.push(await store.create(version(i)));
  });
  assertEquals(made, 1);
  for (const [i, half] of halves.entries()) {
    assert(namesIn(own) !== undefined);
    await half.write(BYTES);
    if (i === 0) await half.discard();
    else await half.keep([`${folder.path}/${i}.txt`], SHA256);
  }
  assertEquals(namesIn(folder.path), ["1.txt", "2.txt", "3.txt", "4.txt"]);
  // A removed folder is created again.
  await (await store.create(version(9))).discard();
  assertEquals(namesIn(own), undefined);
});

Deno.test("HalfStore.create() describes no file that arrives in one chunk", async () => {
  await using folder = await tempFolder();
  const store = new HalfStore(folder.path);
  const written = await countCalls("writeTextFile", async () => {
    const half = await store.create(version(1));
    await half.write(BYTES);
    await half.keep([`${folder.path}/1.txt`], SHA256);
  });
  assertEquals(written, 0);
  const large = await store.create({ ...version(2), size: 1_000_000 });
  const names = namesIn(`${folder.path}/.messenger`)!;
  assertEquals(names.map((name) => name.split(".").at(-1)), ["half", "json"]);
  await large.discard();
});

Deno.test("HalfStore.find() searches its folder once for a run of downloads", async () => {
  await using folder = await tempFolder();
  const store = new HalfStore(folder.path);
  const left = await store.create(version(1));
  await left.write(BYTES.slice(0, 2));
  const looks = await countCalls("readDir", async () => {
    for (let i = 10; i < 30; i++) {
      assertEquals(await store.find(`${i}.txt`), undefined);
    }
  });
  assertEquals(looks, 1);
  // The program's own new halves are found at once.
  assertEquals(await left.leave(), 2);
  const found = await store.find("1.txt");
  assertEquals(found?.length, 2);
  await found?.discard();
});
