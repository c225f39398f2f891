import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fetchBases, type Part, PARTS } from "../../packaging/bases.ts";
import { NoBaseError } from "../../packaging/no_base_error.ts";
import { sha256 } from "../../packaging/release.ts";
import { fetchWheel, type Wheel } from "../../packaging/wheel.ts";
import { tempFolder } from "../testing.ts";

const machine = { os: "linux", arch: "x86_64" };

const CONTENT = new TextEncoder().encode("PROGRAM");

/** One part, and a registry that counts what it is asked for. */
async function setting(served: Uint8Array = CONTENT) {
  const parts: Part[] = [{
    path: "1.2.3/denort",
    wheel: { name: "some==1.0", platform: "any", program: "some" },
    cut: (program) => program.subarray(1),
    sum: await sha256(CONTENT.subarray(1)),
  }];
  const asked: string[] = [];
  const fetch = async ({ name, program }: Wheel, work: string) => {
    asked.push(name);
    await Deno.writeFile(join(work, program), served);
    return join(work, program);
  };
  return { options: { parts, fetch, machine }, asked };
}

function list(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name);
}

Deno.test("fetchBases() makes each file once, and makes it again if it is damaged", async () => {
  await using folder = await tempFolder();
  const { options, asked } = await setting();
  await fetchBases(folder.path, options);
  const path = join(folder.path, "1.2.3/denort");
  assertEquals(await Deno.readTextFile(path), "ROGRAM");
  assertEquals(list(folder.path), ["1.2.3"]);
  await fetchBases(folder.path, options);
  assertEquals(asked.length, 1);
  await Deno.writeTextFile(path, "ROGRAN");
  await fetchBases(folder.path, options);
  assertEquals(asked.length, 2);
  assertEquals(await Deno.readTextFile(path), "ROGRAM");
});

Deno.test("fetchBases() leaves nothing of a file with another sum", async () => {
  await using folder = await tempFolder();
  const { options } = await setting(new TextEncoder().encode("PROGR"));
  await assertRejects(
    () => fetchBases(folder.path, options),
    TypeError,
    "1.2.3/denort has the SHA-256 ",
  );
  assertEquals(list(folder.path), []);
});

Deno.test("fetchBases() leaves nothing of a fetch that fails half way", async () => {
  await using folder = await tempFolder();
  const { options } = await setting();
  const fetch = async (_wheel: Wheel, work: string) => {
    await Deno.writeTextFile(join(work, "half.whl"), "half");
    throw new NoBaseError("the network is gone");
  };
  await assertRejects(
    () => fetchBases(folder.path, { ...options, fetch }),
    NoBaseError,
    "the network is gone",
  );
  assertEquals(list(folder.path), []);
});

Deno.test("fetchBases() removes what a killed fetch left, not a fetch under way", async () => {
  await using folder = await tempFolder();
  const { options } = await setting();
  for (const [name, hours] of [["fetching-a", 2], ["fetching-b", 0]] as const) {
    await Deno.mkdir(join(folder.path, name));
    const time = new Date(Date.now() - hours * 3_600_000);
    await Deno.utime(join(folder.path, name), time, time);
  }
  await fetchBases(folder.path, options);
  assertEquals(list(folder.path).sort(), ["1.2.3", "fetching-b"]);
});

Deno.test("fetchBases() says which machine it is not for", async () => {
  await using folder = await tempFolder();
  const { options, asked } = await setting();
  for (const [os, arch] of [["windows", "x86_64"], ["linux", "aarch64"]]) {
    await assertRejects(
      () =>
        fetchBases(folder.path, {
          ...options,
          machine: { os: os!, arch: arch! },
        }),
      NoBaseError,
      `this is ${os} on ${arch}, not Linux on x86_64`,
    );
  }
  assertEquals(asked, []);
});

Deno.test("PARTS are exact versions, each with a SHA-256", () => {
  for (const { wheel, sum } of PARTS) {
    assertEquals(/^[\w-]+==\d+\.\d+\.\d+$/.test(wheel.name), true, wheel.name);
    assertEquals(/^[0-9a-f]{64}$/.test(sum), true, sum);
  }
});

/** Runs fetchWheel() with a Python of ours in front, or none. */
async function withPython(script: string | undefined) {
  await using folder = await tempFolder();
  const before = Deno.env.get("PATH")!;
  if (script !== undefined) {
    const path = join(folder.path, "python3");
    await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  Deno.env.set("PATH", folder.path);
  try {
    const wheel = { name: "some==1.0", platform: "any", program: "some" };
    return await assertRejects(
      () => fetchWheel(wheel, folder.path),
      NoBaseError,
    );
  } finally {
    Deno.env.set("PATH", before);
  }
}

Deno.test({
  name: "fetchWheel() says in one line why there is no package",
  ignore: Deno.build.os === "windows",
  async fn() {
    const none = await withPython(undefined);
    assertEquals(none.message, "python3 is not installed");
    const noPip = await withPython(
      "echo '/usr/bin/python3: No module named pip' >&2; exit 1",
    );
    assertStringIncludes(
      noPip.message,
      "pip cannot fetch some==1.0 (/usr/bin/python3: No module named pip)",
    );
    const empty = await withPython("exit 0");
    assertEquals(empty.message, "some==1.0 holds no programs");
  },
});
