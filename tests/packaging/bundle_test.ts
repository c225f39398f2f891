import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, BundleError } from "../../packaging/bundle.ts";
import { PROGRAMS } from "../../packaging/programs.ts";
import { Stage } from "../../packaging/stage.ts";
import { tempFolder } from "../testing.ts";

/** A program of two modules; the error comes from line 5 of the second one. */
const MODULES = {
  "main.ts": `import { Room } from "./lib/room.ts";
console.log(JSON.stringify(messageOf(() => new Room().tell("Ann"))));
function messageOf(run: () => void): string | undefined {
  try {
    run();
  } catch (error) {
    return (error as Error).stack;
  }
}
`,
  "lib/room.ts": `type Name = string;

export class Room {
  tell(name: Name): void {
    throw new Error("no " + name);
  }
}
`,
};

async function writeModules(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "lib"), { recursive: true });
  for (const [path, text] of Object.entries(MODULES)) {
    await Deno.writeTextFile(join(folder, path), text);
  }
}

Deno.test("bundle() makes one file, whose stack traces name the modules and their lines", async () => {
  await using folder = await tempFolder();
  await writeModules(folder.path);
  const packed = join(folder.path, "packed.js");
  await Deno.writeTextFile(packed, await bundle(folder.path, "main.ts"));
  await Deno.remove(join(folder.path, "lib"), { recursive: true });
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-config", packed],
  }).output();
  const [message, where] = JSON.parse(new TextDecoder().decode(stdout))
    .split("\n");
  assertEquals(message, "Error: no Ann");
  const root = pathToFileURL(folder.path).href;
  assertEquals(where.trim(), `at Room.tell (${root}/lib/room.ts:5:11)`);
});

Deno.test("bundle() does not depend on where the modules are", async () => {
  await using one = await tempFolder();
  await using two = await tempFolder();
  const deeper = join(two.path, "with space", "Grüße");
  await writeModules(one.path);
  await writeModules(deeper);
  assertEquals(
    await bundle(one.path, "main.ts"),
    await bundle(deeper, "main.ts"),
  );
});

Deno.test({
  name: "bundle() does not mind that the folder for temporary files is a link",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await tempFolder();
    await writeModules(folder.path);
    const expected = await bundle(folder.path, "main.ts");
    const real = join(folder.path, "a", "deep", "place");
    await Deno.mkdir(real, { recursive: true });
    const link = join(folder.path, "link");
    await Deno.symlink(real, link);
    const before = Deno.env.get("TMPDIR");
    try {
      Deno.env.set("TMPDIR", link);
      assertEquals(await bundle(folder.path, "main.ts"), expected);
    } finally {
      if (before === undefined) Deno.env.delete("TMPDIR");
      else Deno.env.set("TMPDIR", before);
    }
  },
});

Deno.test("bundle() says what is missing", async () => {
  await using folder = await tempFolder();
  await assertRejects(
    () => bundle(folder.path, "main.ts"),
    BundleError,
    "main.ts",
  );
});

/** Packages of the programs: widths and colours of texts, flags, sizes; and the log. */
const PACKAGES = {
  client: [
    "@noble/curves",
    "@noble/hashes",
    "ansi-regex",
    "deno-std",
    "get-east-asian-width",
    "string-width",
    "strip-ansi",
  ],
  server: [
    "@logtape/logtape",
    "@noble/curves",
    "@noble/hashes",
    "ansi-regex",
    "deno-std",
    "get-east-asian-width",
    "string-width",
    "strip-ansi",
  ],
};

Deno.test("Stage.make() packs into each program only its own modules and packages", async () => {
  using stage = await Stage.make();
  for (const program of PROGRAMS) {
    const code = await Deno.readTextFile(join(stage.path, `${program}.js`));
    const modules = Array.from(
      code.matchAll(/^\/\/ (\S+\.(?:js|ts|json))$/gm),
      ([, path]) => path!,
    );
    const other = program === "server" ? "client" : "server";
    assert(modules.includes(`lib/${program}/options.ts`));
    assertEquals(
      modules.filter((path) => path.startsWith(`lib/${other}/`)),
      [],
    );
    const packages = modules.map((path) =>
      /^npm\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
    ).filter((name) => name !== undefined);
    assertEquals([...new Set(packages)].sort(), PACKAGES[program]);
    assert(!code.includes("deno task"), "no task of the project");
  }
});

Deno.test("Stage.make() bundles programs without a path of this computer", async () => {
  using stage = await Stage.make();
  const folder = basename(stage.path);
  for (const program of PROGRAMS) {
    const code = await Deno.readTextFile(join(stage.path, `${program}.js`));
    const [, base64] = /\n\/\/# sourceMappingURL=data:[^,]+,(\S+)\n$/
      .exec(code)!;
    const map = new TextDecoder().decode(Uint8Array.fromBase64(base64!));
    const { sources, sourcesContent } = JSON.parse(map);
    assertEquals(sourcesContent, undefined);
    assert(sources.includes("lib/names.ts"));
    assertEquals(
      sources.filter((source: string) =>
        !/^(?:lib|npm)\/|^deno\.json$/.test(source) &&
        source !== `${program}.ts`
      ),
      [],
    );
    const packages = code.match(/^\/\/ npm\/.*$/gm)!;
    assertMatch(packages[0]!, /^\/\/ npm\/[@\w/-]+\/\d+\.\d+\.\d+\//);
    assert(!code.includes(folder), "the folder of the stage");
    assertEquals(code.match(/^\/\/ .*\.\.\/.*$/gm), null);
    assertEquals(code.match(/^\/\/ (?:\/|[A-Z]:).*\.[jt]s$/gm), null);
  }
});
