import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  diskFault,
  NotAFileError,
  PlainLog,
  putAside,
} from "../../lib/server/plain_log.ts";
import { tempFolder } from "../testing.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("PlainLog.append() continues at the end, and counts the length", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/log`;
  Deno.writeTextFileSync(path, "one\n");
  const log = PlainLog.open(path);
  assertEquals(log.length, 4);
  assertEquals(await log.append(bytes("two\n")), 4);
  await log.sync();
  assertEquals(log.length, 8);
  await log.close();
  // The system is asked: it no longer knows the handle.
  await assertRejects(() => log.sync(), Error);
  assertEquals(Deno.readTextFileSync(path), "one\ntwo\n");
});

Deno.test("PlainLog.open() ends a line that was cut off, and no other", async () => {
  await using folder = await tempFolder();
  const cases = [["", ""], ["half", "half\n"], ["whole\n", "whole\n"]] as const;
  for (const [index, [before, after]] of cases.entries()) {
    const path = `${folder.path}/log${index}`;
    Deno.writeTextFileSync(path, before);
    const log = PlainLog.open(path);
    assertEquals(log.length, after.length);
    await log.close();
    assertEquals(Deno.readTextFileSync(path), after);
  }
});

Deno.test({
  name: "PlainLog.open() makes a log readable by its owner only",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await tempFolder();
    for (const name of ["new", "old"]) {
      const path = `${folder.path}/${name}`;
      if (name === "old") Deno.writeTextFileSync(path, "", { mode: 0o644 });
      await PlainLog.open(path).close();
      assertEquals(Deno.statSync(path).mode! & 0o777, 0o600, name);
    }
  },
});

Deno.test("PlainLog.open() refuses a folder", async () => {
  await using folder = await tempFolder();
  assertThrows(
    () => PlainLog.open(folder.path),
    NotAFileError,
    "it is a folder, not a file",
  );
});

Deno.test("PlainLog.fate() reports what happened to the path", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/log`;
  const log = PlainLog.open(path);
  await log.append(bytes("12345"));
  assertEquals(await log.fate(), "there");
  Deno.truncateSync(path, 4);
  assertEquals([await log.fate(), log.length], ["emptied", 4]);
  assertEquals(await log.fate(), "there");
  Deno.renameSync(path, `${path}.moved`);
  assertEquals(await log.fate(), "moved or removed");
  Deno.writeTextFileSync(path, "another");
  assertEquals(await log.fate(), "replaced");
  await log.close();
});

Deno.test("putAside() gives each log the next number, and loses none if it fails", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/log`;
  const at = (name: string) => Deno.readTextFileSync(`${folder.path}/${name}`);
  for (let i = 1; i <= 6; i++) {
    Deno.writeTextFileSync(path, `${i}`);
    putAside(path, 4);
  }
  assertEquals(["log.1", "log.2", "log.3", "log.4"].map(at), [
    ..."6543",
  ]);
  // A folder is in the way.
  Deno.removeSync(`${path}.4`);
  Deno.mkdirSync(`${path}.4/full`, { recursive: true });
  Deno.writeTextFileSync(path, "7");
  let failed = false;
  try {
    putAside(path, 4);
  } catch {
    failed = true;
  }
  assert(failed);
  assertEquals(["log", "log.1", "log.2", "log.3"].map(at), [..."7654"]);
});

Deno.test("diskFault() keeps the readable words of an error", () => {
  const said = (message: string) => diskFault(new Error(message));
  assertEquals(
    said("EROFS: read-only file system, open 'server.log'"),
    "read-only file system",
  );
  assertEquals(said("EIO: i/o error, write"), "i/o error");
  assertEquals(
    said("EBUSY: in use, by another, rename 'a' -> 'b'"),
    "in use, by another",
  );
  assertEquals(
    said("No space left on device (os error 28)"),
    "No space left on device (os error 28)",
  );
});
