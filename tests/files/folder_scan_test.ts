import { assertEquals } from "@std/assert";
import { entryOf, MAX_FILES, scanFolder } from "../../lib/files/folder_scan.ts";
import { tempFolder } from "../testing.ts";

const EMPTY = new Uint8Array(0);

Deno.test({
  name: "entryOf() omits a time out of range, and rejects a size out of range",
  permissions: "none",
  fn() {
    const look = (size: number, time: number) => ({
      size,
      mtime: new Date(time),
    });
    assertEquals(entryOf("a", look(5, 7)), { name: "a", size: 5, modified: 7 });
    for (const time of [NaN, -1, 1e300]) {
      assertEquals(entryOf("a", look(5, time)), { name: "a", size: 5 });
    }
    for (const size of [-1, NaN, 0.5, 2 ** 60]) {
      assertEquals(entryOf("a", look(size, 7)), undefined);
    }
  },
});

Deno.test({
  name: "scanFolder() opens no pipe, and reports what it has left out",
  ignore: Deno.build.os === "windows", // Windows has no such pipes and names.
  async fn() {
    await using folder = await tempFolder();
    await Deno.writeTextFile(`${folder.path}/a.txt`, "a");
    const args = ["-c", 'mkfifo pipe; touch "$(printf "bad\\377")"'];
    await new Deno.Command("sh", { args, cwd: folder.path }).output();
    const { files, total, skipped } = await scanFolder(folder.path);
    assertEquals(files.map(({ entry }) => entry.name), ["a.txt"]);
    assertEquals(total, 1);
    assertEquals([...skipped], [["bad\ufffd", "its name is not valid text"]]);
  },
});

Deno.test("scanFolder() lists at most 10,000 files, and counts the others", async () => {
  await using folder = await tempFolder();
  const name = (i: number) => `${folder.path}/file ${i}`;
  for (let i = 1; i <= MAX_FILES + 1; i++) Deno.writeFileSync(name(i), EMPTY);
  const { files, total } = await scanFolder(folder.path);
  assertEquals(files.length, MAX_FILES);
  assertEquals(files.at(-1)!.entry.name, `file ${MAX_FILES}`);
  assertEquals(total, MAX_FILES + 1);
});

Deno.test({
  name:
    "scanFolder() lists files that only their owner may read, without asking who runs the server",
  permissions: { read: true, write: true, sys: false },
  async fn() {
    await using folder = await tempFolder();
    for (const mode of [0o600, 0o640]) {
      const path = `${folder.path}/${mode}`;
      await Deno.writeTextFile(path, "");
      await Deno.chmod(path, mode).catch(() => {}); // Windows has no modes.
    }
    assertEquals((await scanFolder(folder.path)).total, 2);
  },
});

Deno.test("scanFolder() skips files that are gone, and reports those that it cannot look at", async () => {
  await using folder = await tempFolder();
  const faults: Record<string, Error> = {
    gone: new Deno.errors.NotFound("gone"),
    held: new Deno.errors.PermissionDenied("held"),
  };
  for (const name of ["a", ...Object.keys(faults)]) {
    await Deno.writeFile(`${folder.path}/${name}`, EMPTY);
  }
  const real = Deno.lstat;
  Deno.lstat = (path) => {
    const fault = faults[String(path).replace(/^.*\//, "")];
    return fault ? Promise.reject(fault) : real(path);
  };
  try {
    const { files, skipped } = await scanFolder(folder.path);
    assertEquals(files.map(({ entry }) => entry.name), ["a"]);
    assertEquals([...skipped], [["held", "the server cannot look at it"]]);
  } finally {
    Deno.lstat = real;
  }
});
