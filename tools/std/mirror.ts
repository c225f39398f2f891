/**
 * The modules of the standard library's mirror that this project uses, in the folder
 * where Deno keeps the package.
 *
 * @module
 */

import { dirname, join, normalize, sep } from "node:path";

/** The npm package that mirrors the standard library. */
export const MIRROR = "deno-std";

/** Its version in the import map. Throws `TypeError` if the map has none, or several. */
export function mirrorVersion(imports: Readonly<Record<string, string>>) {
  const versions = new Set(entries(imports).map(({ version }) => version));
  const [version] = versions;
  if (version === undefined || versions.size > 1) {
    throw new TypeError(`deno.json must name one version of ${MIRROR}`);
  }
  return version;
}

/** The paths of the modules, with what they import from each other, sorted. */
export async function usedModules(
  folder: string,
  imports: Readonly<Record<string, string>>,
): Promise<string[]> {
  const found = new Set(entries(imports).map(({ path }) => path));
  for (const path of found) {
    const text = await Deno.readTextFile(join(folder, path));
    // The examples in comments import, too.
    const source = text.replace(/\/\*[\s\S]*?\*\//g, "");
    for (const [, target] of source.matchAll(/\bfrom\s+"(\.[^"]+)"/g)) {
      found.add(
        normalize(join(dirname(path), target!)).replaceAll(sep, "/"),
      );
    }
  }
  return [...found].sort();
}

function entries(imports: Readonly<Record<string, string>>) {
  return Object.values(imports).flatMap((target) => {
    const [, version, path] = /^npm:deno-std@([^/]+)\/(.+)$/.exec(target) ?? [];
    return path === undefined ? [] : [{ version: version!, path }];
  });
}
