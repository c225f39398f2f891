import { assertEquals } from "@std/assert";
import { foldersWithHalves } from "../../lib/files/half_folders.ts";
import { tempFolder } from "../testing.ts";

Deno.test("foldersWithHalves() finds the folders beside this one that have halves", async () => {
  await using outer = await tempFolder();
  const mkdir = (name: string) =>
    Deno.mkdir(`${outer.path}/${name}`, { recursive: true });
  await mkdir("Ann/.messenger");
  await mkdir("Bob/.messenger");
  await mkdir("Cid");
  await mkdir("Dan");
  await Deno.writeTextFile(`${outer.path}/Dan/.messenger`, "a file");
  await Deno.writeTextFile(`${outer.path}/file`, "");
  assertEquals(foldersWithHalves(`${outer.path}/Ann`), [`${outer.path}/Bob`]);
  assertEquals(
    [...foldersWithHalves(`${outer.path}/Eve`)].sort(),
    [`${outer.path}/Ann`, `${outer.path}/Bob`],
  );
  assertEquals(foldersWithHalves(`${outer.path}/none/Ann`), []);
});

Deno.test("foldersWithHalves() searches at most a hundred folders", async () => {
  for (const count of [100, 101]) {
    await using outer = await tempFolder();
    for (let i = 0; i < count; i++) {
      await Deno.mkdir(`${outer.path}/${i}/.messenger`, { recursive: true });
    }
    assertEquals(foldersWithHalves(`${outer.path}/Ann`).length, 100);
  }
});
