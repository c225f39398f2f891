/**
 * The empty programs that tests pack into, and for each the Deno of the same version
 * that packs. Deno itself fetches its newest ones from a place that not every network
 * reaches. These are parts of packages from Python's registry: a Deno, and programs
 * that others made with `deno compile`, out of which the empty one is cut.
 *
 * @module
 */

import { join } from "node:path";
import { cutLinux, cutWindows } from "./cut_base.ts";
import { NoBaseError } from "./no_base_error.ts";
import { type Target, TARGETS } from "./programs.ts";
import { fetchWheel, type Wheel } from "./wheel.ts";

export type Base = {
  readonly target: Target;
  /** The version of Deno. */
  readonly version: string;
  /** The path of the empty program. */
  readonly denort: string;
  /** The path of the Deno that packs, a program for Linux. */
  readonly deno: string;
};

/** One file to fetch. */
export type Part = {
  /** Its path in the folder of the bases. */
  readonly path: string;
  readonly wheel: Wheel;
  /** Makes the file of the program in the wheel. */
  readonly cut?: (program: Uint8Array) => Uint8Array;
  /** The SHA-256 of the file, in hexadecimal digits. */
  readonly sum: string;
};

/** Begins the names of the folders in which files are made. */
const WORK = "fetching-";

/** Milliseconds after which no other process can still be at work in such a folder. */
const LONGEST_FETCH = 60 * 60_000;

const VERSIONS = { "linux-x64": "2.6.10", "windows-x64": "2.6.8" } as const;

/** The platform that the packages for Linux name. */
const LINUX = "manylinux_2_27_x86_64";

/** The last version that was made with `deno compile`. */
const COMPILED = "bids-validator-deno==2.4.1";

export const PARTS: readonly Part[] = [
  {
    path: "2.6.10/denort",
    wheel: { name: COMPILED, platform: LINUX, program: "bids-validator-deno" },
    cut: cutLinux,
    sum: "1b136202dc147212ad0b129de0c10eb5f17060917c9754c7921cd68f764ad2e2",
  },
  {
    path: "2.6.10/deno",
    wheel: { name: "deno==2.6.10", platform: LINUX, program: "deno" },
    sum: "bb9513ce8a9a7a976a77e0a32c5818035fb72dff6364afc5b8659594ba4a6139",
  },
  {
    path: "2.6.8/denort.exe",
    wheel: {
      name: COMPILED,
      platform: "win_amd64",
      program: "bids-validator-deno.exe",
    },
    cut: cutWindows,
    sum: "03b8866e42a62370d4a0bedf8f87d51509b90c50e049353d5709f8e951c9dfa0",
  },
  {
    path: "2.6.8/deno",
    wheel: { name: "deno==2.6.8", platform: LINUX, program: "deno" },
    sum: "8b254e08be2565f608a06bfde3f62f3aabbf8994712f0078c7a7f24bc8c46676",
  },
];

/**
 * Fetches the parts that are not in `folder` or are damaged there, 180 MB the first
 * time. Throws {@linkcode NoBaseError} if this machine or its network has none, and
 * `TypeError` if a file is another than the sum says.
 */
export async function fetchBases(
  folder: string,
  { parts = PARTS, fetch = fetchWheel, machine = Deno.build }: {
    readonly parts?: readonly Part[];
    readonly fetch?: typeof fetchWheel;
    readonly machine?: { readonly os: string; readonly arch: string };
  } = {},
): Promise<readonly Base[]> {
  if (machine.os !== "linux" || machine.arch !== "x86_64") {
    throw new NoBaseError(
      `this is ${machine.os} on ${machine.arch}, not Linux on x86_64`,
    );
  }
  await Deno.mkdir(folder, { recursive: true });
  await sweep(folder);
  for (const part of parts) {
    if (await sumOf(join(folder, part.path)) === part.sum) continue;
    await fetchPart(folder, part, fetch);
  }
  return Object.entries(VERSIONS).map(([name, version]) => {
    const target = TARGETS.find((target) => target.name === name)!;
    const denort = name === "windows-x64" ? "denort.exe" : "denort";
    return {
      target,
      version,
      denort: join(folder, version, denort),
      deno: join(folder, version, "deno"),
    };
  });
}

/** Makes one file; whatever fails, nothing but the whole file stays. */
async function fetchPart(
  folder: string,
  { path, wheel, cut = (program) => program, sum }: Part,
  fetch: typeof fetchWheel,
): Promise<void> {
  const work = await Deno.makeTempDir({ dir: folder, prefix: WORK });
  try {
    const program = await Deno.readFile(await fetch(wheel, work));
    const made = join(work, "made");
    await Deno.writeFile(made, cut(program), { mode: 0o755 });
    const found = await sumOf(made);
    if (found !== sum) {
      throw new TypeError(`${path} has the SHA-256 ${found}, expected ${sum}`);
    }
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.rename(made, join(folder, path));
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Removes what a fetch left that was killed. */
async function sweep(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.startsWith(WORK)) continue;
    const path = join(folder, name);
    const { mtime } = await Deno.stat(path);
    if (Date.now() - mtime!.getTime() < LONGEST_FETCH) continue;
    await Deno.remove(path, { recursive: true });
  }
}

/** Resolves to the SHA-256 of a file; `undefined` if it cannot be read. */
async function sumOf(path: string): Promise<string | undefined> {
  try {
    const bytes = await Deno.readFile(path);
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Returns the folder of the bases in the user's cache. */
export function basesFolder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME") ||
    join(Deno.env.get("HOME") ?? ".", ".cache");
  return join(cache, "messenger", "bases");
}
