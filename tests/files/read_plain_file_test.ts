import { assertEquals, assertRejects } from "@std/assert";
import { readPlainFile } from "../../lib/files/read_plain_file.ts";
import { concat, tempFolder } from "../testing.ts";

async function read(path: string, maxLength?: number): Promise<Uint8Array> {
  const options = maxLength === undefined ? {} : { maxLength };
  const pieces = await Array.fromAsync(
    readPlainFile(path, options),
    (piece) => piece.slice(),
  );
  return concat(...pieces);
}

Deno.test("readPlainFile() reads files of every awkward length", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  const piece = 256 * 1024;
  for (const length of [0, 1, piece - 1, piece, piece + 1, 2 * piece]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 31 >> 8);
    await Deno.writeFile(path, bytes);
    assertEquals(await read(path), bytes, `${length}`);
  }
});

Deno.test("readPlainFile() rejects a file that is too long", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  await Deno.writeTextFile(path, "12345");
  assertEquals((await read(path, 5)).length, 5);
  await assertRejects(() => read(path, 4), Error, "too long");
});

Deno.test("readPlainFile() opens only plain files", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  await Deno.writeTextFile(path, "a");
  await Deno.mkdir(`${folder.path}/folder`);
  await Deno.symlink(path, `${folder.path}/link`, { type: "file" });
  for (const name of ["folder", "link", "none"]) {
    await assertRejects(() => read(`${folder.path}/${name}`), Error);
  }
  if (Deno.build.os === "windows") return;
  const args = [`${folder.path}/pipe`];
  await new Deno.Command("mkfifo", { args }).output();
  await assertRejects(() => read(`${folder.path}/pipe`), Error, "regular");
});

Deno.test("readPlainFile() rejects another file that takes the file's place", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  const other = `${folder.path}/b`;
  await Deno.writeTextFile(path, "a");
  await Deno.writeTextFile(other, "b");
  // Between `lstat` and `open`.
  const real = Deno.lstat;
  Deno.lstat = () => real(path);
  try {
    await assertRejects(() => read(other), Error, "taken its place");
    if (Deno.build.os === "windows") return;
    await Deno.symlink(other, `${folder.path}/link`);
    // Deno itself follows links, unless the program has all permissions.
    await assertRejects(() => read(`${folder.path}/link`), Error);
  } finally {
    Deno.lstat = real;
  }
});

Deno.test("readPlainFile() closes the file when the caller stops reading", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  await Deno.writeFile(path, new Uint8Array(600_000));
  let lengths = 0;
  for await (const { length } of readPlainFile(path)) {
    lengths += length;
    break;
  }
  // The leak sanitizer notices a handle that stays open.
  assertEquals(lengths, 256 * 1024);
});
