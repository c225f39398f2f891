import { assertEquals, assertRejects } from "@std/assert";
import { DownloadFolder } from "../../lib/client/download_folder.ts";
import { tempFolder } from "../testing.ts";

const text = (words: string) => new TextEncoder().encode(words);

/** A folder that does not exist yet, and how to look at it. */
async function setUp() {
  const outer = await tempFolder();
  const path = `${outer.path}/Ann`;
  return {
    outer: outer.path,
    path,
    folder: new DownloadFolder(path),
    async names(folder = path) {
      const entries = await Array.fromAsync(Deno.readDir(folder));
      return entries.map(({ name }) => name).sort();
    },
    [Symbol.asyncDispose]: () => outer[Symbol.asyncDispose](),
  };
}

Deno.test("DownloadFolder is made with the first file, which is .part until it is kept", async () => {
  await using test = await setUp();
  assertEquals(await test.names(test.outer), []);
  const part = await test.folder.create("a.txt");
  await part.write(text("hel"));
  await part.write(text("lo"));
  assertEquals(await test.names(), ["a.txt.part"]);
  assertEquals(await part.keep(), `${test.path}/a.txt`);
  assertEquals(await test.names(), ["a.txt"]);
  assertEquals(await Deno.readTextFile(`${test.path}/a.txt`), "hello");
});

Deno.test("PartFile.write() writes everything to a disk that takes little at a time", async () => {
  await using test = await setUp();
  const part = await test.folder.create("a.txt");
  const real = Deno.FsFile.prototype.write;
  Deno.FsFile.prototype.write = function (bytes) {
    return real.call(this, bytes.subarray(0, 2));
  };
  try {
    await part.write(text("hello"));
  } finally {
    Deno.FsFile.prototype.write = real;
  }
  assertEquals(await Deno.readTextFile(await part.keep()), "hello");
});

Deno.test("PartFile.discard() leaves nothing", async () => {
  await using test = await setUp();
  const part = await test.folder.create("a.txt");
  await part.write(text("hello"));
  await part.discard();
  assertEquals(await test.names(), []);
});

Deno.test("PartFile.keep() never overwrites, whatever has the name", async () => {
  await using test = await setUp();
  await Deno.mkdir(test.path);
  await Deno.writeTextFile(`${test.path}/a.txt`, "mine");
  await Deno.mkdir(`${test.path}/a (1).txt`);
  await Deno.symlink("nowhere", `${test.path}/a (2).txt`);
  const part = await test.folder.create("a.txt");
  await part.write(text("theirs"));
  // Made while the file arrived.
  await Deno.writeTextFile(`${test.path}/a (3).txt`, "mine, too");
  assertEquals(await part.keep(), `${test.path}/a (4).txt`);
  assertEquals(await Deno.readTextFile(`${test.path}/a.txt`), "mine");
  assertEquals(await Deno.readTextFile(`${test.path}/a (3).txt`), "mine, too");
  assertEquals(await Deno.readTextFile(`${test.path}/a (4).txt`), "theirs");
});

Deno.test("DownloadFolder.create() leaves the .part of an earlier try alone", async () => {
  await using test = await setUp();
  const first = await test.folder.create("a.txt");
  const second = await test.folder.create("a.txt");
  await first.write(text("first"));
  await second.write(text("second"));
  assertEquals(await second.keep(), `${test.path}/a.txt`);
  assertEquals(await first.keep(), `${test.path}/a (1).txt`);
  assertEquals(await Deno.readTextFile(`${test.path}/a.txt`), "second");
});

Deno.test("DownloadFolder.create() keeps every foreign name inside the folder", async () => {
  await using test = await setUp();
  const names = [
    "../evil.txt",
    "..\\evil.txt",
    "/etc/evil",
    "C:\\evil",
    "\\\\host\\share",
    "..",
    ".",
    "",
    "a\0b",
    "NUL",
    "con.txt",
    "a.txt:stream",
    "x".repeat(300),
    "é".repeat(127) + ".",
    "\ud800",
  ];
  for (const name of names) {
    const part = await test.folder.create(name);
    await part.write(text("x"));
    await part.keep();
  }
  assertEquals((await test.names()).length, names.length);
  assertEquals(await test.names(test.outer), ["Ann"]);
  assertEquals(
    (await test.names()).some((name) => name.endsWith(".part")),
    false,
  );
});

Deno.test("DownloadFolder.create() takes a name so long that .part makes it too long", async () => {
  await using test = await setUp();
  const name = "x".repeat(251) + ".txt";
  const part = await test.folder.create(name);
  assertEquals(await part.keep(), `${test.path}/${name}`);
  const again = await test.folder.create(name);
  assertEquals(await again.keep(), `${test.path}/${"x".repeat(247)} (1).txt`);
});

Deno.test("DownloadFolder.create() rejects where no folder can be", async () => {
  await using test = await setUp();
  await Deno.writeTextFile(test.path, "a file of the user");
  await assertRejects(() => test.folder.create("a.txt"), Error);
  assertEquals(await Deno.readTextFile(test.path), "a file of the user");
});
