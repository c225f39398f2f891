// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

/**
 * Makes a release: the programs, what lies beside them, a zip for each kind of
 * machine, sums, the notes, and what winget and Scoop want to know.
 *
 * @module
 */

import { join } from "node:path";
import config from "../deno.json" with { type: "json" };
import { type Command, runCommand } from "./command.ts";
import { compileAll, targetFolder } from "./compile.ts";
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
import { Stage } from "./stage.ts";
import { zip, type ZipEntry } from "./zip.ts";

const USAGE = `Usage: deno task release [options]

  --all              for Windows, Linux and macOS, x64 and arm64
  --target NAME      for this one
  --output FOLDER    where to put it (default dist)
  --repository URL   https://host/owner/name: makes the manifests for winget and
                     Scoop, too`;

const ROOT = new URL("../", import.meta.url);

const SUMS = "SHA256SUMS.txt";

export type ReleaseOptions = {
  readonly folder: string;
  readonly targets: readonly Target[];
  readonly repository?: string | undefined;
  readonly print: (line: string) => void;
};

/** Makes everything in `folder`; what is to be published, in its folder `release`. */
export async function release(
  { folder, targets, repository, print }: ReleaseOptions,
): Promise<void> {
  using stage = await Stage.make();
  await compileAll(stage, { folder, targets, print });
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
  await write(join(published, SUMS), sumLines(sums));
  const changes = await Deno.readTextFile(new URL("CHANGELOG.md", ROOT));
  await write(
    join(published, "notes.md"),
    releaseNotes(changes, config.version),
  );
}

/** What a lab gets with the programs; texts with the line ends of Unix. */
async function filesBeside(stage: Stage): Promise<ZipEntry[]> {
  const encoder = new TextEncoder();
  const readme = await Deno.readTextFile(new URL("README.txt", ROOT));
  const entries: ZipEntry[] = [
    { path: "README.txt", data: encoder.encode(readme.replaceAll("\r", "")) },
    { path: "LICENSES.txt", data: encoder.encode(await licenses(stage)) },
  ];
  const samples = new URL("download/", ROOT);
  for await (const { name } of Deno.readDir(samples)) {
    const path = `download/${name}`;
    entries.push({ path, data: await Deno.readFile(new URL(path, ROOT)) });
  }
  return entries;
}

/** Puts everything beside the programs, and the sums of all of it. */
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

/** With the line ends of Windows. */
function forNotepad(data: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(data);
  return new TextEncoder().encode(text.replaceAll("\n", "\r\n"));
}

/** As `sha256sum --check` reads them. */
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
  run: (targets, flags) =>
    release({
      folder: flags.value("output") ?? "dist",
      targets,
      repository: flags.value("repository"),
      print: console.log,
    }),
};

if (import.meta.main) Deno.exit(await runCommand(Deno.args, command));
