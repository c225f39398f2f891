import { assertEquals, assertRejects } from "@std/assert";
import { DownloadFolder } from "../../lib/files/download_folder.ts";
import { createHash } from "node:crypto";
import { FakeTime, tempFolder } from "../testing.ts";

const text = (words: string) => new TextEncoder().encode(words);

/** What `keep` needs to know about a file. */
const kept = (name: string, words: string) => ({
  name,
  sha256: createHash("sha256").update(words).digest("hex"),
});

const version = (name: string, tag = "v1") => ({ name, size: 5, tag });

/** A folder that does not exist yet, with functions to inspect it. */
async function setUp() {
  const outer = await tempFolder();
  const path = `${outer.path}/Ann`;
  return {
    outer: outer.path,
    path,
    folder: new DownloadFolder(path),
    /** Saves a file under a name from the server. */
    async save(name: string, words: string) {
      const half = await this.folder.create(version(name));
      await half.write(text(words));
      return await this.folder.keep(half, kept(name, words));
    },
    async names(folder = path) {
      const entries = await Array.fromAsync(Deno.readDir(folder));
      return entries.map(({ name }) => name).sort();
    },
    /** Lists all files, with their folders. */
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

Deno.test("DownloadFolder is created by the first file, which is elsewhere until it is kept", async () => {
  await using test = await setUp();
  assertEquals(await test.names(test.outer), []);
  const part = await test.folder.create(version("a.txt"));
  await part.write(text("hel"));
  await part.write(text("lo"));
  assertEquals(await test.names(), [".messenger"]);
  assertEquals(
    await test.folder.keep(part, kept("a.txt", "hello")),
    `${test.path}/a.txt`,
  );
  assertEquals(await test.names(), ["a.txt"]);
  assertEquals(await Deno.readTextFile(`${test.path}/a.txt`), "hello");
});

Deno.test("HalfFile.write() writes everything to a disk that takes little at a time", async () => {
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
    await Deno.readTextFile(
      await test.folder.keep(part, kept("a.txt", "hello")),
    ),
    "hello",
  );
});

Deno.test("HalfFile.discard() leaves nothing behind", async () => {
  await using test = await setUp();
  const part = await test.folder.create(version("a.txt"));
  await part.write(text("hello"));
  await part.discard();
  assertEquals(await test.names(), []);
});

Deno.test("HalfFile.keep() never overwrites anything of the same name", async () => {
  await using test = await setUp();
  await Deno.mkdir(test.path);
  await Deno.writeTextFile(`${test.path}/a.txt`, "mine");
  await Deno.mkdir(`${test.path}/a (1).txt`);
  const link = `${test.path}/a (2).txt`;
  await Deno.symlink("nowhere", link, { type: "file" });
  // Wine creates no links, and reports no error.
  await Deno.lstat(link).catch(() => Deno.mkdir(link));
  const part = await test.folder.create(version("a.txt"));
  await part.write(text("theirs"));
  // Created while the file arrived.
  await Deno.writeTextFile(`${test.path}/a (3).txt`, "mine, too");
  assertEquals(
    await test.folder.keep(part, kept("a.txt", "theirs")),
    `${test.path}/a (4).txt`,
  );
  assertEquals(await Deno.readTextFile(`${test.path}/a.txt`), "mine");
  assertEquals(await Deno.readTextFile(`${test.path}/a (3).txt`), "mine, too");
  assertEquals(await Deno.readTextFile(`${test.path}/a (4).txt`), "theirs");
});

Deno.test("DownloadFolder.create() does not touch the half of an earlier attempt", async () => {
  await using test = await setUp();
  const first = await test.folder.create(version("a.txt"));
  const second = await test.folder.create(version("a.txt"));
  await first.write(text("first"));
  await second.write(text("second"));
  assertEquals(
    await test.folder.keep(second, kept("a.txt", "second")),
    `${test.path}/a.txt`,
  );
  assertEquals(
    await test.folder.keep(first, kept("a.txt", "first")),
    `${test.path}/a (1).txt`,
  );
  assertEquals(await Deno.readTextFile(`${test.path}/a.txt`), "second");
});

Deno.test("DownloadFolder.create() keeps every name from the server inside the folder", async () => {
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
  assertEquals(saved.some((name) => name.includes(".messenger")), false);
});

Deno.test("DownloadFolder saves a file of a sub-folder in a sub-folder, every part made safe", async () => {
  await using test = await setUp();
  const cases: [name: string, path: string][] = [
    ["sub/a.txt", "sub/a.txt"],
    ["sub/a.txt", "sub/a (1).txt"],
    ["a/../../b.txt", "a/__/__/b.txt"],
    [".bashrc", "_bashrc"],
    ["-rf", "_rf"],
    ["\u202egpj.exe", "_gpj.exe"],
    [".ssh/authorized_keys", "_ssh/authorized_keys"],
    [" a.txt\u3000", "_a.txt_"],
    [".messenger/x.half", "_messenger/x.half"],
    ["nul/con.txt", "_nul/_con.txt"],
    ["x\\y/z:1", "x_y/z_1"],
    ["1/2/3/4/5/6/7/8/9/10.txt", "1/2/3/4/5/6/7/8/9_10.txt"],
  ];
  for (const [name, path] of cases) {
    assertEquals(await test.save(name, "x"), `${test.path}/${path}`);
  }
});

Deno.test("DownloadFolder.create() accepts the longest possible name", async () => {
  await using test = await setUp();
  const name = "x".repeat(251) + ".txt";
  assertEquals(await test.save(name, "x"), `${test.path}/${name}`);
  assertEquals(
    await test.save(name, "x"),
    `${test.path}/${"x".repeat(247)} (1).txt`,
  );
});

Deno.test("DownloadFolder.create() rejects where no folder can be created", async () => {
  await using test = await setUp();
  await Deno.writeTextFile(test.path, "a file of the user");
  await assertRejects(() => test.folder.create(version("a.txt")), Error);
  assertEquals(await Deno.readTextFile(test.path), "a file of the user");
});

/** Returns the content of a half as text. */
async function contentOf(part: { content(): AsyncIterable<Uint8Array> }) {
  let text = "";
  for await (const piece of part.content()) {
    text += new TextDecoder().decode(piece);
  }
  return text;
}

Deno.test("DownloadFolder.find() finds a half, and resumes it", async () => {
  await using test = await setUp();
  const first = await test.folder.create(version("Report.PDF"));
  await first.write(text("hel"));
  assertEquals(await first.leave(), 3);
  const part = await test.folder.find("report.pdf");
  assertEquals(part?.version, version("Report.PDF"));
  assertEquals(part!.length, 3);
  assertEquals(await contentOf(part!), "hel");
  await part!.write(text("lo"));
  const path = await test.folder.keep(part!, kept("Report.PDF", "hello"));
  assertEquals(await Deno.readTextFile(path), "hello");
  assertEquals(await test.names(), ["Report.PDF"]);
});

Deno.test("DownloadFolder.find() does not open a half that another download has locked", async () => {
  await using test = await setUp();
  const first = await test.folder.create(version("a.txt"));
  await first.write(text("hel"));
  assertEquals(await test.folder.find("a.txt"), undefined);
  await first.leave();
  const part = await test.folder.find("a.txt");
  assertEquals(part?.length, 3);
  // A second search does not find it either.
  assertEquals(await new DownloadFolder(test.path).find("a.txt"), undefined);
  await part!.discard();
  assertEquals(await test.names(), []);
});

Deno.test("DownloadFolder.find() touches no files but its own", async () => {
  await using test = await setUp();
  await Deno.mkdir(`${test.path}/.messenger`, { recursive: true });
  const json = JSON.stringify(version("a.txt"));
  const write = (name: string, words: string) =>
    Deno.writeTextFile(`${test.path}/.messenger/${name}`, words);
  await write("a.half", "mine"); // No description.
  await write("b.half", "mine");
  await write("b.half.json", "{");
  await write("c.half", "longer than the file");
  await write("c.half.json", json.replace("a.txt", "c.txt"));
  await write("d.half.json", json.replace("a.txt", "d.txt")); // No file.
  await write("mine.txt", "mine");
  await Deno.symlink("mine.txt", `${test.path}/.messenger/e.half`, {
    type: "file",
  });
  await write("e.half.json", json.replace("a.txt", "e.txt"));
  await write("f.half", "mine");
  await write("f.half.json", `{"name":"f.txt","size":-1,"tag":"v1"}`);
  // A file with a second name may be the user's own.
  await write("g.half", "mine");
  await write("g.half.json", json.replace("a.txt", "g.txt"));
  await Deno.link(`${test.path}/.messenger/g.half`, `${test.path}/g.txt`);
  const before = await test.tree();
  for (const letter of "abcdefg") {
    assertEquals(await test.folder.find(`${letter}.txt`), undefined, letter);
  }
  assertEquals(await test.tree(), before);
  assertEquals(
    await Deno.readTextFile(`${test.path}/.messenger/mine.txt`),
    "mine",
  );
});

Deno.test("DownloadFolder.find() copies a half of version 0.1.0, and leaves it in place", async () => {
  await using test = await setUp();
  await Deno.mkdir(`${test.path}/sub`, { recursive: true });
  const write = (name: string, words: string) =>
    Deno.writeTextFile(`${test.path}/${name}`, words);
  await write("sub/a.txt.part", "hel");
  await write("sub/a.txt.part.json", JSON.stringify(version("sub/a.txt")));
  await write("b.txt.part", "mine"); // Without a description it is not a half.
  await write("c.txt.part", "longer than the file");
  await write("c.txt.part.json", JSON.stringify(version("c.txt")));
  assertEquals(await test.folder.find("b.txt"), undefined);
  assertEquals(await test.folder.find("c.txt"), undefined);
  const half = await test.folder.find("sub/a.txt");
  assertEquals(half?.length, 3);
  await half!.write(text("lo"));
  const path = await test.folder.keep(half!, kept("sub/a.txt", "hello"));
  assertEquals(path, `${test.path}/sub/a.txt`);
  assertEquals(await Deno.readTextFile(path), "hello");
  assertEquals(
    (await test.tree()).sort(),
    [
      "b.txt.part",
      "c.txt.part",
      "c.txt.part.json",
      "sub/a.txt",
      "sub/a.txt.part",
      "sub/a.txt.part.json",
    ].map((name) => `${test.path}/${name}`),
  );
  assertEquals(await Deno.readTextFile(`${test.path}/sub/a.txt.part`), "hel");
});

Deno.test("DownloadFolder.find() finds a half that the same user left under another name", async () => {
  await using test = await setUp();
  const half = await test.folder.create(version("a.txt"));
  await half.write(text("hel"));
  await half.leave();
  const other = new DownloadFolder(`${test.outer}/Anna`);
  const found = await other.find("a.txt");
  assertEquals(found?.length, 3);
  await found!.write(text("lo"));
  const path = await other.keep(found!, kept("a.txt", "hello"));
  assertEquals(path, `${test.outer}/Anna/a.txt`);
  assertEquals(await test.tree(test.outer), [path]);
});

Deno.test("DownloadFolder keeps separate halves for names that only look alike", async () => {
  await using test = await setUp();
  const names = ["a.txt", "A.TXT", "Zo\u00eb", "Zoe\u0308"];
  for (const name of names) {
    const half = await test.folder.create(version(name));
    await half.write(text(name.slice(0, 2)));
    await half.leave();
  }
  for (const name of names) {
    const half = await test.folder.find(name);
    assertEquals(half?.version.name, name);
    assertEquals(await contentOf(half!), name.slice(0, 2));
    await half!.leave();
  }
});

Deno.test("HalfFile is found after chmod", async () => {
  await using test = await setUp();
  const half = await test.folder.create(version("a.txt"));
  await half.write(text("hel"));
  await half.leave();
  for await (const { name } of Deno.readDir(`${test.path}/.messenger`)) {
    await Deno.chmod(`${test.path}/.messenger/${name}`, 0o600).catch(() => {});
  }
  const found = await test.folder.find("a.txt");
  assertEquals(found?.length, 3);
  await found!.discard();
});

Deno.test("DownloadFolder.copies() finds the user's copies, and opens only plain files", async () => {
  await using test = await setUp();
  await Deno.mkdir(`${test.path}/a (1).txt`, { recursive: true });
  await Deno.writeTextFile(`${test.path}/a.txt`, "mine!");
  await Deno.writeTextFile(`${test.path}/a (2).txt`, "hello");
  await Deno.writeTextFile(`${test.path}/a (4).txt`, "after a gap");
  const hash = (words: string) => kept("", words).sha256;
  assertEquals([...await test.folder.copies("a.txt")], [
    [hash("mine!"), `${test.path}/a.txt`],
    [hash("hello"), `${test.path}/a (2).txt`],
  ]);
  assertEquals([...await test.folder.copies("a.txt", { size: 4 })], []);
  assertEquals([...await test.folder.copies("b.txt", { size: 5 })], []);
});

Deno.test("HalfFile.leave() leaves nothing that could never be resumed", async () => {
  await using test = await setUp();
  await (await test.folder.create(version("empty"))).leave();
  const untagged = await test.folder.create({ name: "a.txt", size: 5 });
  await untagged.write(text("hel"));
  assertEquals(await untagged.leave(), 0);
  assertEquals(await test.names(), []);
});

Deno.test("DownloadFolder.keep() gives two downloads that finish at once two names", async () => {
  await using test = await setUp();
  const parts = await Promise.all(
    Array.from({ length: 20 }, () => test.folder.create(version("a.txt"))),
  );
  await Promise.all(parts.map((part, i) => part.write(text(`file ${i}`))));
  const paths = await Promise.all(
    parts.map((part, i) =>
      new DownloadFolder(test.path).keep(part, kept("a.txt", `file ${i}`))
    ),
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

Deno.test("DownloadFolder.find() looks through the folder of halves once for many files", async () => {
  using time = new FakeTime();
  await using test = await setUp();
  const half = await test.folder.create(version("a.txt"));
  const real = Deno.readDir;
  let looks = 0;
  Deno.readDir = (path) => {
    if (String(path).startsWith(`${test.path}/.messenger`)) looks++;
    return real(path);
  };
  try {
    for (let file = 0; file < 5; file++) {
      assertEquals(await test.folder.find(`${file}.txt`), undefined);
    }
    const once = looks;
    await time.pass(2_001);
    await test.folder.find("b.txt");
    assertEquals([once, looks], [1, 2]);
  } finally {
    Deno.readDir = real;
    await half.discard();
  }
});
