import { join } from "node:path";
import { assert, assertEquals } from "@std/assert";
import { openCatalog, SHARED_FOLDER } from "../../lib/server/shared_folder.ts";
import { collectingLog, tempFolder } from "../testing.ts";

/** Opens the shared folder at `path`; resolves to what the operator reads. */
async function open(path: string, ownFolder?: string) {
  const { log } = collectingLog();
  const shown: string[] = [];
  const print = (line: string) => void shown.push(line);
  const catalog = await openCatalog(path, { ownFolder, print, log });
  return { catalog, shown };
}

Deno.test("openCatalog() creates the folder if there is none", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/${SHARED_FOLDER}`;
  const { catalog, shown } = await open(path);
  assert(Deno.statSync(path).isDirectory);
  assertEquals([await catalog.list(), shown], [[], []]);
});

Deno.test("openCatalog() says that a file has the folder's name, and the chat works", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/${SHARED_FOLDER}`;
  Deno.writeTextFileSync(path, "");
  const { shown } = await open(path, `${folder.path}/own`);
  assertEquals(shown, [
    'Cannot create the folder "download": a file has that name. Rename or ' +
    "remove it, then start the server again. The chat works, but there are " +
    "no files to download",
  ]);
});

Deno.test("openCatalog() takes the folder in the user's profile if this one is read-only", async () => {
  await using folder = await tempFolder();
  const own = join(folder.path, "own");
  const real = Deno.mkdir;
  Deno.mkdir = (path, options) =>
    String(path).startsWith(own)
      ? Reflect.apply(real, Deno, [path, options])
      : Promise.reject(new Deno.errors.PermissionDenied("read-only"));
  try {
    const { catalog, shown } = await open(
      `${folder.path}/${SHARED_FOLDER}`,
      own,
    );
    const other = join(own, SHARED_FOLDER);
    await Deno.writeTextFile(join(other, "a.txt"), "hello");
    assertEquals((await catalog.list()).map(({ name }) => name), ["a.txt"]);
    assertEquals(shown, [
      `This folder is read-only: the files to download are in ${other}`,
    ]);
  } finally {
    Deno.mkdir = real;
  }
  assert(Deno.statSync(`${own}/${SHARED_FOLDER}`).isDirectory);
});
