/**
 * A clean copy of what the programs need, and nothing else: their own modules, a
 * deno.json without tasks, the commit baked in. All times are the same, because
 * `deno compile` packs them: the same commit gives the same bytes.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { PROGRAMS } from "./programs.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Of every file that is packed. The zip format knows no earlier one. */
export const FILE_TIME = new Date(Date.UTC(1980, 0, 1));

export type Package = {
  readonly name: string;
  readonly version: string;
  /** Where Deno keeps it. */
  readonly path: string;
};

/** What `deno info` says of the programs. */
export type Graph = {
  /** Own files, as paths from the root of the project with slashes. */
  readonly files: readonly string[];
  /** Names that stand in imports. */
  readonly imports: ReadonlySet<string>;
  readonly packages: readonly Package[];
};

export class Stage implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "messenger-stage-" });
  readonly commit: string;
  readonly graph: Graph;

  private constructor(graph: Graph, commit: string) {
    this.graph = graph;
    this.commit = commit;
  }

  /** Copies what is in the working tree; says in the commit if that is not what was committed. */
  static async make(): Promise<Stage> {
    const graph = await readGraph();
    const stage = new Stage(graph, await readCommit(graph.files));
    for (const file of graph.files) {
      if (file !== "deno.json" && file !== "lib/build.ts") stage.#copy(file);
    }
    stage.#write("lib/build.ts", buildModule(stage.commit));
    stage.#write("deno.json", JSON.stringify(smallConfig(graph), null, 2));
    stage.#copy("deno.lock");
    for (const { path } of graph.packages) settle(path);
    return stage;
  }

  #copy(file: string): void {
    this.#write(file, Deno.readTextFileSync(join(ROOT, file)));
  }

  /** With one kind of line ending, however the sources were checked out. */
  #write(file: string, text: string): void {
    const path = join(this.path, file);
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeTextFileSync(path, text.replaceAll("\r\n", "\n"));
    Deno.utimeSync(path, FILE_TIME, FILE_TIME);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

function buildModule(commit: string): string {
  return `/** Set when this program was packed. */\n` +
    `export const COMMIT: string | undefined = ${JSON.stringify(commit)};\n`;
}

/** Version and imports of what is packed: no tasks, no names of development. */
function smallConfig({ imports }: Graph): Record<string, unknown> {
  return {
    version: config.version,
    imports: Object.fromEntries(
      Object.entries(config.imports).filter(([name]) => imports.has(name)),
    ),
    nodeModulesDir: "none",
  };
}

/** Gives the files of a package in Deno's cache the common time; Deno does not look at it. */
function settle(folder: string): void {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) settle(path);
    else Deno.utimeSync(path, FILE_TIME, FILE_TIME);
  }
}

/** As `deno info` describes it. */
type NpmPackage = Omit<Package, "path"> & {
  readonly localPath: string;
  readonly dependencies: readonly string[];
};

type Info = {
  readonly modules: readonly { readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<Record<string, NpmPackage>>;
};

/** Those that are imported, and theirs; Deno names all that stand in deno.lock. */
function usedPackages({ modules, npmPackages }: Info): Set<NpmPackage> {
  const used = new Set<NpmPackage>();
  const add = (id: string) => {
    const entry = npmPackages[id];
    if (entry === undefined || used.has(entry)) return;
    used.add(entry);
    entry.dependencies.forEach(add);
  };
  for (const { npmPackage } of modules) {
    if (npmPackage !== undefined) add(npmPackage);
  }
  return used;
}

async function readGraph(): Promise<Graph> {
  const files = new Set<string>();
  const imports = new Set<string>();
  const packages = new Map<string, Package>();
  for (const program of PROGRAMS) {
    const info = JSON.parse(
      await output(Deno.execPath(), ["info", "--json", `${program}.ts`]),
    );
    for (const { specifier, dependencies = [] } of info.modules) {
      if (!specifier.startsWith("file:")) continue;
      const path = fileURLToPath(specifier);
      files.add(path.slice(ROOT.length).replaceAll("\\", "/"));
      for (const dependency of dependencies) imports.add(dependency.specifier);
    }
    for (const { name, version, localPath: path } of usedPackages(info)) {
      packages.set(name, { name, version, path });
    }
  }
  return {
    files: [...files].sort(),
    imports,
    packages: [...packages.values()].sort((a, b) => a.name < b.name ? -1 : 1),
  };
}

/** Twelve digits, as git knows it; without git, or outside a clone, that it is not known. */
async function readCommit(files: readonly string[]): Promise<string> {
  try {
    const commit = await output("git", ["rev-parse", "--short=12", "HEAD"]);
    const args = ["status", "--porcelain", "--", ...files, "deno.lock"];
    const changed = (await output("git", args)).trim() !== "";
    return commit.trim() + (changed ? " with changes" : "");
  } catch {
    return "unknown";
  }
}

async function output(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
  return new TextDecoder().decode(stdout);
}
