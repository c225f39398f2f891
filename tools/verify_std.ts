// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

/**
 * Checks the mirror of the standard library against deno.lock and against the library's
 * own sources.
 *
 * @module
 */

import { join, resolve } from "node:path";
import config from "../deno.json" with { type: "json" };
import { ExitCode, parseFlags, UsageError } from "../lib/program.ts";
import { MIRROR, mirrorVersion, usedModules } from "./std/mirror.ts";
import { differenceOf } from "./std/same_code.ts";

const USAGE = `Usage: deno task verify:std [FOLDER]

Downloads the mirror of the standard library once more, which makes Deno compare
its hash with deno.lock, and compares the modules that this project uses with those
on this computer. With the FOLDER of a checkout of the library itself, compares the
code of each module with it.

  --offline   download nothing: compare with FOLDER only`;

/** Returns the folder in which Deno keeps the mirror. */
async function mirrorFolder(denoDir?: string): Promise<string> {
  const { npmCache } = JSON.parse(await deno(["info", "--json"], denoDir));
  for await (const { name } of Deno.readDir(npmCache)) {
    const version = mirrorVersion(config.imports);
    const path = join(npmCache, name, MIRROR, version);
    if (await Deno.stat(path).catch(() => undefined)) return path;
  }
  throw new Error(`Deno does not have ${MIRROR}: run deno task ok first`);
}

/** Returns Deno's output. Throws `Error` with Deno's message if it fails. */
async function deno(args: string[], denoDir?: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    env: { NO_COLOR: "1", ...(denoDir && { DENO_DIR: denoDir }) },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(text(stderr).split("\n\nStack back")[0]);
  return text(stdout);
}

/** Compares with a fresh download; returns the number of modules that differ. */
async function compareWithFresh(folder: string, modules: readonly string[]) {
  const denoDir = await Deno.makeTempDir();
  try {
    const { "@std/assert": target } = config.imports;
    // The lock is frozen: a hash that differs from it is an error.
    await deno(["cache", "--frozen", target], denoDir);
    const fresh = await mirrorFolder(denoDir);
    const differ: string[] = [];
    for (const path of modules) {
      const [here, there] = await Promise.all(
        [folder, fresh].map((folder) => Deno.readTextFile(join(folder, path))),
      );
      if (here !== there) differ.push(path);
    }
    for (const path of differ) console.log(`changed   ${path}`);
    console.log(
      `${modules.length} modules: ${
        modules.length - differ.length
      } are those ` +
        `of the package with the hash in deno.lock`,
    );
    return differ.length;
  } finally {
    await Deno.remove(denoDir, { recursive: true });
  }
}

/** Compares with the library's sources; returns the number of modules that differ. */
async function compareWithSources(
  folder: string,
  { modules, sources }: {
    readonly modules: readonly string[];
    readonly sources: string;
  },
) {
  let same = 0;
  let missing = 0;
  for (const path of modules) {
    const official = join(sources, path.replace(/\.js$/, ".ts"));
    const typeScript = await Deno.readTextFile(official).catch(() => undefined);
    if (typeScript === undefined) {
      missing++;
      console.log(`not there ${path}`);
      continue;
    }
    const javaScript = await Deno.readTextFile(join(folder, path));
    const difference = differenceOf(javaScript, typeScript);
    if (difference === undefined) {
      same++;
      console.log(`same      ${path}`);
    } else {
      console.log(`differs   ${path}`);
      console.log(`  mirror  ${difference.javaScript}`);
      console.log(`  library ${difference.typeScript}`);
    }
  }
  const differ = modules.length - same - missing;
  console.log(
    `${modules.length} modules: ${same} with the library's code, ` +
      `${differ} with other code, ${missing} without a source`,
  );
  return differ + missing;
}

async function main(args: string[]): Promise<number> {
  try {
    const flags = parseFlags(args, {
      boolean: ["help", "offline"],
      string: [],
      maxArguments: 1,
    });
    if (flags.has("help")) {
      console.log(USAGE);
      return ExitCode.inOrder;
    }
    const folder = await mirrorFolder();
    const modules = await usedModules(folder, config.imports);
    let wrong = 0;
    if (!flags.has("offline")) wrong += await compareWithFresh(folder, modules);
    const [path] = flags.arguments;
    if (path !== undefined) {
      const sources = resolve(path);
      wrong += await compareWithSources(folder, { modules, sources });
    }
    return wrong === 0 ? ExitCode.inOrder : ExitCode.failed;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${USAGE}`);
      return ExitCode.usage;
    }
    console.error(error instanceof Error ? error.message : error);
    return ExitCode.failed;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
