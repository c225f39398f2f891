import { assertEquals, assertThrows } from "@std/assert";
import { mirrorVersion, usedModules } from "../../tools/std/mirror.ts";
import { tempFolder } from "../testing.ts";

const IMPORTS = {
  "@std/a": "npm:deno-std@1.2.3/a/mod.js",
  "@std/b": "npm:deno-std@1.2.3/b/b.js",
  other: "npm:other@1.0.0",
};

Deno.test("usedModules() follows the imports, and takes nothing else", async () => {
  await using folder = await tempFolder();
  const files = {
    "a/mod.js": 'export * from "./one.js";\n',
    "a/one.js": 'import { two } from "../c/two.js";\n',
    "a/unused.js": "",
    "b/b.js": '/**\n * import { a } from "../a/unused.js";\n */\n',
    "c/two.js": 'import {\n  one,\n} from "../a/one.js";\n',
  };
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${folder.path}/${path[0]}`, { recursive: true });
    await Deno.writeTextFile(`${folder.path}/${path}`, text);
  }
  assertEquals(await usedModules(folder.path, IMPORTS), [
    "a/mod.js",
    "a/one.js",
    "b/b.js",
    "c/two.js",
  ]);
});

Deno.test("mirrorVersion() is the one of the import map", () => {
  assertEquals(mirrorVersion(IMPORTS), "1.2.3");
  const two = { ...IMPORTS, c: "npm:deno-std@2.0.0/c.js" };
  for (const imports of [two, {}]) {
    assertThrows(() => mirrorVersion(imports), TypeError, "one version");
  }
});
