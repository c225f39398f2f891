import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { StartError } from "../../lib/program.ts";
import { LOG_NAME, openLog } from "../../lib/server/open_log.ts";
import { FakeTime, tempFolder } from "../testing.ts";

const options = { ownFolder: undefined, keepsPrivate: true, print() {} };

Deno.test("openLog() has written both logs whole when it is closed", async () => {
  await using folder = await tempFolder();
  const opened = await openLog(folder.path, options);
  opened.log.write("violation", { reason: "x" });
  opened.log.writePrivate("told", { text: "psst" });
  await opened.close();
  const read = (name: string) =>
    Deno.readTextFileSync(`${folder.path}/${name}`);
  assertMatch(read(LOG_NAME), /violation reason="x"\n.* told text="psst"\n$/);
  assertMatch(read("security.log"), /^\S+ \S+ \S+ violation reason="x"\n$/);
  assertEquals(opened.path.endsWith(LOG_NAME), true);
});

Deno.test("openLog() keeps no private text if told not to", async () => {
  await using folder = await tempFolder();
  const quiet = { ...options, keepsPrivate: false };
  await using opened = await openLog(folder.path, quiet);
  opened.log.writePrivate("told", { text: "psst" });
  await opened.close();
  const text = Deno.readTextFileSync(`${folder.path}/${LOG_NAME}`);
  assertEquals(text.includes("psst"), false);
});

Deno.test("openLog() uses the folder in the user's profile if it must, or says why it cannot", async () => {
  await using folder = await tempFolder();
  const missing = `${folder.path}/missing`;
  const ownFolder = `${folder.path}/own`;
  await using opened = await openLog(missing, { ...options, ownFolder });
  assertEquals(
    opened.path.replaceAll("\\", "/"),
    `${ownFolder.replaceAll("\\", "/")}/${LOG_NAME}`,
  );
  await opened.close();
  await assertRejects(
    () => openLog(missing, options),
    StartError,
    "Cannot open the log",
  );
});

Deno.test("openLog() checks each second whether counts of repeats are due", async () => {
  using time = new FakeTime();
  await using folder = await tempFolder();
  const real = globalThis.setInterval;
  const repeated: [run: () => void, interval: number][] = [];
  globalThis.setInterval =
    ((run: () => void, interval: number) =>
      repeated.push([run, interval])) as unknown as typeof setInterval;
  try {
    const opened = await openLog(folder.path, options);
    const origin = { session: 3, from: "127.0.0.1:53122" };
    for (let i = 0; i < 3; i++) opened.log.write("users asked", {}, origin);
    await time.pass(10_000);
    assertEquals(repeated.map(([, interval]) => interval), [1_000]);
    repeated[0]![0]();
    await opened.close();
    assertMatch(
      Deno.readTextFileSync(opened.path),
      /users asked\n.* users asked times=2 seconds=10\n$/,
    );
  } finally {
    globalThis.setInterval = real;
  }
});
