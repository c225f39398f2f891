import { assertEquals } from "@std/assert";
import { homedir } from "node:os";
import { join } from "node:path";
import { isReadOnly } from "../lib/profile_folder.ts";
import { tempFolder } from "./testing.ts";

const LIB = new URL("../lib/profile_folder.ts", import.meta.url).href;

/** In a process of its own, because rights that are given back do not return. */
async function claim(flags: string[], paths: string[], cwd: string) {
  const code = `
    import { claimProfileFolder } from ${JSON.stringify(LIB)};
    const folder = claimProfileFolder();
    const may = (name) => ${JSON.stringify(paths)}.map((path) =>
      Deno.permissions.querySync({ name, path }).state === "granted");
    console.log(JSON.stringify({ folder, read: may("read"), write: may("write") }));
  `;
  await Deno.writeTextFile(join(cwd, "claim.ts"), code);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-config",
      "--no-lock",
      ...flags,
      "claim.ts",
    ],
    cwd,
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Of this system, as in the programs. */
const profiles = { windows: "C:/Users", darwin: "/Users" }[
  Deno.build.os as string
] ?? "/home";

const own = join(homedir(), "Messenger");

Deno.test("claimProfileFolder() keeps one folder of the profile and gives back the rest", async () => {
  await using folder = await tempFolder();
  // The superuser's home is elsewhere on Linux: then that is the folder above.
  const all = `.,${profiles},${join(homedir(), "..")}`;
  const flags = [
    "--allow-sys=homedir",
    `--allow-read=${all}`,
    `--allow-write=.,${profiles},${own}`,
  ];
  const paths = [
    own,
    join(own, "Ann", "a.txt"),
    join(profiles, "another"),
    profiles,
    "here.txt",
  ];
  const claimed = await claim(flags, paths, folder.path);
  assertEquals(join(claimed.folder), own);
  assertEquals(claimed.write, [true, true, false, false, true]);
});

Deno.test("claimProfileFolder() gives back all when there is no such folder", async () => {
  await using folder = await tempFolder();
  const paths = [own, join(profiles, "another"), "here.txt"];
  for (
    const flags of [
      // It may not ask where the folder is.
      [`--allow-read=.,${profiles}`, `--allow-write=.,${profiles}`],
      // It may only read there.
      ["--allow-sys=homedir", `--allow-read=.,${profiles}`, "--allow-write=."],
      // Run from the sources.
      ["--allow-sys=homedir", "--allow-read=.", "--allow-write=."],
    ]
  ) {
    const claimed = await claim(flags, paths, folder.path);
    assertEquals(claimed.folder, undefined);
    assertEquals(claimed.write, [false, false, true]);
    assertEquals(claimed.read[1], false);
  }
});

Deno.test("isReadOnly() knows a folder that cannot be written to", () => {
  const readOnly = Object.assign(new Error("os error 30"), { code: "EROFS" });
  assertEquals(isReadOnly(readOnly), true);
  assertEquals(isReadOnly(new Deno.errors.PermissionDenied()), true);
  assertEquals(isReadOnly(new Deno.errors.NotFound()), false);
  assertEquals(isReadOnly(new Error("disk full")), false);
  assertEquals(isReadOnly(undefined), false);
});
