import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { dirname, join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { basePath } from "../../packaging/base_binary.ts";
import { compiledFlags, TARGETS, taskFlags } from "../../packaging/programs.ts";
import { PERMISSIONS } from "../permissions.ts";
import { tempFolder } from "../testing.ts";
import { fetchWindowsDeno } from "./windows_deno.ts";
import {
  CONSOLE,
  readPayload,
  ResourceType,
  WindowsProgram,
} from "./windows_program.ts";

const ROOT = new URL("../../", import.meta.url);

/** How many flags of its own Deno puts before ours. */
const DENO_V8_FLAGS = 4;

/** Our own part must not grow unseen: 1.29 MB (server), 1.22 MB (client). */
const MAX_OWN_LENGTH = 1_400_000;

const windowsDeno = await fetchWindowsDeno();

/** Runs the task as it stands in deno.json. */
async function compile(
  args: readonly string[],
  env: Record<string, string> = {},
) {
  const [, ...flags] = config.tasks.compile.command.split(" ");
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...flags, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
  }).output();
  return { code, errors: new TextDecoder().decode(stderr) };
}

async function compiled(folder: string): Promise<void> {
  const { code, errors } = await compile(["--output", folder], {
    DENORT_BIN: windowsDeno!,
  });
  assertEquals(errors, "");
  assertEquals(code, 0);
}

Deno.test({
  name:
    "compile packs both programs, with these permissions and nothing of development",
  ignore: windowsDeno === undefined,
  async fn() {
    await using folder = await tempFolder();
    await compiled(folder.path);
    const icons: string[] = [];
    for (const name of ["server", "client"] as const) {
      const bytes = await Deno.readFile(`${folder.path}/${name}.exe`);
      const program = new WindowsProgram(bytes);
      assertEquals(program.subsystem, CONSOLE);

      const payload = program.resource(ResourceType.data, "D3N0L4ND");
      assert(payload.length < MAX_OWN_LENGTH, `${payload.length} bytes`);
      const { metadata, files } = readPayload(payload);
      assertEquals(metadata.entrypoint_key, `${name}.js`);
      assertEquals(metadata.app_version, config.version);
      assertEquals(metadata.argv, []);
      const flags = metadata.v8_flags.slice(DENO_V8_FLAGS)
        .map((flag: string) => `--v8-flags=${flag}`);
      assertEquals(flags, PERMISSIONS[name].v8);
      assertPermissions(name, metadata.permissions);
      // The bundle has all modules and packages; programs read no other file of theirs.
      assertEquals(files, [`${name}.js`]);

      const text = new TextDecoder().decode(payload);
      assertMatch(text, /\bCOMMIT = "([0-9a-f]{12}|unknown)/);
      assert(!text.includes("deno task"), "the tasks are packed");
      assertEquals(metadata.code_cache_key, null);
      assertEquals(metadata.workspace_resolver.import_map, null);
      const group = program.resource(ResourceType.iconGroup);
      assertEquals(iconSizes(group), [16, 24, 32, 48, 128, 0]);
      icons.push(
        program.resources
          .filter(({ type }) => type === ResourceType.icon)
          .map(({ data }) => data.toBase64()).join(" "),
      );
    }
    assertNotEquals(icons[0], icons[1], "one icon for both programs");
  },
});

Deno.test({
  name: "compile makes the same bytes twice",
  ignore: windowsDeno === undefined,
  async fn() {
    await using one = await tempFolder();
    await using two = await tempFolder();
    await compiled(one.path);
    await compiled(two.path);
    for (const name of ["server.exe", "client.exe"]) {
      const sums = await Promise.all([one, two].map(async ({ path }) => {
        const bytes = await Deno.readFile(`${path}/${name}`);
        return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      }));
      assertEquals(sums[0], sums[1], name);
    }
  },
});

Deno.test("compile says which file it lacks, where it belongs, and the ways out", async () => {
  await using folder = await tempFolder();
  const { code, errors } = await compile(["--output", folder.path], {
    DENORT_BIN: `${folder.path}/nothing`,
  });
  assertEquals(code, 1);
  assertMatch(errors, /^Cannot compile for windows-x64: .*nothing\n/);
  assertMatch(errors, /file +denort-x86_64-pc-windows-msvc\.zip of Deno /);
  assertMatch(errors, /Deno looks in .*dl.release.v[\d.]+.denort-x86_64-pc/);
  assertMatch(errors, /\n {2}1\. [^]*\n {2}2\. [^]*DENORT_BIN/);
});

Deno.test("basePath() is where Deno looks before it fetches anything", async () => {
  await using folder = await tempFolder();
  const [target] = TARGETS;
  const path = basePath(folder.path, target);
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, "no zip");
  const entry = join(folder.path, "a.ts");
  await Deno.writeTextFile(entry, "");
  const flags = ["--no-config", "--no-check", "--target", target.triple];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", ...flags, "--output", join(folder.path, "a"), entry],
    env: { NO_COLOR: "1", DENO_DIR: folder.path },
  }).output();
  const said = new TextDecoder().decode(stderr);
  assertEquals(success, false);
  assertMatch(said, /zip|archive/i);
  assert(!/Download|Setting up base/.test(said), said);
});

