import { assertEquals, assertRejects } from "@std/assert";
import { closeHandle, isReadable, openPlain } from "../../lib/io/open_plain.ts";
import { tempFolder } from "../testing.ts";

Deno.test({
  name: "openPlain() opens a pipe without waiting for its writer",
  ignore: Deno.build.os === "windows", // Windows has no such pipes.
  async fn() {
    await using folder = await tempFolder();
    const args = ["pipe"];
    await new Deno.Command("mkfifo", { args, cwd: folder.path }).output();
    await closeHandle(await openPlain(`${folder.path}/pipe`));
  },
});

Deno.test({
  name:
    "isReadable() needs no permission but to read, whatever the file's mode",
  // The server may not ask the system for the user's id.
  permissions: { read: true, write: true, sys: false },
  async fn() {
    await using folder = await tempFolder();
    const path = `${folder.path}/a`;
    assertEquals(await isReadable(path), false);
    await assertRejects(() => openPlain(path), Error, "ENOENT");
    await Deno.writeTextFile(path, "a");
    for (const mode of [0o600, 0o640, 0o644]) {
      await Deno.chmod(path, mode).catch(() => {}); // Windows has no modes.
      assertEquals(await isReadable(path), true);
    }
  },
});
