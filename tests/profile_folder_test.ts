import { assertEquals } from "@std/assert";
import { homedir } from "node:os";
import { join, sep } from "node:path";
import { asAllowed, spellings, whyElsewhere } from "../lib/profile_folder.ts";
import { tempFolder } from "./testing.ts";

const LIB = new URL("../lib/profile_folder.ts", import.meta.url).href;

/** Runs in a process of its own, because a program cannot regain permissions. */
async function claim(
  flags: string[],
  paths: string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
) {
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
    ...{ cwd, env },
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The folder of all profiles on this system, as in the programs. */
const profiles = { windows: "C:/Users", darwin: "/Users" }[
  Deno.build.os as string
] ?? "/home";

const own = join(homedir(), "Messenger");

Deno.test("claimProfileFolder() keeps one folder of the profile and gives back the rest", async () => {
  await using folder = await tempFolder();
  // On Linux the superuser's home is elsewhere: then the parent folder is used.
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
  const claimed = await claim(flags, paths, { cwd: folder.path });
  assertEquals(claimed.folder, asAllowed(own.replaceAll(sep, "/")));
  assertEquals(claimed.write, [true, true, false, false, true]);
});

Deno.test("claimProfileFolder() keeps its folder although it gives back the folder above", async () => {
  await using folder = await tempFolder();
  const home = join(profiles, "ann");
  const mine = join(home, "Messenger");
  const claimed = await claim(
    [
      "--allow-sys=homedir",
      `--allow-read=.,${profiles}`,
      `--allow-write=.,${profiles}`,
    ],
    [mine, join(mine, "a.txt"), home, profiles, "here.txt"],
    { cwd: folder.path, env: { HOME: home, USERPROFILE: home } },
  );
  assertEquals(join(claimed.folder), mine);
  assertEquals(claimed.read, [true, true, false, false, true]);
  assertEquals(claimed.write, [true, true, false, false, true]);
});

Deno.test("claimProfileFolder() gives back everything if there is no such folder", async () => {
  await using folder = await tempFolder();
  const paths = [own, join(profiles, "another"), "here.txt"];
  for (
    const flags of [
      // No permission to ask where the folder is.
      [`--allow-read=.,${profiles}`, `--allow-write=.,${profiles}`],
      // Read permission only.
      ["--allow-sys=homedir", `--allow-read=.,${profiles}`, "--allow-write=."],
      // Run from the sources.
      ["--allow-sys=homedir", "--allow-read=.", "--allow-write=."],
    ]
  ) {
    const claimed = await claim(flags, paths, { cwd: folder.path });
    assertEquals(claimed.folder, undefined);
    assertEquals(claimed.write, [false, false, true]);
    assertEquals(claimed.read[1], false);
  }
});

Deno.test("asAllowed() spells the folder of all profiles as the permission does", () => {
  assertEquals(asAllowed("c:/users/Ann/x"), "C:/Users/Ann/x");
  assertEquals(asAllowed("C:/UsersX/Ann"), "C:/UsersX/Ann");
  assertEquals(asAllowed("/home/users/x"), "/home/users/x");
});

Deno.test("spellings() has both spellings of the folder of all profiles", () => {
  assertEquals(spellings("C:/Users/Ann"), ["C:/Users/Ann", "C:/users/Ann"]);
  assertEquals(spellings("/home/ann"), ["/home/ann"]);
});

Deno.test("whyElsewhere() recognizes a folder that cannot be written to", () => {
  const why = "This folder is read-only";
  for (const code of ["EROFS", "EACCES", "EPERM"]) {
    const error = Object.assign(new Error("os error 30"), { code });
    assertEquals(whyElsewhere(error), why);
  }
  assertEquals(whyElsewhere(new Deno.errors.PermissionDenied()), why);
  assertEquals(whyElsewhere(new Deno.errors.NotFound()), undefined);
  assertEquals(whyElsewhere(new Error("disk full")), undefined);
  assertEquals(whyElsewhere(undefined), undefined);
});

Deno.test("whyElsewhere() recognizes a network drive of Windows", () => {
  const denied = new Deno.errors.NotCapable(
    'Requires all access to "\\\\school\\share\\server.log"',
  );
  assertEquals(
    whyElsewhere(denied, "windows"),
    "This program cannot use folders on a network drive",
  );
  // Elsewhere it is a link that leads out of the folder, for example.
  assertEquals(whyElsewhere(denied, "linux"), undefined);
});
