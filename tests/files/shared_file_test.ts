import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import {
  earlierTagOf,
  FileChanged,
  fullTagOf,
  SharedFile,
  tagOf,
} from "../../lib/files/shared_file.ts";
import { tempFolder } from "../testing.ts";

/** A folder with a file of five bytes. */
async function setUp() {
  const folder = await tempFolder();
  const path = `${folder.path}/a.txt`;
  await Deno.writeTextFile(path, "hello");
  return {
    folder: folder.path,
    path,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Runs `work` while each `lstat` returns the result of `lookAt`. */
async function looking<T>(
  lookAt: (path: string | URL) => Promise<Deno.FileInfo>,
  work: () => Promise<T>,
): Promise<T> {
  const real = Deno.lstat;
  Deno.lstat = lookAt;
  try {
    return await work();
  } finally {
    Deno.lstat = real;
  }
}

Deno.test("SharedFile.read() reads from any position; a read at the end is a change", async () => {
  await using test = await setUp();
  using file = (await SharedFile.open(test.path, "a.txt"))!;
  assertEquals([file.entry.name, file.entry.size], ["a.txt", 5]);
  const buffer = new Uint8Array(3);
  assertEquals([await file.read(buffer, 4), buffer[0]], [1, 0x6f]);
  assertEquals([await file.read(buffer, 0), buffer[0]], [3, 0x68]);
  await assertRejects(() => file.read(buffer, 5), FileChanged);
  await file.check();
});

Deno.test("SharedFile.open() opens plain files only", async () => {
  await using test = await setUp();
  await Deno.mkdir(`${test.folder}/sub`);
  const names = ["sub"];
  // Links under Wine are not those of Windows.
  if (Deno.build.os !== "windows") {
    await Deno.symlink(test.path, `${test.folder}/link`);
    names.push("link");
  }
  for (const name of names) {
    const path = `${test.folder}/${name}`;
    assertEquals(await SharedFile.open(path, name), undefined, name);
  }
  await assertRejects(
    () => SharedFile.open(`${test.folder}/none`, "none"),
    Deno.errors.NotFound,
  );
});

Deno.test({
  name: "SharedFile.open() opens no other file than the one it has checked",
  ignore: Deno.build.os === "windows", // Wine does not tell files apart.
  async fn() {
    await using test = await setUp();
    const other = `${test.folder}/other`;
    await Deno.writeTextFile(other, "other");
    const real = Deno.lstat;
    const file = await looking(
      () => real(other),
      () => SharedFile.open(test.path, "a.txt"),
    );
    assertEquals(file, undefined);
  },
});

Deno.test({
  name: "SharedFile.open() opens a file that has just been replaced",
  ignore: Deno.build.os === "windows", // Wine does not tell files apart.
  async fn() {
    await using test = await setUp();
    const real = Deno.lstat;
    const old = await real(test.folder);
    let looks = 0;
    using file = await looking(
      async (path) =>
        looks++ === 0
          ? { ...await real(path), ino: (old.ino ?? 0) + 1_000_000 }
          : await real(path),
      () => SharedFile.open(test.path, "a.txt"),
    );
    assert(file !== undefined);
    assertEquals(looks, 2);
  },
});

Deno.test("SharedFile.check() notices another file at the path", async () => {
  await using test = await setUp();
  using file = (await SharedFile.open(test.path, "a.txt"))!;
  await file.check();
  const isMoved = await Deno.rename(test.path, `${test.folder}/moved`)
    .then(() => true, () => false);
  if (!isMoved) return; // Windows does not move an open file.
  await assertRejects(() => file.check(), FileChanged);
  await Deno.writeTextFile(test.path, "hello");
  await assertRejects(() => file.check(), FileChanged);
});

Deno.test("SharedFile closes once", async () => {
  await using test = await setUp();
  const file = (await SharedFile.open(test.path, "a.txt"))!;
  file[Symbol.dispose]();
  file[Symbol.dispose]();
  await assertRejects(() => file.read(new Uint8Array(1), 0), Error);
});

Deno.test({
  name:
    "tagOf() is the same after chmod, and differs for another file or version",
  permissions: "none",
  fn() {
    const at = (time: number) => new Date(time);
    const look = { dev: 1, ino: 2, size: 3, mtime: at(4), ctime: at(5) };
    const tag = tagOf(look);
    assert(/^[0-9a-f]{32}$/.test(tag));
    assertEquals(tagOf({ ...look, ctime: at(6), dev: 7 }), tag);
    for (const change of [{ ino: 3 }, { size: 4 }, { mtime: at(5) }]) {
      assertNotEquals(tagOf({ ...look, ...change }), tag);
    }
  },
});

Deno.test({
  name: "fullTagOf() and earlierTagOf() differ after any change",
  permissions: "none",
  fn() {
    const at = (time: number) => new Date(time);
    const look = { dev: 1, ino: 2, size: 3, mtime: at(4), ctime: at(5) };
    const changes = [
      { dev: 2 },
      { ino: 3 },
      { size: 4 },
      { mtime: at(5) },
      { ctime: at(6) },
    ];
    for (const tagOf of [fullTagOf, earlierTagOf]) {
      assertEquals(tagOf({ ...look }), tagOf(look));
      for (const change of changes) {
        assertNotEquals(tagOf({ ...look, ...change }), tagOf(look));
      }
    }
    // The tag of version 0.1.0, as its partial downloads have it.
    assertEquals(earlierTagOf(look), "b726eed184cea30d5a57fb645f77527e");
  },
});

Deno.test("SharedFile reads a file of any date as unchanged", async () => {
  await using test = await setUp();
  // Before 1970, in the year 1901, with parts of a millisecond, and far ahead.
  for (const seconds of [-43_200, -2_147_483_648, -0.4567895, 1e10]) {
    await Deno.utime(test.path, seconds, seconds).catch(() => {});
    using file = await SharedFile.open(test.path, "a.txt");
    assertEquals(await file!.read(new Uint8Array(5), 0), 5);
    await file!.check();
  }
});
