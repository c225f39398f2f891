import { assert, assertEquals } from "@std/assert";
import { type Pin, pinsIn, PLACES, withVersion } from "../../tools/pin_deno.ts";

const ROOT = new URL("../../", import.meta.url);

async function allPins(): Promise<Pin[]> {
  const pins: Pin[] = [];
  for (const path of Object.keys(PLACES)) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    const found = pinsIn(path, text);
    assert(found.length > 0, `${path} names no version`);
    pins.push(...found);
  }
  return pins;
}

Deno.test("all places name the same Deno", async () => {
  const pins = await allPins();
  const [{ version }] = pins as [Pin, ...Pin[]];
  assertEquals(pins.filter((pin) => pin.version !== version), []);
  assert(pins.length >= 10, `only ${pins.length} places were found`);
});

Deno.test("no other file names the pinned Deno", async () => {
  const [{ version }] = await allPins() as [Pin, ...Pin[]];
  // They say when something was measured, how a line looks, or what differs.
  const others = [
    "CHANGELOG.md",
    "bench/README.md",
    "tests/tools/pin_deno_test.ts",
  ];
  const found: string[] = [];
  for (
    const folder of ["", "docs/", "packaging/", ".github/workflows/", "tools/"]
  ) {
    for await (const { name, isFile } of Deno.readDir(new URL(folder, ROOT))) {
      const path = folder + name;
      if (!isFile || path === "deno.lock" || others.includes(path)) continue;
      const text = await Deno.readTextFile(new URL(path, ROOT));
      const known = path in PLACES ? pinsIn(path, text).length : 0;
      const all = text.split(version).length - 1;
      if (all !== known) found.push(`${path}: ${all}, of them ${known} known`);
    }
  }
  assertEquals(found, []);
});

Deno.test("withVersion() changes every place, and only these", () => {
  const text = "  npx deno@1.2.3 task ok\nWith Deno 1.2.3 and tool 1.2.3\n";
  assertEquals(
    withVersion("README.txt", { text, version: "2.0.10" }),
    "  npx deno@2.0.10 task ok\nWith Deno 2.0.10 and tool 1.2.3\n",
  );
});
