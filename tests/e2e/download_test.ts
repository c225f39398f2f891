import { assertEquals } from "@std/assert";
import {
  assertSameBytes,
  Folder,
  join,
  otherServer,
  type Program,
  Server,
} from "./programs.ts";
import { canMount, smallDisk } from "./small_disk.ts";

const MEBIBYTE = 1024 * 1024;

function pattern(length: number, seed = 1): Uint8Array {
  return Uint8Array.from(
    { length },
    (_, i) => (i * 31 + (i >> 8) + seed) & 255,
  );
}

Deno.test("4 /get takes numbers, patterns and quotation marks; sub-folders stay sub-folders", async () => {
  await using server = await Server.start();
  for (const name of ["a.png", "b.png", "c d.txt", "e.txt", "sub/f.png"]) {
    server.folder.write(`download/${name}`, name);
  }
  await using ann = await join(server, "Ann");
  await ann.type("/files *.png");
  await ann.output.next("3 of 5 files on the server:");
  await ann.output.next(/^ {2}1 {2}a\.png {4}5 B/);
  await ann.output.next(/^ {2}2 {2}b\.png {4}5 B/);
  await ann.output.next("  sub/");
  await ann.output.next(/^ {4}5 {2}f\.png {2}9 B/);
  await ann.type("/get 5 1-2", '/get "c d.txt" e.txt');
  for (const name of ["a.png", "b.png", "c d.txt", "e.txt", "sub/f.png"]) {
    await ann.output.somewhere(
      `Saved Ann/${name} (${name.length} B, verified)`,
    );
    assertEquals(ann.folder.readText(`Ann/${name}`), name);
  }
});

Deno.test("4 two thousand files are listed at once, filtered, and downloaded", async () => {
  const count = 2000;
  await using server = await Server.start();
  for (let i = 1; i <= count; i++) {
    server.folder.write(`download/file ${i} ${"x".repeat(60)}.txt`, `${i}`);
  }
  await using ann = await join(server, "Ann");
  await ann.type("/files");
  await ann.output.next("2,000 files on the server:");
  await ann.output.next(
    /^ {2}2000 {2}file 2000 x+\.txt {2}4 B$/,
  );
  await ann.type("/files *199? *");
  await ann.output.next("10 of 2,000 files on the server:");
  await ann.type("/get 1-20 991-1000 1981-2000");
  for (const i of [1, 1000, count]) {
    await ann.output.somewhere(new RegExp(`^Saved Ann/file ${i} x+\\.txt`));
  }
});

Deno.test("4 two programs that download one file into one folder get two good files", async () => {
  const data = pattern(20 * MEBIBYTE);
  await using server = await Server.start();
  server.folder.write("download/a.bin", data);
  using folder = new Folder();
  // Only one of them may take over the half of a killed program.
  folder.write("Ann/a.bin.part", data.subarray(0, MEBIBYTE));
  await using ann = await join(server, "Ann", { folder });
  // The other program reaches the same folder by another name.
  Deno.symlinkSync("Ann", `${folder.path}/Bob`, { type: "dir" });
  await using bob = await join(server, "Bob", { folder });
  await Promise.all([ann, bob].map((client) => client.type("/get a.bin")));
  await ann.output.next(/^Saved Ann\/a( \(1\))?\.bin /);
  await bob.output.next(/^Saved Bob\/a( \(1\))?\.bin /);
  assertEquals(folder.list("Ann"), ["a (1).bin", "a.bin", "a.bin.part"]);
  assertSameBytes(folder.read("Ann/a.bin"), data);
  assertSameBytes(folder.read("Ann/a (1).bin"), data);
});

Deno.test("4 /cancel stops the named download, the other continues", async () => {
  await using server = await Server.start();
  server.folder.writeSparse("download/large.bin", 4096 * MEBIBYTE);
  server.folder.writeSparse("download/larger.bin", 4096 * MEBIBYTE);
  await using ann = await join(server, "Ann");
  await ann.type("/get larger.bin large.bin", "/users");
  await ann.output.next("1 person is here");
  await ann.type("/cancel large.bin", "/cancel large.bin");
  await ann.output.next("Not saved: large.bin: cancelled");
  await ann.output.next("No download of large.bin in progress");
  assertEquals(ann.folder.list("Ann"), [".messenger"]);
});

Deno.test("4 a file name of 255 bytes or of any letters is kept, twice", async () => {
  const names = [
    "ü".repeat(125) + ".txt",
    "你好 🦄 .txt",
    // Wine has no real path for a name this long, and Deno asks for it.
    ...(otherServer ? [] : ["x".repeat(255)]),
  ];
  await using server = await Server.start();
  for (const name of names) server.folder.write(`download/${name}`, name);
  await using ann = await join(server, "Ann");
  await ann.type("/get *");
  await ann.output.somewhere(/^Saved \d files/);
  await ann.type("/get --again *");
  for (const name of names) {
    await ann.output.somewhere(new RegExp(`^Saved Ann/${name} `));
  }
  while (ann.folder.list("Ann").length < 2 * names.length) {
    await ann.output.more(ann.output.all.length - 1);
    await ann.type("/users");
    await ann.output.next("1 person is here");
  }
  for (const name of names) {
    assertEquals(ann.folder.readText(`Ann/${name}`), name);
  }
});

const mountable = canMount();

Deno.test({
  name: mountable
    ? "4 a full disk is said; with room again, the download goes on"
    : "4 a full disk (ignored: only the superuser of Linux can make a small disk)",
  ignore: !mountable,
  async fn() {
    const data = pattern(6 * MEBIBYTE);
    using folder = new Folder();
    folder.makeFolder("Ann");
    using _disk = smallDisk(`${folder.path}/Ann`, 8 * MEBIBYTE);
    folder.write("Ann/other.bin", new Uint8Array(4 * MEBIBYTE));
    await using server = await Server.start();
    server.folder.write("download/a.bin", data);
    await using ann: Program = await join(server, "Ann", { folder });
    await ann.type("/get a.bin");
    await ann.output.next(
      /^Not saved: a\.bin: the disk is full \(\S+ MB kept: \/get resumes there\)$/,
    );
    assertEquals(folder.list("Ann"), [
      ".messenger",
      "other.bin",
    ]);
    Deno.removeSync(`${folder.path}/Ann/other.bin`);
    await ann.type("/get a.bin");
    await ann.output.next(/^Resuming a\.bin at /);
    await ann.output.next("Saved Ann/a.bin (6.29 MB, verified)");
    assertSameBytes(folder.read("Ann/a.bin"), data);
    assertEquals(folder.list("Ann"), ["a.bin"]);
  },
});
