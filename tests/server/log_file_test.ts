import { assertEquals, assertRejects } from "@std/assert";
import { StartError } from "../../lib/program.ts";
import { openLogFile } from "../../lib/server/log_file.ts";
import { concat, tempFolder } from "../testing.ts";

const never = (cause: unknown) => {
  throw cause;
};

/** A path that no system opens: its folder is a file. */
async function unopenable(folder: string): Promise<string> {
  await Deno.writeTextFile(`${folder}/file`, "");
  return `${folder}/file/server.log`;
}

Deno.test("LogFile appends to what is there and has written all when it is closed", async () => {
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

Deno.test("LogFile begins a line of its own after one that was cut off", async () => {
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

Deno.test("LogFile puts a long log aside and begins a new one", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/server.log`;
  await Deno.writeTextFile(path, "x".repeat(16 * 1024 * 1024) + "\n");
  const file = await openLogFile(path, never);
  file.append("after\n");
  await file.close();
  assertEquals(await Deno.readTextFile(path), "after\n");
  assertEquals((await Deno.stat(`${path}.1`)).size, 16 * 1024 * 1024 + 1);
});

Deno.test("openLogFile() refuses what is no file, and does not wait for it", async () => {
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

Deno.test("openLogFile() takes the other path when the first cannot be opened", async () => {
  await using folder = await tempFolder();
  const fallback = `${folder.path}/new/folder/server.log`;
  const path = await unopenable(folder.path);
  const file = await openLogFile(path, never, { fallback });
  assertEquals(file.path, fallback);
  file.append("line\n");
  await file.close();
  assertEquals(await Deno.readTextFile(fallback), "line\n");
});

Deno.test("openLogFile() opens the first path when it can, and throws when neither can be", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/server.log`;
  const taken = await unopenable(folder.path);
  const file = await openLogFile(path, never, { fallback: taken });
  assertEquals(file.path, path);
  await file.close();
  await assertRejects(
    () => openLogFile(taken, never, { fallback: taken }),
    StartError,
    "Start the server in a folder that you may write to",
  );
});

Deno.test("LogFile says once that the disk fails while it is open", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  // A device can be opened with all permissions only: in a program of its own.
  const script = `
    import { openLogFile } from "${
    import.meta.resolve("../../lib/server/log_file.ts")
  }";
    const causes = [];
    const file = await openLogFile("/dev/full", (cause) => causes.push(cause));
    for (let i = 0; i < 3; i++) file.append("line\\n".repeat(20_000));
    await file.close();
    console.log(causes.length);
  `;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", config, script],
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "1\n");
});