Deno.test("compile refuses one empty program for all machines, and unknown ones", async () => {
  const all = await compile(["--all"], { DENORT_BIN: "denort" });
  assertMatch(all.errors, /^DENORT_BIN is good for one kind of machine/);
  assertEquals(all.code, 1);
  const two = await compile(["--target", "linux-x64,windows-arm64"], {
    DENORT_BIN: "denort",
  });
  assertMatch(two.errors, /^DENORT_BIN is good for one kind of machine/);
  const unknown = await compile(["--target", "linux-x64,amiga"]);
  assertMatch(unknown.errors, /^There is no target "amiga"\n\nUsage: /);
  assertEquals(unknown.code, 2);
});

Deno.test("compiledFlags() adds the folder of the profiles, for each system its own", () => {
  for (const target of TARGETS) {
    const flags = compiledFlags("client", target);
    const { profiles } = target;
    const own = {
      windows: ",C:/users",
      linux: ",/root/.local/state/messenger",
      macos: ",/var/root/Library/Application Support/Messenger",
    }[target.name.split("-")[0] as "windows" | "linux" | "macos"];
    assertEquals(flags.slice(-2), [
      `--allow-read=.,${profiles}${own}`,
      `--allow-write=.,${profiles}${own}`,
    ]);
    // The server remembers nothing about its user.
    assert(compiledFlags("server", target).at(-1)!.includes(`,${profiles}`));
    assertEquals(flags.slice(0, -2), taskFlags("client").slice(0, -2));
    const system = target.name.split("-")[0];
    const folders = { windows: "C:/Users", linux: "/home", macos: "/Users" };
    assertEquals(profiles, folders[system as keyof typeof folders]);
  }
});

Deno.test("TARGETS are those that this Deno can compile for", async () => {
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", "--target", "amiga", "a.ts"],
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stderr);
  const [, known] = /possible values: ([\w, -]+)/.exec(said)!;
  assertEquals(
    TARGETS.map(({ triple }) => triple).sort(),
    known!.split(", ").sort(),
  );
});

// deno-lint-ignore no-explicit-any -- as Deno describes it
function assertPermissions(name: "server" | "client", packed: any): void {
  const { sys, env, files, readOnly } = PERMISSIONS[name];
  const { allow_import: _anything, ...others } = packed;
  assertEquals(others, {
    prompt: false,
    allow_net: [],
    allow_sys: [...sys],
    allow_read: [...readOnly, ...files, "C:/Users", "C:/users"],
    allow_write: [...files, "C:/Users", "C:/users"],
    allow_env: [...env],
    allow_run: null,
    allow_ffi: null,
    deny_env: null,
    deny_ffi: null,
    // Nothing is ever loaded from elsewhere, whatever Deno allows by itself.
    deny_import: [],
    deny_net: null,
    deny_read: null,
    deny_run: null,
    deny_sys: null,
    deny_write: null,
    ignore_env: null,
    ignore_read: null,
  });
}

/** Edges of the pictures in the group, 0 for 256. */
function iconSizes(group: Uint8Array): number[] {
  const sizes: number[] = [];
  for (let at = 6; at < group.length; at += 14) sizes.push(group[at]!);
  return sizes.sort((a, b) => (a || 256) - (b || 256));
}
