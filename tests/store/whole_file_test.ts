import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  DamagedError,
  isCode,
  makePrivateFolder,
  MAX_SET_ASIDE,
  OtherOwnerError,
  readWhole,
  removeLeftovers,
  setAside,
  writeWhole,
} from "../../lib/store/whole_file.ts";
import { tempFolder } from "../testing.ts";
import { Child } from "./child.ts";

const isWindows = Deno.build.os === "windows";
const isRoot = !isWindows && Deno.uid() === 0;

const LIMIT = { maxLength: 1000 };

/** The names in a folder, sorted. */
function names(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

Deno.test("writeWhole() writes what readWhole() reads, and leaves nothing else", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.json`;
  assertEquals(await readWhole(path, LIMIT), undefined);
  for (const text of ["", "Grüße 你", "x".repeat(1000)]) {
    await writeWhole(path, text);
    assertEquals(await readWhole(path, LIMIT), text);
  }
  assertEquals(names(folder.path), ["a.json"]);
});

Deno.test("readWhole() reads nothing that is no small text", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.json`;
  const damaged = () =>
    assertRejects(() => readWhole(path, LIMIT), DamagedError);
  await Deno.writeTextFile(path, "x".repeat(1001));
  await damaged();
  await Deno.truncate(path, 100 * 1024 * 1024);
  await damaged();
  await Deno.writeFile(path, new Uint8Array([0xff, 0xfe]));
  await damaged();
  await Deno.remove(path);
  await Deno.mkdir(path);
  await damaged();
});

Deno.test({
  name: "readWhole() follows no link, and waits for no pipe or device",
  ignore: isWindows,
  async fn() {
    await using folder = await tempFolder();
    const path = `${folder.path}/a.json`;
    await Deno.writeTextFile(`${folder.path}/other`, "secret");
    for (const target of ["other", "/dev/zero", "nothing"]) {
      await Deno.symlink(target, path);
      await assertRejects(() => readWhole(path, LIMIT), DamagedError);
      await Deno.remove(path);
    }
    await new Deno.Command("mkfifo", { args: [path] }).output();
    await assertRejects(() => readWhole(path, LIMIT), DamagedError);
  },
});

Deno.test({
  name: "writeWhole() and makePrivateFolder() let only the owner in",
  ignore: isWindows,
  async fn() {
    await using folder = await tempFolder();
    const own = `${folder.path}/state/messenger`;
    const modeOf = (path: string) => Deno.statSync(path).mode! & 0o777;
    await makePrivateFolder(own);
    assertEquals(modeOf(own), 0o700);
    assertEquals(modeOf(`${folder.path}/state`), 0o700);
    await Deno.chmod(own, 0o755);
    await makePrivateFolder(own);
    assertEquals(modeOf(own), 0o700);
    await Deno.writeTextFile(`${own}/a.json`, "old", { mode: 0o644 });
    await writeWhole(`${own}/a.json`, "new");
    assertEquals(modeOf(`${own}/a.json`), 0o600);
  },
});

Deno.test({
  name: "writeWhole() writes into no folder of another user",
  ignore: !isRoot,
  async fn() {
    await using folder = await tempFolder();
    await Deno.chown(folder.path, 12345, 12345);
    const write = () => writeWhole(`${folder.path}/a.json`, "x");
    await assertRejects(write, OtherOwnerError);
    assertEquals(names(folder.path), []);
  },
});

Deno.test({
  name:
    "writeWhole() leaves the old file when the new one cannot have its name",
  async fn() {
    await using folder = await tempFolder();
    const path = `${folder.path}/a.json`;
    await Deno.mkdir(`${path}/inside`, { recursive: true });
    const error = await writeWhole(path, "x").catch((error) => error);
    assert(error instanceof Error);
    assertEquals(names(folder.path), ["a.json"]);
    assertEquals(names(path), ["inside"]);
  },
});

Deno.test("setAside() keeps a few earlier ones, and no more", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.json`;
  const given: string[] = [];
  for (let round = 1; round <= MAX_SET_ASIDE + 2; round++) {
    await Deno.writeTextFile(path, String(round));
    given.push((await setAside(path, "broken")).slice(folder.path.length + 1));
  }
  assertEquals(given, [
    ...["a.json.broken", "a.json.broken.2", "a.json.broken.3"],
    ...["a.json.broken.3", "a.json.broken.3"],
  ]);
  assertEquals(names(folder.path), given.slice(0, MAX_SET_ASIDE));
  // The first stays: it is the one with the most in it.
  assertEquals(Deno.readTextFileSync(`${path}.broken`), "1");
});

Deno.test("removeLeftovers() removes old leftovers only", async () => {
  await using folder = await tempFolder();
  const old = new Date(Date.now() - 120_000);
  for (const name of ["a.json.1.tmp", "a.json.2.tmp", "a.json"]) {
    await Deno.writeTextFile(`${folder.path}/${name}`, "x");
    if (name !== "a.json.2.tmp") {
      await Deno.utime(`${folder.path}/${name}`, old, old);
    }
  }
  await removeLeftovers(folder.path);
  assertEquals(names(folder.path), ["a.json", "a.json.2.tmp"]);
});

Deno.test("isCode() recognizes an error of the system", () => {
  const full = Object.assign(new Error("full"), { code: "ENOSPC" });
  assertEquals([isCode(full, "ENOSPC"), isCode(full, "EIO")], [true, false]);
  assertEquals(isCode("ENOSPC", "ENOSPC"), false);
});

Deno.test("writeWhole() leaves a whole file whenever it is killed", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.json`;
  await writeWhole(path, "0".repeat(100_000));
  for (let round = 0; round < 8; round++) {
    await using writer = new Child(
      folder.path,
      `import { writeWhole } from "STORE/whole_file.ts";
       for (let i = 1, isFirst = true;; i++) {
         const text = String(i % 10).repeat(100_000 + i);
         try {
           await writeWhole(FOLDER + "/a.json", text);
         } catch (error) {
           // Windows replaces no file that the other program looks at.
           if (Deno.build.os !== "windows") throw error;
           continue;
         }
         if (isFirst) console.log("writes");
         isFirst = false;
       }`,
    );
    await writer.line();
    // A random number of turns of this program is a random moment of the other.
    for (let turn = Math.random() * 300; turn > 0; turn--) {
      await Deno.lstat(path);
    }
    writer.kill();
    await writer.ended();
    const text = await readWhole(path, { maxLength: 1_000_000 });
    assert(/^(\d)\1{99999,}$/.test(text!), `${text?.length} characters`);
    const count = text!.length - 100_000;
    assertEquals(text![0], String(count % 10));
  }
});
