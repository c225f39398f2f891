/**
 * What is packed, and nothing else: one file for each program, bundled from a clean copy
 * of their modules with the commit, and a deno.json with only the version. All files
 * have the same time, because `deno compile` packs times: the same commit gives the same
 * bytes.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { bundle } from "./bundle.ts";
import { PROGRAMS } from "./programs.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** The time of every packed file: the earliest time in the zip format. */
export const FILE_TIME = new Date(Date.UTC(1980, 0, 1));

export type Package = {
  readonly name: string;
  readonly version: string;
  /** The package's folder in Deno's cache. */
  readonly path: string;
};

/** The result of `deno info` for the programs. */
export type Graph = {
  /** Own files, as paths from the root of the project with slashes. */
  readonly files: readonly string[];
  /** The names that the modules import. */
  readonly imports: ReadonlySet<string>;
  readonly packages: readonly Package[];
};

export class Stage implements Disposable {
  /** The folder that holds `server.js`, `client.js` and deno.json. */
  readonly path = Deno.makeTempDirSync({ prefix: "messenger-stage-" });
  /** The folder of the clean copy of the sources; not packed. */
  readonly sources = join(this.path, "sources");
  readonly commit: string;
  /** When the commit was made; `undefined` without git. */
  readonly time: Date | undefined;
  readonly graph: Graph;

  private constructor(graph: Graph, { commit, time }: Commit) {
    this.graph = graph;
    this.commit = commit;
    this.time = time;
  }

  /**
   * Bundles the working tree; the commit is marked if the tree differs from it.
   * `replaced` are texts that take the place of files, by path. Throws `BundleError` if
   * that fails.
   */
  static async make(
    replaced: Readonly<Record<string, string>> = {},
  ): Promise<Stage> {
    const graph = await readGraph();
    const stage = new Stage(graph, await readCommit(graph.files));
    try {
      stage.#copySources(replaced);
      for (const program of PROGRAMS) {
        const code = await bundle(stage.sources, `${program}.ts`);
        writeSettled(join(stage.path, `${program}.js`), code);
      }
      const { version } = config;
      writeSettled(join(stage.path, "deno.json"), JSON.stringify({ version }));
    } catch (error) {
      stage[Symbol.dispose]();
      throw error;
    }
    return stage;
  }

  #copySources(replaced: Readonly<Record<string, string>>): void {
    const write = (file: string, text: string) =>
      writeSettled(join(this.sources, file), text);
    for (const file of [...this.graph.files, "deno.lock"]) {
      if (file === "deno.json" || file === "lib/build.ts") continue;
      write(file, replaced[file] ?? Deno.readTextFileSync(join(ROOT, file)));
    }
    write("lib/build.ts", buildModule(this.commit));
    write("deno.json", JSON.stringify(smallConfig(this.graph)));
  }

  /** Copies one more file of the project to the same place in the packed folder. */
  copy(file: string): void {
    const text = Deno.readTextFileSync(join(ROOT, file));
    writeSettled(join(this.path, file), text);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Writes with one kind of line ending, whatever the checkout has, and one time. */
function writeSettled(path: string, text: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, text.replaceAll("\r\n", "\n"));
  Deno.utimeSync(path, FILE_TIME, FILE_TIME);
}

function buildModule(commit: string): string {
  return `/** Set when this program was packed. */\n` +
    `export const COMMIT: string | undefined = ${JSON.stringify(commit)};\n`;
}

/** Returns the version, and the imports that the modules of the programs use. */
function smallConfig({ imports }: Graph): Record<string, unknown> {
  return {
    version: config.version,
    imports: Object.fromEntries(
      Object.entries(config.imports).filter(([name]) => imports.has(name)),
    ),
    nodeModulesDir: "none",
  };
}

/** A package as `deno info` describes it. */
type NpmPackage = Omit<Package, "path"> & {
  readonly localPath: string;
  readonly dependencies: readonly string[];
};

type Info = {
  readonly modules: readonly { readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<Record<string, NpmPackage>>;
};

/**
 * Returns the imported packages and their dependencies; `deno info` lists all of
 * deno.lock.
 */
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

type Commit = {
  /** Twelve digits, marked if the files differ from the commit; or "unknown". */
  readonly commit: string;
  readonly time?: Date | undefined;
};

/** Returns the commit of the clone; "unknown" outside a clone or without git. */
async function readCommit(files: readonly string[]): Promise<Commit> {
  try {
    const args = ["show", "--no-patch", "--abbrev=12", "--format=%h %ct"];
    const [commit, seconds] = (await output("git", args)).trim().split(" ");
    const status = ["status", "--porcelain", "--", ...files, "deno.lock"];
    const changed = (await output("git", status)).trim() !== "";
    return {
      commit: commit! + (changed ? " with changes" : ""),
      time: new Date(Number(seconds) * 1_000),
    };
  } catch {
    return { commit: "unknown" };
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
