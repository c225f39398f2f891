import { assertEquals, assertRejects } from "@std/assert";
import { giveName, removeOwn } from "../../lib/files/give_name.ts";
import { HalfTouched } from "../../lib/files/own_writes.ts";
import { tempFolder } from "../testing.ts";

/** A complete file, open for writing, as a download leaves it. */
async function setUp(words = "hello") {
  const folder = await tempFolder();
  const path = `${folder.path}/half`;
  const file = await Deno.open(path, { read: true, write: true, create: true });
  await file.write(new TextEncoder().encode(words));
  return {
    path,
    to: (name: string) => `${folder.path}/${name}`,
    complete: { path, look: () => file.stat() },
    read: (name: string) => Deno.readTextFile(`${folder.path}/${name}`),
    async names() {
      const entries = await Array.fromAsync(Deno.readDir(folder.path));
      return entries.map(({ name }) => name).sort();
    },
    async [Symbol.asyncDispose]() {
      file.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Runs `work` with `link` in place of the disk's hard links. */
async function linking<T>(
  link: typeof Deno.link,
  work: () => Promise<T>,
): Promise<T> {
  const real = Deno.link;
  Deno.link = link;
  try {
    return await work();
  } finally {
    Deno.link = real;
  }
}

const realLink = Deno.link;
const noLinks = () => Promise.reject(new Error("not supported"));

Deno.test("giveName() gives the first free name, and replaces nothing", async () => {
  await using test = await setUp();
  await Deno.writeTextFile(test.to("a"), "mine");
  const path = await giveName(test.complete, [test.to("a"), test.to("b")]);
  assertEquals(path, test.to("b"));
  assertEquals([await test.read("a"), await test.read("b")], ["mine", "hello"]);
});

Deno.test("giveName() fails when every name is taken", async () => {
  await using test = await setUp();
  await Deno.writeTextFile(test.to("a"), "mine");
  await assertRejects(
    () => giveName(test.complete, [test.to("a")]),
    Error,
    "All names like it are taken",
  );
  await assertRejects(() => giveName(test.complete, []), Error, "All names");
});

Deno.test({
  name: "giveName() does not name another file that has the half's path",
  ignore: Deno.build.os === "windows", // Windows does not replace an open file.
  async fn() {
    for (const words of ["hello", "other"]) {
      await using test = await setUp();
      await Deno.writeTextFile(test.to("new"), words);
      const { atime, mtime } = await Deno.stat(test.path);
      await Deno.utime(test.to("new"), atime!, mtime!);
      await Deno.rename(test.to("new"), test.path);
      await assertRejects(
        () => giveName(test.complete, [test.to("a")]),
        HalfTouched,
        "another file replaced",
      );
      assertEquals(await test.names(), ["half"]);
    }
  },
});

Deno.test({
  name: "giveName() removes the name again from a file that is not the half",
  ignore: Deno.build.os === "windows", // Windows does not replace an open file.
  async fn() {
    await using test = await setUp();
    // Another program replaces the half at the last moment.
    const link = async (from: string | URL, to: string | URL) => {
      await Deno.writeTextFile(test.to("new"), "evil!");
      await Deno.rename(test.to("new"), from);
      await realLink(String(from), String(to));
    };
    await assertRejects(
      () => linking(link, () => giveName(test.complete, [test.to("a")])),
      HalfTouched,
      "another file replaced",
    );
    // A foreign file must not be removed.
    assertEquals([await test.read("a"), await test.read("half")], [
      "evil!",
      "evil!",
    ]);
  },
});

Deno.test({
  name: "giveName() reports that the half is gone",
  ignore: Deno.build.os === "windows", // On Windows an open file cannot be removed.
  async fn() {
    await using test = await setUp();
    const gone = () => Promise.reject(new Deno.errors.NotFound());
    await assertRejects(
      () => linking(gone, () => giveName(test.complete, [test.to("a")])),
      HalfTouched,
      "removed",
    );
    await Deno.remove(test.path);
    await assertRejects(
      () => giveName(test.complete, [test.to("a")]),
      HalfTouched,
      "removed",
    );
    assertEquals(await test.names(), []);
  },
});

Deno.test("giveName() moves the file on a disk without links, and replaces nothing", async () => {
  await using test = await setUp();
  await Deno.writeTextFile(test.to("a"), "mine");
  const paths = [test.to("a"), test.to("b")];
  const named = await linking(noLinks, () => giveName(test.complete, paths))
    .catch((error) => {
      // Windows does not move a file that is open for writing.
      if (Deno.build.os !== "windows") throw error;
    });
  assertEquals(await test.read("a"), "mine");
  if (named === undefined) return;
  assertEquals(named, test.to("b"));
  assertEquals(await test.names(), ["a", "b"]);
  assertEquals(await test.read("b"), "hello");
});

Deno.test("giveName() leaves no empty file when the half cannot be moved", async () => {
  await using test = await setUp();
  const real = Deno.rename;
  Deno.rename = () => Promise.reject(new Error("no"));
  try {
    await assertRejects(
      () => linking(noLinks, () => giveName(test.complete, [test.to("a")])),
      Error,
      "no",
    );
  } finally {
    Deno.rename = real;
  }
  assertEquals(await test.names(), ["half"]);
});

Deno.test("removeOwn() removes only the file it means", async () => {
  await using test = await setUp();
  const own = await Deno.lstat(test.path);
  await Deno.writeTextFile(test.to("a"), "mine");
  await Deno.mkdir(test.to("folder"));
  await removeOwn(test.to("folder"), own);
  await removeOwn(test.to("none"), own);
  // Wine does not tell files apart.
  if (own.ino) await removeOwn(test.to("a"), own);
  assertEquals(await test.names(), ["a", "folder", "half"]);
  await Deno.writeTextFile(test.to("b"), "ours");
  await removeOwn(test.to("b"), await Deno.lstat(test.to("b")));
  assertEquals(await test.names(), ["a", "folder", "half"]);
});
