// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

/**
 * Makes a release: the programs, the files beside them, a zip for each platform, the
 * bill of materials, sums, the notes, and the manifests for winget and Scoop.
 *
 * @module
 */

import { join } from "node:path";
import config from "../deno.json" with { type: "json" };
import { type Command, CompileError, runCommand } from "./command.ts";
import { compileAll, type Packer, targetFolder } from "./compile.ts";
import { licenses } from "./licenses.ts";
import { manifests } from "./manifests.ts";
import { releaseNotes } from "./notes.ts";
import {
  fileName,
  isWindows,
  PROGRAMS,
  type Target,
  TARGETS,
} from "./programs.ts";
import { rehearse } from "./rehearsal.ts";
import { sbom, SBOM_NAME } from "./sbom.ts";
import { Stage } from "./stage.ts";
import { zip, type ZipEntry } from "./zip.ts";

const USAGE = `Usage: deno task release [options]

  --all              for Windows, Linux and macOS, x64 and arm64
  --target NAMES     for these, with commas between them
  --output FOLDER    where to put it (default dist)
  --repository URL   https://host/owner/name: makes the manifests for winget and
                     Scoop, too
  --rehearse         with the empty programs of the tests, of an older Deno; not
                     to be published (default folder dist/rehearsal). The exit
                     code is 1 if targets had to be left out`;

const ROOT = new URL("../", import.meta.url);

const SUMS = "SHA256SUMS.txt";

export type ReleaseOptions = {
  readonly folder: string;
  readonly targets: readonly Target[];
  readonly repository?: string | undefined;
  /** What packs each target; default: as {@linkcode compileAll}. */
  readonly packerFor?: ((target: Target) => Packer) | undefined;
  readonly print: (line: string) => void;
};

/**
 * Makes everything in `folder`; the files to publish are in its subfolder `release`.
 */
export async function release(
  { folder, targets, repository, packerFor, print }: ReleaseOptions,
): Promise<void> {
  using stage = await Stage.make();
  await compileAll(stage, { folder, targets, packerFor, print });
  const published = join(folder, "release");
  await Deno.mkdir(published, { recursive: true });
  const beside = await filesBeside(stage);
  const sums: [string, string][] = [];
  for (const target of targets) {
    const into = targetFolder(folder, target);
    const data = zip(await complete(into, target, beside));
    const name = `messenger-${config.version}-${target.name}.zip`;
    await Deno.writeFile(join(published, name), data);
    print(`${join(published, name)} (${(data.length / 1e6).toFixed(1)} MB)`);
    sums.push([name, await sha256(data)]);
    if (target === TARGETS[0] && repository !== undefined) {
      const [, sum] = sums.at(-1)!;
      for (const [path, text] of await manifests({ repository, sum })) {
        await write(join(published, path), text);
      }
    }
  }
  const bill = beside.find(({ path }) => path === SBOM_NAME)!.data;
  const billName = `messenger-${config.version}.cdx.json`;
  await write(join(published, billName), bill);
  sums.push([billName, await sha256(bill)]);
  await write(join(published, SUMS), sumLines(sums));
  const changes = await Deno.readTextFile(new URL("CHANGELOG.md", ROOT));
  await write(
    join(published, "notes.md"),
    releaseNotes(changes, config.version),
  );
}

/** Returns the files beside the programs; texts have Unix line ends. */
async function filesBeside(stage: Stage): Promise<ZipEntry[]> {
  const encoder = new TextEncoder();
  const readme = await Deno.readTextFile(new URL("README.txt", ROOT));
  const entries: ZipEntry[] = [
    { path: "README.txt", data: encoder.encode(readme.replaceAll("\r", "")) },
    { path: "LICENSES.txt", data: encoder.encode(await licenses(stage)) },
    { path: SBOM_NAME, data: encoder.encode(await sbom(stage)) },
  ];
  const samples = new URL("download/", ROOT);
  for await (const { name } of Deno.readDir(samples)) {
    const path = `download/${name}`;
    entries.push({ path, data: await Deno.readFile(new URL(path, ROOT)) });
  }
  return entries;
}

/** Adds the files beside the programs, and the sums of all files. */
async function complete(
  folder: string,
  target: Target,
  beside: readonly ZipEntry[],
): Promise<ZipEntry[]> {
  const entries = beside.map((entry) =>
    isWindows(target) && /^[^/]*\.txt$/.test(entry.path)
      ? { ...entry, data: forNotepad(entry.data) }
      : entry
  );
  for (const program of PROGRAMS) {
    const path = fileName(program, target);
    const data = await Deno.readFile(join(folder, path));
    entries.push({ path, data, executable: true });
  }
  const sums: [string, string][] = [];
  for (const { path, data } of entries) sums.push([path, await sha256(data)]);
  const data = new TextEncoder().encode(sumLines(sums));
  entries.push({ path: SUMS, data });
  for (const { path, data, executable } of entries) {
    if (executable !== true) await write(join(folder, path), data);
  }
  return entries;
}

/** Returns the text with Windows line ends. */
function forNotepad(data: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(data);
  return new TextEncoder().encode(text.replaceAll("\n", "\r\n"));
}

/** Returns the sums in the format of `sha256sum --check`. */
function sumLines(sums: readonly (readonly [string, string])[]): string {
  return sums.map(([name, sum]) => `${sum}  ${name}\n`).sort((a, b) =>
    a.slice(64) < b.slice(64) ? -1 : 1
  ).join("");
}

export async function sha256(data: Uint8Array): Promise<string> {
  const bytes = new Uint8Array(data);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function write(path: string, data: string | Uint8Array): Promise<void> {
  await Deno.mkdir(join(path, ".."), { recursive: true });
  if (typeof data === "string") await Deno.writeTextFile(path, data);
  else await Deno.writeFile(path, data);
}

const command: Command = {
  usage: USAGE,
  string: ["repository"],
  boolean: ["rehearse"],
  async run(targets, flags) {
    const repository = flags.value("repository");
    const given = flags.value("output");
    const print = console.log;
    if (!flags.has("rehearse")) {
      const folder = given ?? "dist";
      return await release({ folder, targets, repository, print });
    }
    const { leftOut, ...rest } = await rehearse(targets);
    const folder = given ?? join("dist", "rehearsal");
    await release({ folder, repository, print, ...rest });
    const versions = new Set(
      rest.targets.map((target) => rest.packerFor(target).version),
    );
    print(
      `A rehearsal: packed by Deno ${[...versions].join(" and ")}, ` +
        "not to be published",
    );
    if (leftOut.length > 0) {
      throw new CompileError(
        `Left out, because there is no empty program for them here: ${
          leftOut.join(", ")
        }`,
      );
    }
  },
};

if (import.meta.main) Deno.exit(await runCommand(Deno.args, command));
