import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { FileChanged } from "../../lib/files/shared_file.ts";
import { FileCatalog } from "../../lib/files/file_catalog.ts";
import { MAX_DEPTH } from "../../lib/files/folder_scan.ts";
import {
  MAX_OPEN_FILES,
  MAX_WAITING_FILES,
} from "../../lib/files/file_limits.ts";
import { settle, tempFolder } from "../testing.ts";

/** Returns a catalog by whose clock every file is old. */
function stillCatalog(folder: string): FileCatalog {
  return new FileCatalog(folder, { now: () => Date.now() + 60_000 });
}

/** Returns a shared folder inside a folder with a secret beside it. */
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
    catalog: stillCatalog(folder),
    outer: outer.path,
    [Symbol.asyncDispose]: () => outer[Symbol.asyncDispose](),
  };
}

async function read(catalog: FileCatalog, name: string): Promise<string> {
  using file = await catalog.open(name);
  const buffer = new Uint8Array(1000);
  const length = await file.read(buffer, 0);
  return new TextDecoder().decode(buffer.subarray(0, length));
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
  await Deno.symlink("../secret.txt", `${shared.folder}/link.txt`, {
    type: "file",
  });
  await Deno.symlink("..", `${shared.folder}/up`, { type: "dir" });
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
  assertEquals(await file.read(buffer, 0), 3);
  assertEquals(await file.read(buffer, 3), 2);
  await assertRejects(() => file.read(buffer, 5), FileChanged);
});

