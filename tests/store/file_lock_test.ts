import { assertEquals, assertRejects } from "@std/assert";
import { lockFile } from "../../lib/store/file_lock.ts";
import { tempFolder } from "../testing.ts";
import { Child } from "./child.ts";

const HOLDER = `
  import { lockFile } from "STORE/file_lock.ts";
  const lock = await lockFile(FOLDER + "/a.lock", { wait: 0 });
  console.log(lock === undefined ? "busy" : "locked");
  await Deno.stdin.readable.getReader().read();
`;

Deno.test("lockFile() is taken by one program at a time, and freed when that is killed", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.lock`;
  await using holder = new Child(folder.path, HOLDER);
  assertEquals(await holder.line(), "locked");
  assertEquals(await lockFile(path, { wait: 0 }), undefined);
  assertEquals(await lockFile(path, { wait: 50 }), undefined);
  holder.kill();
  await holder.ended();
  using lock = await lockFile(path, { wait: 5_000 });
  assertEquals(lock !== undefined, true);
});

Deno.test("lockFile() waits for the lock, and takes it when it is free", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.lock`;
  const first = await lockFile(path, { wait: 0 });
  const waiting = lockFile(path, { wait: 60_000 });
  first![Symbol.dispose]();
  using second = await waiting;
  assertEquals(second !== undefined, true);
});

Deno.test("lockFile() works where a file can only be waited for, as in Deno 2.6", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.lock`;
  const { tryLock } = Deno.FsFile.prototype;
  // @ts-expect-error -- an older version
  Deno.FsFile.prototype.tryLock = undefined;
  try {
    const first = await lockFile(path, { wait: 0 });
    assertEquals(first !== undefined, true);
    assertEquals(await lockFile(path, { wait: 0 }), undefined);
    first![Symbol.dispose]();
    // The attempt that came too late has given the lock back.
    using second = await lockFile(path, { wait: 10_000 });
    assertEquals(second !== undefined, true);
  } finally {
    Deno.FsFile.prototype.tryLock = tryLock;
  }
});

Deno.test("lockFile() opens nothing but a regular file", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/a.lock`);
  const lock = () => lockFile(`${folder.path}/a.lock`, { wait: 0 });
  await assertRejects(lock, Error, "is not a regular file");
});

Deno.test({
  name: "lockFile() does not wait for a pipe in the place of the file",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await tempFolder();
    const path = `${folder.path}/a.lock`;
    await new Deno.Command("mkfifo", { args: [path] }).output();
    const lock = () => lockFile(path, { wait: 0 });
    await assertRejects(lock, Error, "is not a regular file");
  },
});
