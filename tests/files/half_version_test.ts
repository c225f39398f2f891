import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  descriptionPath,
  HalfDescription,
  halfStem,
  readVersion,
} from "../../lib/files/half_version.ts";
import { tempFolder } from "../testing.ts";

const VERSION = { name: "sub/Plan.txt", size: 5, tag: "v1" };

Deno.test({
  name: "halfStem() has the beginning of the name, and a hash of the version",
  permissions: "none",
  fn() {
    const stem = halfStem(VERSION);
    assert(/^Plan\.txt-[0-9a-f]{32}$/.test(stem), stem);
    assertEquals(halfStem({ ...VERSION }), stem);
    for (const change of [{ name: "Plan.txt" }, { size: 6 }, { tag: "v2" }]) {
      assertNotEquals(halfStem({ ...VERSION, ...change }), stem);
    }
    // A version without a tag equals no other.
    const untagged = { name: "a", size: 5 };
    assertNotEquals(halfStem(untagged), halfStem(untagged));
    const long = halfStem({ ...VERSION, name: "é".repeat(200) });
    assert(new TextEncoder().encode(long).length <= 40 + 1 + 32, long);
    assert(!halfStem({ ...VERSION, name: "a/..\\b" }).includes("\\"));
  },
});

Deno.test("HalfDescription.write() writes what readVersion() reads, once", async () => {
  await using folder = await tempFolder();
  const half = `${folder.path}/a.half`;
  const description = new HalfDescription(half, false);
  assertEquals(await description.write(VERSION), true);
  assertEquals(descriptionPath(half), `${half}.json`);
  assertEquals(await readVersion(`${half}.json`), VERSION);
  assertEquals(await description.write({ ...VERSION, size: 6 }), true);
  assertEquals(await readVersion(`${half}.json`), VERSION);
  // Another download does not take it over.
  const other = new HalfDescription(half, false);
  assertEquals(await other.write({ ...VERSION, size: 7 }), false);
  await other.remove();
  assertEquals(await readVersion(`${half}.json`), VERSION);
  await description.remove();
  assertEquals(await readVersion(`${half}.json`), undefined);
  await description.remove();
});

Deno.test("HalfDescription.remove() removes an existing description", async () => {
  await using folder = await tempFolder();
  const half = `${folder.path}/a.half`;
  await Deno.writeTextFile(`${half}.json`, "{}");
  await new HalfDescription(half, true).remove();
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});

Deno.test("readVersion() accepts only descriptions", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.json`;
  const read = async (text: string) => {
    await Deno.writeTextFile(path, text);
    return await readVersion(path);
  };
  const json = JSON.stringify(VERSION);
  assertEquals(await read(json), VERSION);
  assertEquals(await read(json.replace("5", "0")), { ...VERSION, size: 0 });
  const bad = [
    "",
    "{",
    "null",
    json.replace("5", "-1"),
    json.replace("5", "0.5"),
    json.replace("5", '"5"'),
    json.replace('"v1"', "1"),
    json.replace('"name"', '"names"'),
  ];
  for (const text of bad) assertEquals(await read(text), undefined, text);
  // At most 16 KiB are read.
  const spaces = 16 * 1024 - json.length;
  assertEquals(await read(json + " ".repeat(spaces)), VERSION);
  assertEquals(await read(json + " ".repeat(spaces + 1)), undefined);
  assertEquals(await readVersion(folder.path), undefined);
  assertEquals(await readVersion(`${folder.path}/none`), undefined);
});
