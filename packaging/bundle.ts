/**
 * Joins the modules of a program, with the packages that they import, into one file of
 * JavaScript: a program starts faster from one file, and nothing is packed that it does
 * not use. The names stay; a source map leads each line of a stack trace back to its
 * module.
 *
 * @module
 */

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const OFFLINE =
  `"deno bundle" downloads the tool esbuild once. Without a network, copy the
folder dl of Deno's cache from a computer that has run "deno task compile"
("deno info" names the cache).`;

/** The bundle cannot be made; the message says why, and what to do. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

/** A source map, as `deno bundle` writes it. */
type SourceMap = {
  readonly version: number;
  readonly sources: readonly string[];
  readonly mappings: string;
  readonly names: readonly string[];
};

/**
 * Returns the text of the bundle of the module `entry` in `folder`. The same modules
 * give the same text, wherever the folder and Deno's cache are. Throws
 * {@linkcode BundleError} if `deno bundle` fails.
 */
export async function bundle(folder: string, entry: string): Promise<string> {
  const temporary = await Deno.makeTempDir({ prefix: "messenger-bundle-" });
  try {
    // A source map leads from one place to the other, so neither may be a link.
    const root = await Deno.realPath(folder);
    const output = await Deno.realPath(temporary);
    const path = join(output, "bundle.js");
    await run(root, { entry, path });
    const code = withoutPaths(await Deno.readTextFile(path));
    const map = JSON.parse(await Deno.readTextFile(`${path}.map`));
    return code + mapComment(relativeTo(map, { root, output }));
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

async function run(
  folder: string,
  { entry, path }: { readonly entry: string; readonly path: string },
): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--no-check", "--sourcemap=external"],
      ...["--output", path, entry],
    ],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim();
  const problem = `Cannot bundle ${entry}: ${said}`;
  throw new BundleError(
    /esbuild/i.test(said) ? `${problem}\n\n${OFFLINE}` : problem,
  );
}

/**
 * Shortens the comment before each module, which has the path on this computer, to the
 * module's place in the project or in the npm cache. Keeps the number of lines, which
 * the source map counts.
 */
function withoutPaths(code: string): string {
  return code.replaceAll("\r\n", "\n").replace(
    /^\/\/ .*[\\/]npm[\\/][^\\/\n]+[\\/](.*\.(?:js|mjs|cjs|json))$/gm,
    (_, path: string) => `// npm/${path.replaceAll("\\", "/")}`,
  );
}

/** Names the sources by their place in the project, or in the npm cache. */
function relativeTo(
  { version, sources, mappings, names }: SourceMap,
  { root, output }: { readonly root: string; readonly output: string },
): SourceMap {
  const top = pathToFileURL(root).href + "/";
  const from = pathToFileURL(output).href + "/";
  const short = sources.map((source) => {
    // On another drive of Windows it is a path, C:/…, and not an address.
    const isPath = /^[a-z]:[\\/]/i.test(source);
    const { href } = isPath ? pathToFileURL(source) : new URL(source, from);
    if (href.startsWith(top)) return href.slice(top.length);
    return href.replace(/^.*\/npm\/[^/]+\//, "npm/");
  });
  // Without the texts of the sources, which would be as long as the program.
  return { version, sources: short, mappings, names };
}

/** Returns the last line of the bundle, in which Deno looks for the source map. */
function mapComment(map: SourceMap): string {
  const text = new TextEncoder().encode(JSON.stringify(map)).toBase64();
  return `//# sourceMappingURL=data:application/json;base64,${text}\n`;
}
