import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The set-up's exit code if something is missing. */
const MISSING = 3;

/** A test that needs a library of the tests: the one for property tests. */
const PROPERTY_TEST = "tests/client/forged_rows_test.ts";

/**
 * Sets Wine up (setup.sh), with the packages for the Windows build of Deno. Resolves to
 * its folder; to `undefined` if something is missing, which setup.sh has said.
 */
export async function setUpWine(): Promise<string | undefined> {
  const { code, stdout } = await new Deno.Command("bash", {
    args: [join(ROOT, "tests/windows/setup.sh")],
    stderr: "inherit",
  }).output();
  if (code === MISSING) return undefined;
  if (code !== 0) throw new Error("Wine cannot be set up");
  const wine = new TextDecoder().decode(stdout).trim().split("\n").at(-1)!;
  await copyPackages(wine);
  return wine;
}

/**
 * Copies the packages: the Windows build has a cache of its own, and often no network.
 */
async function copyPackages(wine: string): Promise<void> {
  const run = async (...args: string[]) => {
    const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT });
    return new TextDecoder().decode((await command.output()).stdout);
  };
  const tests = await Array.fromAsync(Deno.readDir(join(ROOT, "tests")));
  const files = tests.filter(({ isFile, name }) => isFile && /ts$/.test(name));
  const names = files.map(({ name }) => `tests/${name}`);
  await run("cache", PROPERTY_TEST, ...names);
  const { npmCache } = JSON.parse(await run("info", "--json"));
  const packages: { localPath: string }[] = [];
  for (const module of ["server.ts", "client.ts", PROPERTY_TEST]) {
    const info = JSON.parse(await run("info", "--json", module));
    packages.push(...Object.values<{ localPath: string }>(info.npmPackages));
  }
  for (const entry of packages) {
    const from = join(entry.localPath, "..");
    const to = join(wine, "w/deno/npm", from.slice(npmCache.length), "..");
    await Deno.mkdir(to, { recursive: true });
    await new Deno.Command("cp", { args: ["-r", "--update", from, to] })
      .output();
  }
}
