import { assertEquals, assertRejects } from "@std/assert";
import { EarlierHalves } from "../../lib/files/earlier_halves.ts";
import { concat, tempFolder } from "../testing.ts";

const VERSION = { name: "sub/Plan.txt", size: 5, tag: "v1" };

/** A folder with a half of version 0.1.0. */
async function setUp(words = "hel") {
  const folder = await tempFolder();
  const path = `${folder.path}/Plan.txt.part`;
  await Deno.writeTextFile(path, words);
  await Deno.writeTextFile(`${path}.json`, JSON.stringify(VERSION));
  return {
    path: folder.path,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

Deno.test("EarlierHalves.find() reads the half of a name in any spelling", async () => {
  await using folder = await setUp();
  const halves = new EarlierHalves();
  const found = await halves.find(folder.path, "SUB/plan.txt");
  assertEquals(found?.version, VERSION);
  const pieces = await Array.fromAsync(
    found!.content,
    (piece) => piece.slice(),
  );
  assertEquals(new TextDecoder().decode(concat(...pieces)), "hel");
  assertEquals(await halves.find(folder.path, "plan.txt"), undefined);
  assertEquals(await halves.find(`${folder.path}/none`, "a"), undefined);
});

Deno.test("EarlierHalves.find() reads no more than the described size", async () => {
  for (const [words, isRead] of [["12345", true], ["123456", false]] as const) {
    await using folder = await setUp(words);
    const found = await new EarlierHalves().find(folder.path, VERSION.name);
    const read = () => Array.fromAsync(found!.content, ({ length }) => length);
    if (isRead) assertEquals(await read(), [5]);
    else await assertRejects(read, Error, "too long");
  }
});

Deno.test("EarlierHalves searches each folder once", async () => {
  await using folder = await setUp();
  const halves = new EarlierHalves();
  assertEquals(await halves.find(folder.path, "b.txt"), undefined);
  const late = { name: "b.txt", size: 1, tag: "v" };
  await Deno.writeTextFile(
    `${folder.path}/b.txt.part.json`,
    JSON.stringify(late),
  );
  assertEquals(await halves.find(folder.path, "b.txt"), undefined);
  const again = await new EarlierHalves().find(folder.path, "b.txt");
  assertEquals(again?.version, late);
});
