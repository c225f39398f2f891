// deno-lint-ignore-file no-console -- says what is left out

import { join } from "node:path";

/**
 * The Windows build of this Deno, from npm: it takes the place of the empty program
 * that Deno would download from elsewhere, so that packing works here. If it cannot
 * be downloaded, says so and resolves to `undefined`.
 */
export async function fetchWindowsDeno(): Promise<string | undefined> {
  const version = Deno.version.deno;
  const name = `npm:@deno/win32-x64@${version}`;
  const cached = await deno(["cache", "--no-config", "--no-lock", name]);
  if (cached.success) {
    const { stdout } = await deno(["info", "--json"]);
    const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
    for await (const registry of Deno.readDir(npmCache)) {
      const path = ["@deno", "win32-x64", version, "deno.exe"];
      const file = join(npmCache, registry.name, ...path);
      if (await Deno.stat(file).catch(() => undefined)) return file;
    }
  }
  console.log(`Packing is not tested: ${name} cannot be downloaded here`);
  return undefined;
}

function deno(args: string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command(Deno.execPath(), { args }).output();
}
