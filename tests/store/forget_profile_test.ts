import { assertEquals, assertRejects } from "@std/assert";
import { StartError } from "../../lib/program.ts";
import { forgetProfile } from "../../lib/store/forget_profile.ts";
import { openProfile } from "../../lib/store/open_profile.ts";
import { tempFolder } from "../testing.ts";

/** A folder with all that can be kept in it. */
async function fill(place: string): Promise<void> {
  const profile = await openProfile(place);
  profile.joined("Ann", { hostname: "lab-pc", port: 12000, last: 7 });
  await profile.seats!.take({ hostname: "lab-pc", port: 12000, name: "Ann" });
  profile.seats!.keep({ token: "secret", received: 0 });
  await profile.close();
  await Deno.writeTextFile(`${place}/profile.json.broken`, "{");
  await Deno.writeTextFile(`${place}/profile.json.1.tmp`, "{");
  await Deno.mkdir(`${place}/profile.json.broken.2/inside`, {
    recursive: true,
  });
}

Deno.test("forgetProfile() deletes everything that was kept, and the folder", async () => {
  await using folder = await tempFolder();
  const place = `${folder.path}/messenger`;
  await fill(place);
  assertEquals(
    await forgetProfile(place),
    `Deleted what was kept in ${place}: your name, typed lines and servers`,
  );
  assertEquals(Array.from(Deno.readDirSync(folder.path)), []);
  assertEquals(await forgetProfile(place), `Nothing was kept in ${place}`);
});

Deno.test("forgetProfile() leaves files of others", async () => {
  await using folder = await tempFolder();
  const place = `${folder.path}/messenger`;
  await fill(place);
  await Deno.writeTextFile(`${place}/notes.txt`, "");
  await forgetProfile(place);
  const left = Array.from(Deno.readDirSync(place), ({ name }) => name);
  assertEquals(left, ["notes.txt"]);
});

Deno.test("forgetProfile() says so where nothing can be kept", async () => {
  assertEquals(
    await forgetProfile(undefined),
    "Nothing was kept: there is no home folder to keep it in",
  );
  // Windows finds nothing below a file, and reports no fault.
  if (Deno.build.os === "windows") return;
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const forget = () => forgetProfile(`${folder.path}/file/messenger`);
  await assertRejects(forget, StartError, "Cannot delete what was kept in");
});

Deno.test({
  name: "forgetProfile() says that it may not use the folder",
  permissions: "none",
  async fn() {
    assertEquals(
      await forgetProfile("/nowhere"),
      "Nothing was kept: the client may not use /nowhere",
    );
  },
});
