import { assert, assertEquals, assertRejects } from "@std/assert";
import { StartError } from "../../lib/program.ts";
import {
  type FileNews,
  openLogFile,
  tellOnce,
} from "../../lib/server/log_file.ts";
import { concat, tempFolder } from "../testing.ts";

const never = (news: unknown) => {
  throw new Error(JSON.stringify(news));
};

/** Returns a path that no system opens: its folder is a file. */
async function unopenable(folder: string): Promise<string> {
  await Deno.writeTextFile(`${folder}/file`, "");
  return `${folder}/file/server.log`;
}

Deno.test("LogFile appends to an existing log, and has written everything when closed", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/server.log`;
  await Deno.writeTextFile(path, "from yesterday\n");
  for (const day of ["one", "two"]) {
    const file = await openLogFile(path, never);
    file.append(`${day}: first {lines} %s\n${day}: second é🦄\n`);
    file.append(`${day}: third\n`);
    await file.close();
  }
  assertEquals(
    await Deno.readTextFile(path),
    "from yesterday\none: first {lines} %s\none: second é🦄\none: third\n" +
      "two: first {lines} %s\ntwo: second é🦄\ntwo: third\n",
  );
});

Deno.test("LogFile starts a new line after one that was cut off", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/server.log`;
  const half = new TextEncoder().encode("whole\nhalf of é").slice(0, -1);
  await Deno.writeFile(path, half);
  const file = await openLogFile(path, never);
  file.append("next\n");
  await file.close();
  assertEquals(
    await Deno.readFile(path),
    concat(half, new TextEncoder().encode("\nnext\n")),
  );
});

Deno.test("LogFile puts a long log aside and starts a new one", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/server.log`;
  await Deno.writeTextFile(path, "x".repeat(16 * 1024 * 1024) + "\n");
  const file = await openLogFile(path, never);
  file.append("after\n");
  await file.close();
  assertEquals(await Deno.readTextFile(path), "after\n");
  assertEquals((await Deno.stat(`${path}.1`)).size, 16 * 1024 * 1024 + 1);
});

Deno.test("openLogFile() refuses anything that is not a file, without waiting for it", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/server.log`;
  const fallback = `${folder.path}/elsewhere.log`;
  await Deno.mkdir(path);
  await assertRejects(
    () => openLogFile(path, never, { fallback }),
    StartError,
    `Cannot open the log ${path}: it is a folder, not a file. Rename or remove it`,
  );
  assertEquals([...Deno.readDirSync(folder.path)].length, 1);
  if (Deno.build.os === "windows") return;
  await Deno.remove(path);
  await new Deno.Command("mkfifo", { args: [path] }).output();
  await assertRejects(
    () => openLogFile(path, never, { fallback }),
    StartError,
    "it is a pipe, not a file",
  );
});

Deno.test("openLogFile() takes the fallback if the first path cannot be opened", async () => {
  await using folder = await tempFolder();
  const fallback = `${folder.path}/new/folder/server.log`;
  const path = await unopenable(folder.path);
  const file = await openLogFile(path, never, { fallback });
  assertEquals(file.path, fallback);
  assert(file.why !== undefined);
  file.append("line\n");
  await file.close();
  assertEquals(await Deno.readTextFile(fallback), "line\n");
});

Deno.test("openLogFile() opens the first path if it can, and throws if it can open neither", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/server.log`;
  const taken = await unopenable(folder.path);
  const file = await openLogFile(path, never, { fallback: taken });
  assertEquals([file.path, file.why], [path, undefined]);
  await file.close();
  await assertRejects(
    () => openLogFile(taken, never, { fallback: taken }),
    StartError,
    "Start the server in a folder that you may write to",
  );
});

Deno.test("tellOnce() reports once that both logs fail for one reason, and reports missing lines", () => {
  const heard: string[] = [];
  const tell = tellOnce(({ file, kind }) => heard.push(`${file} ${kind}`));
  const failed = (file: string, why: string): FileNews => ({
    ...{ file, kind: "failed", cause: new Error(why) },
  });
  const resumed = (file: string, lost = 0): FileNews => ({
    ...{ file, kind: "resumed", duration: 1, late: 1, lost },
  });
  tell(failed("server.log", "full"));
  tell(failed("security.log", "full"));
  tell(resumed("security.log"));
  tell(resumed("server.log"));
  assertEquals(heard.splice(0), ["server.log failed", "server.log resumed"]);
  tell(failed("server.log", "full"));
  tell(failed("security.log", "in use"));
  tell(resumed("security.log"));
  assertEquals(heard.splice(0), [
    "server.log failed",
    "security.log failed",
    "security.log resumed",
  ]);
  tell(failed("security.log", "full"));
  tell(resumed("security.log", 7));
  assertEquals(heard, ["security.log resumed"]);
});
