import { assert, assertEquals, assertMatch } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { sbom } from "../../packaging/sbom.ts";
import { Stage } from "../../packaging/stage.ts";

const ROOT = new URL("../../", import.meta.url);

type Locked = {
  readonly integrity: string;
  readonly dependencies?: readonly string[];
};

const lock: Record<string, Locked> = JSON.parse(
  await Deno.readTextFile(new URL("deno.lock", ROOT)),
).npm;

/** The modules of the programs, as a person would look for them: not from `deno info`. */
async function* ownModules(): AsyncGenerator<string> {
  yield* ["server.ts", "client.ts"];
  const folders = ["lib/"];
  for (const folder of folders) {
    for await (
      const { name, isDirectory } of Deno.readDir(
        new URL(folder, ROOT),
      )
    ) {
      if (isDirectory) folders.push(`${folder}${name}/`);
      else if (/(?<!\.d)\.ts$/.test(name)) yield folder + name;
    }
  }
}

/** The packages that the sources of the programs import, and theirs, as in deno.lock. */
async function lockedForPrograms(): Promise<string[]> {
  const found = new Set<string>();
  const add = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    for (const name of lock[id]!.dependencies ?? []) {
      const [key] = Object.keys(lock).filter((key) =>
        key === name || key.startsWith(`${name}@`)
      );
      add(key!);
    }
  };
  const imports: Record<string, string> = config.imports;
  for await (const path of ownModules()) {
    const source = await Deno.readTextFile(new URL(path, ROOT));
    for (const [, name] of source.matchAll(/\bfrom "([^".][^"]*)"/g)) {
      const target = imports[name!];
      if (target === undefined) continue;
      const [, id] = /^npm:((?:@[^/]+\/)?[^/]+)/.exec(target)!;
      add(id!);
    }
  }
  return [...found].sort();
}

/** The bill as others read it. */
const bill = await (async () => {
  using stage = await Stage.make();
  return JSON.parse(await sbom(stage));
})();

Deno.test("sbom() lists the packages that the programs import, none missing and none too many", async () => {
  const listed = bill.components
    .filter(({ type }: { type: string }) => type === "library")
    .map((
      { group, name, version }: Record<string, string>,
    ) => `${group === undefined ? "" : `${group}/`}${name}@${version}`);
  const locked = await lockedForPrograms();
  assert(locked.length > 5, `only ${locked.length} packages were found`);
  assert(locked.length < Object.keys(lock).length, "tools are not packed");
  assertEquals(listed, locked);
});

Deno.test("sbom() says version, licence, address and hash of each package, as deno.lock has them", () => {
  let compared = 0;
  for (const component of bill.components) {
    const { type, group, name, version, licenses, hashes, purl } = component;
    assertMatch(licenses[0].license.id, /^[A-Z][\w.-]+$/);
    if (type !== "library") continue;
    const id = `${group === undefined ? "" : `${group}/`}${name}`;
    assertEquals(purl, `pkg:npm/${id.replace("@", "%40")}@${version}`);
    const [{ alg, content }] = hashes;
    const base64 = Uint8Array.fromHex(content).toBase64();
    assertEquals(alg, "SHA-512");
    assertEquals(`sha512-${base64}`, lock[`${id}@${version}`]!.integrity);
    compared++;
  }
  assert(compared > 5);
});

Deno.test("sbom() has Deno as a part, and a tree that leads to every part", () => {
  const { components, dependencies, metadata } = bill;
  const deno = components.find(({ name }: { name: string }) => name === "deno");
  assertEquals(
    [deno.type, deno.version, deno.purl],
    [
      "platform",
      Deno.version.deno,
      `pkg:github/denoland/deno@v${Deno.version.deno}`,
    ],
  );
  assertEquals([bill.bomFormat, bill.specVersion], ["CycloneDX", "1.6"]);
  assertEquals(metadata.component.version, config.version);
  const tree = new Map<string, string[]>(
    dependencies.map((
      { ref, dependsOn }: { ref: string; dependsOn: string[] },
    ) => [ref, dependsOn]),
  );
  const reached = new Set<string>();
  const visit = (ref: string) => {
    if (reached.has(ref)) return;
    reached.add(ref);
    const below = tree.get(ref);
    assert(below !== undefined, `${ref} is not in the tree`);
    below.forEach(visit);
  };
  visit(metadata.component["bom-ref"]);
  const refs = components.map((part: Record<string, string>) =>
    part["bom-ref"]!
  );
  assertEquals(
    [...reached].sort(),
    [
      ...refs,
      metadata.component["bom-ref"],
    ].sort(),
  );
});

Deno.test("sbom() makes the same bytes from the same commit, and another number from another", async () => {
  using one = await Stage.make();
  using two = await Stage.make();
  const text = await sbom(one);
  assertEquals(await sbom(two), text);
  const { serialNumber } = JSON.parse(text);
  assertMatch(
    serialNumber,
    /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  );
  const { graph, path } = one;
  const other = { graph, path, commit: "0123456789ab", time: new Date(0) };
  const changed = JSON.parse(await sbom(other as Stage));
  assertEquals(changed.metadata.timestamp, "1970-01-01T00:00:00.000Z");
  assert(changed.serialNumber !== serialNumber);
});
