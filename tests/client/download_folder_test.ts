import { assertEquals, assertRejects } from "@std/assert";
import { DownloadFolder } from "../../lib/client/download_folder.ts";
import { readVersion } from "../../lib/client/part_file.ts";
import { tempFolder } from "../testing.ts";

const text = (words: string) => new TextEncoder().encode(words);

const version = (name: string, tag = "v1") => ({ name, size: 5, tag });

/** A folder that does not exist yet, and how to look at it. */
async function setUp() {
  const outer = await tempFolder();
  const path = `${outer.path}/Ann`;
  return {
    outer: outer.path,
    path,
    folder: new DownloadFolder(path),
    /** Saves a file with this foreign name. */
    async save(name: string, words: string) {
      const part = await this.folder.create(version(name));
      await part.write(text(words));
      return await this.folder.keep(part, name);
    },
    async names(folder = path) {
      const entries = await Array.fromAsync(Deno.readDir(folder));
      return entries.map(({ name }) => name).sort();
    },
    /** All files, with their folders. */
    async tree(folder = path): Promise<string[]> {
      const found: string[] = [];
      for await (const { name, isDirectory } of Deno.readDir(folder)) {
        const path = `${folder}/${name}`;
        found.push(...isDirectory ? await this.tree(path) : [path]);
      }
      return found;
    },
    [Symbol.asyncDispose]: () => outer[Symbol.asyncDispose](),
  };
}

Deno.test("DownloadFolder is made with the first file, which is .part until it is kept", async () => {
  await using test = await setUp();
  assertEquals(await test.names(test.outer), []);
  const part = await test.folder.create(version("a.txt"));
  await part.write(text("hel"));
  await part.write(text("lo"));
  assertEquals(await test.names(), ["a.txt.part", "a.txt.part.json"]);
  assertEquals(await test.folder.keep(part, "a.txt"), `${test.path}/a.txt`);
  assertEquals(await test.names(), ["a.txt"]);
  assertEquals(await Deno.readTextFile(`${test.path}/a.txt`), "hello");
});

Deno.test("PartFile.write() writes everything to a disk that takes little at a time", async () => {
  await using test = await setUp();
  const part = await test.folder.create(version("a.txt"));
  const real = Deno.FsFile.prototype.write;
  Deno.FsFile.prototype.write = function (bytes) {
    return real.call(this, bytes.subarray(0, 2));
  };
  try {
    await part.write(text("hello"));
  } finally {
    Deno.FsFile.prototype.write = real;
  }
  assertEquals(
    await Deno.readTextFile(await test.folder.keep(part, "a.txt")),
    "hello",
  );
});

Deno.test("PartFile.discard() leaves nothing", async () => {
  await using test = await setUp();
  const part = await test.folder.create(version("a.txt"));
  await part.write(text("hello"));
  await part.discard();
  assertEquals(await test.names(), []);
});

Deno.test("PartFile.keep() never overwrites, whatever has the name", async () => {
  await using test = await setUp();
  await Deno.mkdir(test.path);
  await Deno.writeTextFile(`${test.path}/a.txt`, "mine");
  await Deno.mkdir(`${test.path}/a (1).txt`);
  const link = `${test.path}/a (2).txt`;
  await Deno.symlink("nowhere", link, { type: "file" });
  // Wine makes none, and does not say so.
  await Deno.lstat(link).catch(() => Deno.mkdir(link));
  const part = await test.folder.create(version("a.txt"));
  await part.write(text("theirs"));
  // Made while the file arrived.
  await Deno.writeTextFile(`${test.path}/a (3).txt`, "mine, too");
  assertEquals(await test.folder.keep(part, "a.txt"), `${test.path}/a (4).txt`);
  assertEquals(await Deno.readTextFile(`${test.path}/a.txt`), "mine");
  assertEquals(await Deno.readTextFile(`${test.path}/a (3).txt`), "mine, too");
  assertEquals(await Deno.readTextFile(`${test.path}/a (4).txt`), "theirs");
});

Deno.test("DownloadFolder.create() leaves the .part of an earlier try alone", async () => {
  await using test = await setUp();
  const first = await test.folder.create(version("a.txt"));
  const second = await test.folder.create(version("a.txt"));
  await first.write(text("first"));
  await second.write(text("second"));
  assertEquals(await test.folder.keep(second, "a.txt"), `${test.path}/a.txt`);
  assertEquals(
    await test.folder.keep(first, "a.txt"),
    `${test.path}/a (1).txt`,
  );
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
    await test.save(name, "x");
  }
  const saved = await test.tree();
  assertEquals(saved.length, names.length, saved.join("\n"));
  assertEquals(await test.names(test.outer), ["Ann"]);
  assertEquals(saved.some((name) => name.includes(".part")), false);
});

Deno.test("DownloadFolder saves a file of a sub-folder in a sub-folder, every part of it safe", async () => {
  await using test = await setUp();
  const cases: [name: string, path: string][] = [
    ["sub/a.txt", "sub/a.txt"],
    ["sub/a.txt", "sub/a (1).txt"],
    ["a/../../b.txt", "a/__/__/b.txt"],
    ["nul/con.txt", "_nul/_con.txt"],
    ["x\\y/z:1", "x_y/z_1"],
    ["1/2/3/4/5/6/7/8/9/10.txt", "1/2/3/4/5/6/7/8/9_10.txt"],
  ];
  for (const [name, path] of cases) {
    assertEquals(await test.save(name, "x"), `${test.path}/${path}`);
  }
});

