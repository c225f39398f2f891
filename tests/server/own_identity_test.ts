import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { IDENTITY_FOLDER, ownIdentity } from "../../lib/server/own_identity.ts";
import { IDENTITY_FILE } from "../../lib/store/identity.ts";
import { tempFolder } from "../testing.ts";

/** A folder of the logs, and one in the user's profile. */
async function places() {
  const folder = await tempFolder();
  const [logs, ownFolder] = [`${folder.path}/logs`, `${folder.path}/own`];
  await Deno.mkdir(logs);
  await Deno.mkdir(ownFolder);
  const has = async (place: string) => {
    try {
      await Deno.stat(`${place}/${IDENTITY_FOLDER}/${IDENTITY_FILE}`);
      return true;
    } catch {
      return false;
    }
  };
  /** Makes it impossible to keep anything in `place`. */
  const block = async (place: string) =>
    await Deno.writeTextFile(`${place}/${IDENTITY_FOLDER}`, "a file");
  const dispose = () => folder[Symbol.asyncDispose]();
  return { logs, ownFolder, has, block, [Symbol.asyncDispose]: dispose };
}

Deno.test("ownIdentity() keeps the certificate beside the log, and finds it again", async () => {
  await using place = await places();
  const { logs: folder, ownFolder } = place;
  const options = { folder, ownFolder, system: "linux" } as const;
  const { identity, isKept, news } = await ownIdentity(options);
  assertEquals([isKept, news], [true, []]);
  assertEquals([await place.has(folder), await place.has(ownFolder)], [
    true,
    false,
  ]);
  assertEquals((await ownIdentity(options)).identity, identity);
});

Deno.test("ownIdentity() keeps the certificate in the profile on Windows, where it is private", async () => {
  await using place = await places();
  const { logs: folder, ownFolder } = place;
  const options = { folder, ownFolder, system: "windows" } as const;
  const { isKept } = await ownIdentity(options);
  assertEquals(isKept, true);
  assertEquals([await place.has(folder), await place.has(ownFolder)], [
    false,
    true,
  ]);
  const alone = { folder, ownFolder: undefined, system: "windows" } as const;
  assertEquals((await ownIdentity(alone)).isKept, true);
  assertEquals(await place.has(folder), true);
});

Deno.test("ownIdentity() goes to the other place if the first keeps nothing, and complains of nothing", async () => {
  for (const system of ["linux", "windows"] as const) {
    await using place = await places();
    const { logs: folder, ownFolder } = place;
    const [first, second] = system === "linux"
      ? [folder, ownFolder]
      : [ownFolder, folder];
    await place.block(first);
    const options = { folder, ownFolder, system };
    const { identity, isKept, news } = await ownIdentity(options);
    assertEquals([isKept, news], [true, []]);
    assertEquals(await place.has(second), true);
    assertEquals((await ownIdentity(options)).identity, identity);
  }
});

Deno.test("ownIdentity() makes a certificate for one run where nothing can be kept, and says so once", async () => {
  await using place = await places();
  const { logs: folder, ownFolder } = place;
  await place.block(folder);
  await place.block(ownFolder);
  const options = { folder, ownFolder, system: "linux" } as const;
  const one = await ownIdentity(options);
  assertEquals([one.isKept, one.news.length], [false, 1]);
  // The place where people look for it.
  assert(one.news[0]!.includes(`(${folder}/${IDENTITY_FOLDER}/`), one.news[0]);
  const other = await ownIdentity(options);
  assertNotEquals(other.identity.fingerprint, one.identity.fingerprint);
});
