import { assert, assertEquals } from "@std/assert";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);

Deno.test("workflows name each action by the full hash of a commit, with its version", async () => {
  const hashes = new Map<string, Set<string>>();
  const wrong: string[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) {
    const text = await Deno.readTextFile(new URL(name, FOLDER));
    for (const [line, action] of text.matchAll(/\buses: *([^@\s]+).*/g)) {
      const [, hash] = /@([0-9a-f]{40}) # v\d+\.\d+\.\d+$/.exec(line) ?? [];
      if (hash === undefined) wrong.push(`${name}: ${line}`);
      else {
        const known = hashes.get(action!) ?? new Set();
        hashes.set(action!, known.add(hash));
      }
    }
  }
  assertEquals(wrong, []);
  assert(hashes.size > 2, `only ${hashes.size} actions were found`);
  for (const [action, known] of hashes) assertEquals(known.size, 1, action);
});

Deno.test("CI, README.txt and CONTRIBUTING.md call the one gate, deno task ok", async () => {
  for (
    const path of [
      ".ci/run",
      ".github/workflows/ok.yml",
      "README.txt",
      "CONTRIBUTING.md",
    ]
  ) {
    const text = await Deno.readTextFile(new URL(`../../${path}`, FOLDER));
    assert(/(\bdeno(@[\d.]+)?|\$deno) task ok\b/.test(text), path);
  }
});

Deno.test("the workflow of a tag attests the zips before it publishes them", async () => {
  const text = await Deno.readTextFile(new URL("release.yml", FOLDER));
  const publish = text.slice(text.indexOf("\n  publish:"));
  for (const permission of ["contents", "id-token", "attestations"]) {
    assert(publish.includes(`\n      ${permission}: write\n`), permission);
  }
  const others = text.slice(0, text.indexOf("\n  publish:"));
  assert(!others.includes(": write"), "only this job may write");
  const attested = publish.indexOf("uses: actions/attest-build-provenance@");
  assert(attested !== -1 && attested < publish.indexOf("gh release create"));
  assert(publish.includes("dist/release/*.zip\n"));
});
