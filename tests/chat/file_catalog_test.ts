import { assert, assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/chat/chat_error.ts";
import { FileCatalog } from "../../lib/chat/file_catalog.ts";
import { tempFolder } from "../testing.ts";

/** A shared folder inside a folder with a secret beside it. */
async function sharedFolder(files: Record<string, string>) {
  const outer = await tempFolder();
  const folder = `${outer.path}/download`;
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${outer.path}/secret.txt`, "secret");
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  return {
    folder,
    catalog: new FileCatalog(folder),
    outer: outer.path,
    [Symbol.asyncDispose]: () => outer[Symbol.asyncDispose](),
  };
}

async function read(catalog: FileCatalog, name: string): Promise<string> {
  using file = await catalog.open(name);
  const buffer = new Uint8Array(1000);
  const length = await file.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
}

Deno.test("FileCatalog.list() shows plain files only, in natural order", async () => {
  await using shared = await sharedFolder({
    "b10.txt": "1234567890",
    "b9.txt": "",
    "a.txt": "a",
    "é.txt": "é",
    ".hidden": "x",
  });
  await Deno.mkdir(`${shared.folder}/folder`);
  await Deno.symlink("../secret.txt", `${shared.folder}/link.txt`);
  await Deno.symlink("..", `${shared.folder}/up`);
  const entries = await shared.catalog.list();
  assertEquals(
    entries.map(({ name, size }) => [name, size]),
    [["a.txt", 1], ["b9.txt", 0], ["b10.txt", 10], ["é.txt", 2]],
  );
  assert(entries.every(({ modified }) => Number.isSafeInteger(modified)));
});

Deno.test("FileCatalog.open() reads a file of the folder to its end", async () => {
  await using shared = await sharedFolder({ "a.txt": "hello" });
  using file = await shared.catalog.open("a.txt");
  assertEquals([file.entry.name, file.entry.size], ["a.txt", 5]);
  const buffer = new Uint8Array(3);
  assertEquals(await file.read(buffer), 3);
  assertEquals(await file.read(buffer), 2);
  assertEquals(await file.read(buffer), null);
});

Deno.test("FileCatalog.open() opens nothing outside the folder", async () => {
  await using shared = await sharedFolder({ "a.txt": "a", ".hidden": "x" });
  const { outer, folder } = shared;
  await Deno.mkdir(`${folder}/sub`);
  await Deno.writeTextFile(`${folder}/sub/b.txt`, "b");
  await Deno.symlink("../secret.txt", `${folder}/link.txt`);
  await Deno.symlink("..", `${folder}/up`);
  const names = [
    "../secret.txt",
    "..\\secret.txt",
    "./a.txt",
    "sub/../a.txt",
    "sub/b.txt",
    "sub\\b.txt",
    "up/secret.txt",
    "link.txt",
    "sub",
    "up",
    ".hidden",
    `${outer}/secret.txt`,
    `${folder}/a.txt`,
    "C:\\x",
    "C:a.txt",
    "\\\\host\\share",
    "\\\\?\\C:\\x",
    "/etc/passwd",
    "a.txt\0",
    "\0",
    "a.txt:stream",
    "a.txt::$DATA",
    "a.txt.",
    "a.txt ",
    "NUL",
    "",
    ".",
    "..",
    "*",
    "%2e%2e/secret.txt",
    "__proto__",
  ];
  for (const name of names) {
    const error = await assertRejects(
      () => shared.catalog.open(name),
      ChatError,
      "There is no file",
      name,
    );
    assertEquals(error.code, "no-such-file");
  }
});

Deno.test("FileCatalog.open() takes a name that differs in case or accents, if it is the only one", async () => {
  await using shared = await sharedFolder({
    "Report.PDF": "report",
    "Zo\u00eb.txt": "zoe",
    "a.txt": "small",
    "A.txt": "large",
  });
  const { catalog } = shared;
  assertEquals(await read(catalog, "report.pdf"), "report");
  assertEquals(await read(catalog, "ZOE\u0308.TXT"), "zoe");
  if ((await catalog.list()).length < 4) return; // A disk without case.
  assertEquals(await read(catalog, "a.txt"), "small");
  assertEquals(await read(catalog, "A.txt"), "large");
  await assertRejects(() => catalog.open("a.TXT"), ChatError);
});

Deno.test("OpenFile.changed() notices that the file grew or shrank", async () => {
  await using shared = await sharedFolder({ "a.txt": "hello" });
  const path = `${shared.folder}/a.txt`;
  using file = await shared.catalog.open("a.txt");
  assertEquals(await file.changed(), false);
  await Deno.writeTextFile(path, "!", { append: true });
  assertEquals(await file.changed(), true);
});

Deno.test("OpenFile.changed() notices other bytes of the same length", async () => {
  await using shared = await sharedFolder({ "a.txt": "hello" });
  const path = `${shared.folder}/a.txt`;
  using file = await shared.catalog.open("a.txt");
  await Deno.writeTextFile(path, "world");
  await Deno.utime(path, 1, 1);
  assertEquals(await file.changed(), true);
});

Deno.test("FileCatalog makes its folder, and makes it again if it is gone", async () => {
  await using outer = await tempFolder();
  const folder = `${outer.path}/some/download`;
  const catalog = new FileCatalog(folder);
  await catalog.prepare();
  await catalog.prepare();
  await Deno.remove(folder);
  assertEquals(await catalog.list(), []);
  await Deno.writeTextFile(`${folder}/new.txt`, "new");
  assertEquals((await catalog.list()).length, 1);
});
