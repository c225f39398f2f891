import { assert, assertEquals, assertMatch } from "@std/assert";
import { unzipSync } from "fflate";
import { join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { licenses } from "../../packaging/licenses.ts";
import { releaseNotes } from "../../packaging/notes.ts";
import { sha256 } from "../../packaging/release.ts";
import { Stage } from "../../packaging/stage.ts";
import { zip } from "../../packaging/zip.ts";
import { tempFolder } from "../testing.ts";

const ROOT = new URL("../../", import.meta.url);

const NAME = `messenger-${config.version}-linux-x64`;

/** The smallest program of Linux: packing works with it, and is quick. It does nothing. */
function emptyProgram(): Uint8Array {
  const bytes = new Uint8Array(120);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true); // a program
  view.setUint16(18, 62, true); // x86-64
  view.setUint32(20, 1, true);
  view.setBigUint64(32, 64n, true); // its table of parts
  view.setUint16(52, 64, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 1, true);
  view.setUint16(58, 64, true);
  view.setUint32(64, 1, true); // the only part: all of it
  view.setUint32(68, 5, true);
  view.setBigUint64(96, 120n, true);
  view.setBigUint64(104, 120n, true);
  view.setBigUint64(112, 4096n, true);
  return bytes;
}

/** Runs the task as it stands in deno.json. */
async function release(
  folder: string,
  env: Record<string, string> = {},
): Promise<void> {
  const base = join(folder, "empty");
  await Deno.writeFile(base, emptyProgram());
  const [, ...flags] = config.tasks.release.command.split(" ");
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...flags, "--target", "linux-x64", "--output", folder],
    cwd: ROOT,
    env: { NO_COLOR: "1", DENORT_BIN: base, ...env },
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  assertEquals(code, 0);
}

Deno.test("release makes the same zip from the same commit, at another time and place", async () => {
  await using one = await tempFolder();
  await using two = await tempFolder();
  await release(one.path, { TZ: "UTC" });
  {
    using stage = await Stage.make();
    const now = new Date();
    for (const { path } of stage.graph.packages) {
      await Deno.utime(join(path, "package.json"), now, now);
    }
  }
  await release(two.path, { TZ: "America/New_York" });
  const [first, second] = await Promise.all(
    [one, two].map(({ path }) => Deno.readFile(`${path}/release/${NAME}.zip`)),
  );
  assertEquals(await sha256(first!), await sha256(second!));
});

Deno.test("release puts README, licences, bill of materials, samples and sums beside the programs", async () => {
  await using folder = await tempFolder();
  await release(folder.path);
  const zipped = await Deno.readFile(`${folder.path}/release/${NAME}.zip`);
  const files = unzipSync(zipped);
  assertEquals(Object.keys(files), [
    "LICENSES.txt",
    "README.txt",
    "SBOM.cdx.json",
    "SHA256SUMS.txt",
    "client",
    "download/hello.txt",
    "download/picture.png",
    "download/video.mp4",
    "server",
  ]);
  const text = (path: string) => new TextDecoder().decode(files[path]);
  const sums = text("SHA256SUMS.txt").trimEnd().split("\n");
  assertEquals(sums.length, 8);
  for (const line of sums) {
    const [sum, path] = line.split("  ");
    assertEquals(await sha256(files[path!]!), sum, path);
    assertEquals(
      await Deno.readFile(`${folder.path}/linux-x64/${path}`),
      new Uint8Array(files[path!]!),
    );
  }
  const bill = await Deno.readFile(
    `${folder.path}/release/messenger-${config.version}.cdx.json`,
  );
  assertEquals(bill, new Uint8Array(files["SBOM.cdx.json"]!));
  assertEquals(
    await Deno.readTextFile(`${folder.path}/release/SHA256SUMS.txt`),
    `${await sha256(zipped)}  ${NAME}.zip\n` +
      `${await sha256(bill)}  messenger-${config.version}.cdx.json\n`,
  );
  assertMatch(text("README.txt"), /^MESSENGER\n/);
  const notes = await Deno.readTextFile(`${folder.path}/release/notes.md`);
  assert(notes.length > 1);
});

Deno.test("licenses() names every package that is packed, and its licence", async () => {
  using stage = await Stage.make();
  const text = await licenses(stage);
  assert(stage.graph.packages.length > 5);
  for (const { name, version } of stage.graph.packages) {
    const line = text.split("\n").find((line) => line.startsWith(`  ${name} `));
    assertMatch(line ?? "", new RegExp(` ${version} +MIT$`), name);
  }
  assertMatch(text, /Unicode data \(UTS #39\) +\d+\.0\.0 +Unicode-3\.0\n/);
  assertMatch(text, /UNICODE LICENSE V3/);
  assert(!text.includes("resvg"), "a tool of development is not packed");
  assertEquals(text.includes("\r"), false);
});

Deno.test("zip() does not depend on the order, and programs can be started", () => {
  const entries = [
    { path: "b/a", data: new Uint8Array([1, 2, 3]) },
    { path: "a", data: new Uint8Array(1000), executable: true },
  ];
  const bytes = zip(entries);
  assertEquals(zip(entries.toReversed()), bytes);
  assertEquals(Object.keys(unzipSync(bytes)), ["a", "b/a"]);
  // The first entry of the directory at the end: made on Unix, mode 755.
  const view = new DataView(bytes.buffer);
  const at = view.getUint32(bytes.length - 6, true);
  assertEquals(view.getUint32(at), 0x504b0102);
  assertEquals(bytes[at + 5], 3);
  assertEquals(view.getUint16(at + 40, true), 0o100755);
});

Deno.test("releaseNotes() takes the chapter of the version, or of what is unreleased", () => {
  const log =
    "# Log\r\n\r\n## Unreleased\n\n- new\n\n## 1.2.0 (2026-11-24)\n\n- a\n- b\n\n## 1.1.0\n\n- old\n";
  assertEquals(releaseNotes(log, "1.2.0"), "- a\n- b\n");
  assertEquals(releaseNotes(log, "1.1.0"), "- old\n");
  assertEquals(releaseNotes(log, "1.2"), "- new\n");
  assertEquals(releaseNotes("# Log\n", "1.0.0"), "\n");
});
