// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

/**
 * Builds server.exe and client.exe; with --all, the programs for every system that Deno
 * can compile for.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isMissingBase, missingBaseMessage } from "./base_binary.ts";
import { type Command, CompileError, runCommand } from "./command.ts";
import { argumentsFor } from "./deno_differences.ts";
import {
  compiledFlags,
  fileName,
  isWindows,
  type ProgramName,
  PROGRAMS,
  type Target,
  TARGETS,
} from "./programs.ts";
import { Stage } from "./stage.ts";

const USAGE = `Usage: deno task compile [options]

  --all            for Windows, Linux and macOS, x64 and arm64
  --target NAMES   for these, with commas between them:
                   ${TARGETS.map(({ name }) => name).join(", ")}
  --output FOLDER  where to put them (default dist)`;

const ICONS = fileURLToPath(new URL("icons/", import.meta.url));

/**
 * Returns the folder for the programs of a target; those for a lab's Windows go
 * directly into `folder`.
 */
export function targetFolder(folder: string, target: Target): string {
  return target === TARGETS[0] ? folder : join(folder, target.name);
}

/**
 * Compiles both programs for each target, with the packer that `packerFor` gives it;
 * by default this Deno, with the empty program in `DENORT_BIN` if that is set. Throws
 * {@linkcode CompileError} if Deno fails.
 */
export async function compileAll(
  stage: Stage,
  { folder, targets, print, packerFor }: {
    readonly folder: string;
    readonly targets: readonly Target[];
    readonly print: (line: string) => void;
    readonly packerFor?: ((target: Target) => Packer) | undefined;
  },
): Promise<void> {
  const denort = Deno.env.get("DENORT_BIN");
  if (packerFor === undefined && denort !== undefined && targets.length > 1) {
    throw new CompileError(
      "DENORT_BIN is good for one kind of machine: name it with --target",
    );
  }
  for (const target of targets) {
    const packer = packerFor?.(target) ??
      { version: Deno.version.deno, denort };
    const into = resolve(targetFolder(folder, target));
    await Deno.mkdir(into, { recursive: true });
    for (const program of PROGRAMS) {
      const path = join(into, fileName(program, target));
      await compile(stage, { program, target, path }, packer);
      const { size } = await Deno.stat(path);
      print(`${path} (${(size / 1e6).toFixed(1)} MB)`);
    }
  }
}

export type Packed = {
  readonly program: ProgramName;
  readonly target: Target;
  /** The file to make. */
  readonly path: string;
  /** The module that starts, in the stage; default: the program's bundle. */
  readonly entry?: string;
  /** Changes the permissions; default: those of a release. */
  readonly flags?: (flags: readonly string[]) => readonly string[];
};

/** The Deno that packs, and the empty program that it packs into. */
export type Packer = {
  /** The command; default: this Deno. */
  readonly deno?: string;
  /** Its version. */
  readonly version: string;
  /** The empty program of the same version; default: Deno fetches it. */
  readonly denort?: string | undefined;
};

/** Compiles one program. Throws {@linkcode CompileError} if Deno fails. */
export async function compile(
  stage: Stage,
  { program, target, path, entry = `${program}.js`, flags = same }: Packed,
  { deno = Deno.execPath(), version, denort }: Packer,
): Promise<void> {
  const icon = join(ICONS, `${program}.ico`);
  const args = argumentsFor(version, [
    "compile",
    ...flags(compiledFlags(program, target)),
    // "deno task ok" has checked the types of the sources.
    "--no-check",
    // The cache would save nothing, and lie in the folder for temporary files, where
    // another user could put code into it.
    "--no-code-cache",
    ...["--target", target.triple],
    ...(isWindows(target) ? ["--icon", icon] : []),
    ...["--output", path],
    entry,
  ]);
  const { success, stderr } = await new Deno.Command(deno, {
    args: [...args],
    cwd: stage.path,
    env: {
      NO_COLOR: "1",
      // Deno runs in another folder, so a relative path must be resolved here.
      ...(denort !== undefined && { DENORT_BIN: resolve(denort) }),
    },
  }).output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim();
  if (!isMissingBase(said)) throw new CompileError(said);
  throw new CompileError(missingBaseMessage(target, {
    denoFolder: await denoFolder(),
    denortBin: denort,
  }));
}

function same(flags: readonly string[]): readonly string[] {
  return flags;
}

async function denoFolder(): Promise<string> {
  const args = ["info", "--json"];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

const command: Command = {
  usage: USAGE,
  async run(targets, flags) {
    const folder = flags.value("output") ?? "dist";
    using stage = await Stage.make();
    await compileAll(stage, { folder, targets, print: console.log });
  },
};

if (import.meta.main) Deno.exit(await runCommand(Deno.args, command));
