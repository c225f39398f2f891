/**
 * Finds the unit tests that concern a module, the nearest first: the test of its own
 * name, then the tests that import it, then the tests that import an importer.
 *
 * @module
 */

import { dirname, join, sep } from "node:path";
import ts from "typescript";

/** Tests that start programs, or take long: a fault is not their business. */
const NOT_UNIT = /^tests\/(attack|e2e|packaging|soak|tools|windows)\//;

/** Who imports whom in a project; paths are relative to its root, with slashes. */
export class ImportGraph {
  readonly #importers: ReadonlyMap<string, readonly string[]>;

  private constructor(importers: ReadonlyMap<string, readonly string[]>) {
    this.#importers = importers;
  }

  /** Reads the modules in `lib/` and `tests/` and in the root of the project. */
  static async read(root: string): Promise<ImportGraph> {
    const importers = new Map<string, string[]>();
    for await (const path of modules(root)) {
      const source = await Deno.readTextFile(join(root, path));
      const { importedFiles } = ts.preProcessFile(source, true, true);
      for (const { fileName } of importedFiles) {
        if (!fileName.startsWith(".")) continue;
        const target = withSlashes(join(dirname(path), fileName));
        const known = importers.get(target);
        if (known === undefined) importers.set(target, [path]);
        else known.push(path);
      }
    }
    return new ImportGraph(importers);
  }

  /** The unit tests of a module, in order of nearness. */
  testsOf(path: string): string[] {
    const own = path.replace(/^lib\//, "tests/").replace(/\.ts$/, "_test.ts");
    const distances = new Map([[path, 0]]);
    for (const [near, distance] of distances) {
      for (const importer of this.#importers.get(near) ?? []) {
        if (!distances.has(importer)) distances.set(importer, distance + 1);
      }
    }
    const rank = (test: string) => test === own ? 0 : distances.get(test)!;
    return [...distances.keys()]
      .filter((path) => path.endsWith("_test.ts") && !NOT_UNIT.test(path))
      .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  }
}

async function* modules(root: string): AsyncGenerator<string> {
  const folders = ["."];
  for (const folder of folders) {
    for await (const entry of Deno.readDir(join(root, folder))) {
      const path = withSlashes(join(folder, entry.name));
      if (entry.isDirectory) {
        if (/^(lib|tests)(\/|$)/.test(path)) folders.push(path);
      } else if (path.endsWith(".ts")) yield path;
    }
  }
}

function withSlashes(path: string): string {
  return path.replaceAll(sep, "/");
}