Deno.test("FileCatalog.open() opens nothing outside the folder", async () => {
  await using shared = await sharedFolder({ "a.txt": "a", ".hidden": "x" });
  const { outer, folder } = shared;
  await Deno.mkdir(`${folder}/sub`);
  await Deno.writeTextFile(`${folder}/sub/b.txt`, "b");
  await Deno.writeTextFile(`${folder}/sub/.hidden`, "x");
  await Deno.symlink("../a.txt", `${folder}/sub/link.txt`, { type: "file" });
  await Deno.symlink("..", `${folder}/sub/up`, { type: "dir" });
  await Deno.symlink("../secret.txt", `${folder}/link.txt`, { type: "file" });
  await Deno.symlink("..", `${folder}/up`, { type: "dir" });
  const names = [
    "../secret.txt",
    "..\\secret.txt",
    "./a.txt",
    "sub/../a.txt",
    "sub/../sub/b.txt",
    "sub//b.txt",
    "/sub/b.txt",
    "sub/b.txt/",
    "sub/.hidden",
    "sub/link.txt",
    "sub/up/a.txt",
    "sub/*",
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

Deno.test("FileCatalog.open() accepts a name that differs in case or accents, if only one file matches", async () => {
  await using shared = await sharedFolder({
    "Report.PDF": "report",
    "Zo\u00eb.txt": "zoe",
    "a.txt": "small",
    "A.txt": "large",
  });
  const { catalog } = shared;
  assertEquals(await read(catalog, "report.pdf"), "report");
  assertEquals(await read(catalog, "ZOE\u0308.TXT"), "zoe");
  if ((await catalog.list()).length < 4) return; // A disk that ignores case.
  assertEquals(await read(catalog, "a.txt"), "small");
  assertEquals(await read(catalog, "A.txt"), "large");
  await assertRejects(() => catalog.open("a.TXT"), ChatError);
});

Deno.test("OpenFile notices any change of the file, at once and at its end", async () => {
  const path = (folder: string) => `${folder}/a.txt`;
  const cases: Record<string, (folder: string) => Promise<unknown>> = {
    grown: (folder) => Deno.writeTextFile(path(folder), "!", { append: true }),
    truncated: (folder) => Deno.truncate(path(folder), 2),
    changed: (folder) => Deno.writeTextFile(path(folder), "world"),
    "re-timed": (folder) => Deno.utime(path(folder), 1, 1),
    async "changed, its time set back"(folder) {
      const { mtime } = await Deno.lstat(path(folder));
      await Deno.writeTextFile(path(folder), "world");
      await Deno.utime(path(folder), mtime!, mtime!);
    },
    unlinked: (folder) => Deno.remove(path(folder)),
    linked: (folder) => Deno.link(path(folder), `${folder}/b.txt`),
    async replaced(folder) {
      await Deno.writeTextFile(`${folder}/new`, "world");
      await Deno.rename(`${folder}/new`, path(folder));
    },
  };
  for (const [how, happen] of Object.entries(cases)) {
    await using shared = await sharedFolder({ "a.txt": "hello" });
    // Wait for the next second: some disks store whole seconds only.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    using file = await shared.catalog.open("a.txt");
    await file.check();
    assertEquals(await file.read(new Uint8Array(2), 0), 2);
    const isDone = await happen(shared.folder).then(() => true, () => false);
    // Windows does not replace an open file, and removes it only when it is closed.
    if (Deno.build.os === "windows" && (!isDone || how === "unlinked")) {
      continue;
    }
    assert(isDone);
    await assertRejects(() => file.check(), FileChanged, "", how);
    if (how === "replaced" || how === "unlinked") continue; // Noticed at its end.
    await assertRejects(
      () => file.read(new Uint8Array(2), 2),
      FileChanged,
      "",
      how,
    );
  }
});

Deno.test("FileCatalog creates its folder, and creates it again after it was removed", async () => {
  await using outer = await tempFolder();
  const folder = `${outer.path}/some/download`;
  const catalog = stillCatalog(folder);
  await catalog.prepare();
  await catalog.prepare();
  await Deno.remove(folder);
  assertEquals(await catalog.list(), []);
  await Deno.writeTextFile(`${folder}/new.txt`, "new");
  assertEquals((await catalog.list()).length, 1);
});

Deno.test("FileCatalog shows and opens files of sub-folders, with a / in the name", async () => {
  await using shared = await sharedFolder({ "a.txt": "a" });
  const { folder, catalog } = shared;
  await Deno.mkdir(`${folder}/Sub/Unit 1`, { recursive: true });
  await Deno.mkdir(`${folder}/.git`);
  await Deno.writeTextFile(`${folder}/Sub/b.txt`, "b");
  await Deno.writeTextFile(`${folder}/Sub/Unit 1/c.txt`, "c");
  await Deno.writeTextFile(`${folder}/.git/config`, "x");
  // Links to folders are not followed, nor circles of links.
  await Deno.symlink("..", `${folder}/Sub/up`, { type: "dir" });
  const names = (await catalog.list()).map(({ name }) => name);
  assertEquals(names, ["a.txt", "Sub/b.txt", "Sub/Unit 1/c.txt"]);
  assertEquals(await read(catalog, "Sub/Unit 1/c.txt"), "c");
  assertEquals(await read(catalog, "SUB/unit 1/C.TXT"), "c");
});

Deno.test("FileCatalog stops at its depth limit, and omits names that no message can hold", async () => {
  await using shared = await sharedFolder({});
  const { folder, catalog } = shared;
  const deep = Array.from({ length: MAX_DEPTH }, () => "d").join("/");
  await Deno.mkdir(`${folder}/${deep}/e`, { recursive: true });
  await Deno.writeTextFile(`${folder}/${deep}/a.txt`, "a");
  await Deno.writeTextFile(`${folder}/${deep}/e/b.txt`, "b");
  const long = Array.from({ length: 5 }, () => "x".repeat(250)).join("/");
  await Deno.mkdir(`${folder}/${long}`, { recursive: true });
  await Deno.writeTextFile(`${folder}/${long}/c.txt`, "c");
  const names = (await catalog.list()).map(({ name }) => name);
  assertEquals(names, [`${deep}/a.txt`]);
  assertEquals(await read(catalog, `${deep}/a.txt`), "a");
  await assertRejects(() => catalog.open(`${deep}/e/b.txt`), ChatError);
});

Deno.test("OpenFile.tag identifies one version: it stays the same while nothing changes", async () => {
  await using shared = await sharedFolder({
    "a.txt": "hello",
    "b.txt": "hello",
  });
  const { folder, catalog } = shared;
  const path = `${folder}/a.txt`;
  const tag = async (name = "a.txt") => {
    using file = await catalog.open(name);
    return file.tag;
  };
  const first = await tag();
  assertEquals(await tag(), first);
  assertNotEquals(await tag("b.txt"), first);
  await Deno.writeTextFile(path, "world");
  await Deno.utime(path, 1, 1);
  const second = await tag();
  assertNotEquals(second, first);
  // Another file with the same size and times takes its place.
  await Deno.writeTextFile(`${path}.new`, "again");
  await Deno.utime(`${path}.new`, 1, 1);
  await Deno.rename(`${path}.new`, path);
  assertNotEquals(await tag(), second);
});

Deno.test("OpenFile.hash is shared by the readers of one version, and by no others", async () => {
  await using shared = await sharedFolder({ "a.txt": "hello" });
  const { folder, catalog } = shared;
  using first = await catalog.open("a.txt");
  using again = await catalog.open("a.txt");
  assert(first.hash === again.hash);
  await Deno.utime(`${folder}/a.txt`, 1, 1);
  using other = await catalog.open("a.txt");
  assert(other.hash !== first.hash);
});

Deno.test("FileCatalog opens a limited number of files at a time, in turns between users", async () => {
  await using shared = await sharedFolder({ "a.txt": "hello" });
  const { catalog } = shared;
  const { files } = catalog.limits;
  const greedy = {};
  const opened = await Promise.all(
    Array.from(
      { length: MAX_OPEN_FILES },
      () => catalog.open("a.txt", { owner: greedy }),
    ),
  );
  assert(files.isFull);
  const more = catalog.open("a.txt", { owner: greedy });
  const modest = catalog.open("a.txt", { owner: {} });
  await settle();
  assertEquals([files.inside, files.waiting], [MAX_OPEN_FILES, 2]);
  // The next place goes to the user who has none, though another asked earlier.
  opened[0]!.park();
  (await modest)[Symbol.dispose]();
  (await more)[Symbol.dispose]();
  // A parked file is opened again for a read, and is the same file.
  const buffer = new Uint8Array(5);
  const length = await opened[0]!.turn(() => opened[0]!.read(buffer, 0));
  assertEquals([length, files.inside], [5, MAX_OPEN_FILES]);
  for (const file of opened) file[Symbol.dispose]();
  opened[0]![Symbol.dispose]();
  assertEquals(files.inside, 0);
});

Deno.test("FileCatalog.open() refuses a request that would wait too long, and forgets those that give up", async () => {
  await using shared = await sharedFolder({ "a.txt": "hello" });
  const { catalog } = shared;
  const { files } = catalog.limits;
  const controller = new AbortController();
  const visitor = { owner: {}, signal: controller.signal };
  for (let i = 0; i < MAX_OPEN_FILES; i++) await files.enter({ owner: {} });
  const waiting = Array.from(
    { length: MAX_WAITING_FILES },
    () => catalog.open("a.txt", visitor),
  );
  const { code } = await assertRejects(
    () => catalog.open("a.txt", visitor),
    ChatError,
    "Too many people are downloading",
  );
  assertEquals(code, "busy");
  // Others do not keep out a user who has none in the queue.
  const late = catalog.open("a.txt", { ...visitor, owner: {} });
  assertEquals(files.waiting, MAX_WAITING_FILES + 1);
  waiting.push(late);
  controller.abort(new Error("gone"));
  for (const one of waiting) await assertRejects(() => one, Error, "gone");
  assertEquals([files.inside, files.waiting], [MAX_OPEN_FILES, 0]);
});

Deno.test("A parked file that has changed is not sent", async () => {
  await using shared = await sharedFolder({ "a.txt": "hello" });
  using file = await shared.catalog.open("a.txt");
  file.park();
  await Deno.writeTextFile(`${shared.folder}/a.txt`, "HELLO, too");
  await assertRejects(
    () => file.turn(() => file.read(new Uint8Array(5), 0)),
    FileChanged,
  );
  file.park();
  await Deno.remove(`${shared.folder}/a.txt`);
  await assertRejects(() => file.check(), FileChanged);
  assertEquals(shared.catalog.limits.files.inside, 0);
});