Deno.test("DownloadFolder.create() takes a name so long that .part makes it too long", async () => {
  await using test = await setUp();
  const name = "x".repeat(251) + ".txt";
  assertEquals(await test.save(name, "x"), `${test.path}/${name}`);
  assertEquals(
    await test.save(name, "x"),
    `${test.path}/${"x".repeat(247)} (1).txt`,
  );
});

Deno.test("DownloadFolder.create() rejects where no folder can be", async () => {
  await using test = await setUp();
  await Deno.writeTextFile(test.path, "a file of the user");
  await assertRejects(() => test.folder.create(version("a.txt")), Error);
  assertEquals(await Deno.readTextFile(test.path), "a file of the user");
});

/** The text of what was left, and the rest of it. */
async function contentOf(part: { content(): AsyncIterable<Uint8Array> }) {
  let text = "";
  for await (const piece of part.content()) {
    text += new TextDecoder().decode(piece);
  }
  return text;
}

Deno.test("DownloadFolder.find() finds what was left, and goes on with it", async () => {
  await using test = await setUp();
  const first = await test.folder.create(version("Report.PDF"));
  await first.write(text("hel"));
  assertEquals(await first.leave(), 3);
  const part = await test.folder.find("report.pdf");
  assertEquals(part?.version, version("Report.PDF"));
  assertEquals(part!.length, 3);
  assertEquals(await contentOf(part!), "hel");
  await part!.write(text("lo"));
  const path = await test.folder.keep(part!, "Report.PDF");
  assertEquals(await Deno.readTextFile(path), "hello");
  assertEquals(await test.names(), ["Report.PDF"]);
});

Deno.test("DownloadFolder.find() leaves alone what somebody is at work on", async () => {
  await using test = await setUp();
  const first = await test.folder.create(version("a.txt"));
  await first.write(text("hel"));
  assertEquals(await test.folder.find("a.txt"), undefined);
  await first.leave();
  const part = await test.folder.find("a.txt");
  assertEquals(part?.length, 3);
  // Nor does it find that a second time.
  assertEquals(await new DownloadFolder(test.path).find("a.txt"), undefined);
  await part!.discard();
  assertEquals(await test.names(), []);
});

Deno.test("DownloadFolder.find() touches nothing that is not its own", async () => {
  await using test = await setUp();
  await Deno.mkdir(test.path);
  const json = JSON.stringify(version("a.txt"));
  const write = (name: string, words: string) =>
    Deno.writeTextFile(`${test.path}/${name}`, words);
  await write("a.txt.part", "mine"); // No description.
  await write("b.txt.part", "mine");
  await write("b.txt.part.json", "{");
  await write("c.txt.part", "longer than the file");
  await write("c.txt.part.json", json.replace("a.txt", "c.txt"));
  await write("d.txt.part.json", json.replace("a.txt", "d.txt")); // No file.
  await write("mine.txt", "mine");
  await Deno.symlink("mine.txt", `${test.path}/e.txt.part`, { type: "file" });
  await write("e.txt.part.json", json.replace("a.txt", "e.txt"));
  await write("f.txt.part", "mine");
  await write("f.txt.part.json", `{"name":"f.txt","size":-1,"tag":"v1"}`);
  const before = await test.names();
  for (const letter of "abcdef") {
    assertEquals(await test.folder.find(`${letter}.txt`), undefined, letter);
  }
  assertEquals(await test.names(), before);
  assertEquals(await Deno.readTextFile(`${test.path}/mine.txt`), "mine");
});

Deno.test("PartFile.restart() drops what is there, and describes the new version", async () => {
  await using test = await setUp();
  const first = await test.folder.create(version("a.txt"));
  await first.write(text("hel"));
  await first.leave();
  const part = await test.folder.find("a.txt");
  await contentOf(part!);
  await part!.restart(version("a.txt", "v2"));
  assertEquals(
    await readVersion(`${test.path}/a.txt.part.json`),
    version("a.txt", "v2"),
  );
  await part!.write(text("new"));
  await test.folder.keep(part!, "a.txt");
  assertEquals(await Deno.readTextFile(`${test.path}/a.txt`), "new");
});

Deno.test("PartFile.leave() leaves nothing that could never be gone on with", async () => {
  await using test = await setUp();
  await (await test.folder.create(version("empty"))).leave();
  const untagged = await test.folder.create({ name: "a.txt", size: 5 });
  await untagged.write(text("hel"));
  assertEquals(await untagged.leave(), 0);
  assertEquals(await test.names(), []);
});

Deno.test("DownloadFolder.keep() gives two who finish at once two names", async () => {
  await using test = await setUp();
  const parts = await Promise.all(
    Array.from({ length: 20 }, () => test.folder.create(version("a.txt"))),
  );
  await Promise.all(parts.map((part, i) => part.write(text(`file ${i}`))));
  const paths = await Promise.all(
    parts.map((part) => new DownloadFolder(test.path).keep(part, "a.txt")),
  );
  assertEquals(new Set(paths).size, 20);
  for (const [i, path] of paths.entries()) {
    assertEquals(await Deno.readTextFile(path), `file ${i}`);
  }
});

Deno.test("DownloadFolder.keep() replaces nothing on a disk without hard links", async () => {
  await using test = await setUp();
  const real = Deno.link;
  Deno.link = () => Promise.reject(new Error("not supported"));
  try {
    await test.save("a.txt", "first");
    assertEquals(await test.save("a.txt", "second"), `${test.path}/a (1).txt`);
  } finally {
    Deno.link = real;
  }
  assertEquals(await Deno.readTextFile(`${test.path}/a.txt`), "first");
  assertEquals(await test.names(), ["a (1).txt", "a.txt"]);
});
