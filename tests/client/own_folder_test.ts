import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { ownFolderOf } from "../../lib/client/own_folder.ts";
import { tempFolder } from "../testing.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MODULE = new URL("../../lib/client/own_folder.ts", import.meta.url).href;

Deno.test("ownFolderOf() is the name of the user, whether it is there or not", async () => {
  await using folder = await tempFolder();
  assertEquals(ownFolderOf("no such folder"), "no such folder");
  assertEquals(ownFolderOf(folder.path), folder.path);
});

Deno.test("ownFolderOf() keeps away from the program's own sources", () => {
  for (const path of [ROOT, `${ROOT}lib`, `${ROOT}lib/client`]) {
    assertEquals(ownFolderOf(path), `${path}_`);
  }
  // Beside them it is a folder as any other.
  assertEquals(ownFolderOf(`${ROOT}tests`), `${ROOT}tests`);
});

/** What a program may do that has kept `folder`; in a process of its own. */
async function kept(
  cwd: string,
  options: { fallback?: string; profile?: string; places?: string[] },
) {
  const code = `
    import { keepOwnFolder } from ${JSON.stringify(MODULE)};
    const others = keepOwnFolder("Ann", ${JSON.stringify(options)});
    const may = (path) => ["read", "write"].every((name) =>
      Deno.permissions.querySync({ name, path }).state === "granted");
    console.log(JSON.stringify({
      others,
      may: ["Ann", "Ann/a", "Bob", "Bob/.messenger", ".", "x/Ann", "x/Bob"]
        .filter(may),
    }));
  `;
  await Deno.writeTextFile(`${cwd}/keep.ts`, code);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--no-config", "--no-lock"],
      ...["--allow-read=.,x", "--allow-write=.,x", "keep.ts"],
    ],
    cwd,
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("keepOwnFolder() keeps the folder and unfinished downloads beside it, and nothing else", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/Bob/.messenger`, { recursive: true });
  await Deno.mkdir(`${folder.path}/Cy`);
  assertEquals(await kept(folder.path, {}), {
    others: ["./Bob"],
    may: ["Ann", "Ann/a", "Bob/.messenger", "x/Ann", "x/Bob"],
  });
  assertEquals((await kept(folder.path, { fallback: "x" })).may, [
    "Ann",
    "Ann/a",
    "Bob/.messenger",
    "x/Ann",
  ]);
});

Deno.test("keepOwnFolder() keeps the profile, and no other folder that was allowed", async () => {
  await using folder = await tempFolder();
  const places = [`${folder.path}/x/Bob`, `${folder.path}/x/Ann`];
  assertEquals((await kept(folder.path, { places })).may, ["Ann", "Ann/a"]);
  const [profile] = places;
  assertEquals((await kept(folder.path, { profile: profile!, places })).may, [
    "Ann",
    "Ann/a",
    "x/Bob",
  ]);
});
