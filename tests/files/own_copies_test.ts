import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { ownCopies } from "../../lib/files/own_copies.ts";
import { MAX_HASHES } from "../../lib/message_fields.ts";
import { tempFolder } from "../testing.ts";

const sha256 = (words: string) =>
  createHash("sha256").update(words).digest("hex");

/** A folder with files of these texts, named 0, 1, 2 … */
async function setUp(...texts: string[]) {
  const folder = await tempFolder();
  const paths = Array.from({ length: 20 }, (_, i) => `${folder.path}/${i}`);
  for (const [i, text] of texts.entries()) {
    await Deno.writeTextFile(paths[i]!, text);
  }
  return { paths, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

Deno.test("ownCopies() finds files up to the first free name", async () => {
  await using test = await setUp("a", "bb");
  await Deno.writeTextFile(test.paths[3]!, "after a gap");
  assertEquals([...await ownCopies(test.paths)], [
    [sha256("a"), test.paths[0]],
    [sha256("bb"), test.paths[1]],
  ]);
});

Deno.test("ownCopies() reads only files of the wanted size", async () => {
  await using test = await setUp("a", "bb", "ccc");
  const copies = await ownCopies(test.paths, { size: 2 });
  assertEquals([...copies.values()], [test.paths[1]]);
});

Deno.test("ownCopies() finds at most as many copies as one message can name", async () => {
  const texts = Array.from({ length: MAX_HASHES + 1 }, (_, i) => `text ${i}`);
  await using test = await setUp(...texts);
  assertEquals((await ownCopies(test.paths)).size, MAX_HASHES);
});

Deno.test("ownCopies() reads no folder and no link", async () => {
  await using test = await setUp("a");
  await Deno.mkdir(test.paths[1]!);
  await Deno.symlink(test.paths[0]!, test.paths[2]!, { type: "file" });
  assertEquals([...await ownCopies(test.paths)], [
    [sha256("a"), test.paths[0]],
  ]);
});

Deno.test("ownCopies() stops when aborted", async () => {
  await using test = await setUp("a", "b");
  const copies = await ownCopies(test.paths, { signal: AbortSignal.abort() });
  assertEquals([...copies], []);
});
