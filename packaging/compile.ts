// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

/**
 * Makes server.exe and client.exe; with --all the same for every machine that
 * Deno can compile for.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isMissingBase, missingBaseMessage } from "./base_binary.ts";
import { type Command, CompileError, runCommand } from "./command.ts";
import {
  appName,
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
  --target NAME    for this one (${TARGETS.map(({ name }) => name).join(", ")})
  --output FOLDER  where to put them (default dist)`;

const ICONS = fileURLToPath(new URL("icons/", import.meta.url));

/** Where the programs of a target go: those of a lab's Windows directly into the folder. */
export function targetFolder(folder: string, target: Target): string {
  return target === TARGETS[0] ? folder : join(folder, target.name);
}

/**
 * Compiles both programs for each target. Throws {@linkcode CompileError} if Deno
 * cannot.
 */
export async function compileAll(
  stage: Stage,
  { folder, targets, print }: {
    readonly folder: string;
    readonly targets: readonly Target[];
    readonly print: (line: string) => void;
  },
): Promise<void> {
  const denortBin = Deno.env.get("DENORT_BIN");
  if (denortBin !== undefined && targets.length > 1) {
    throw new CompileError(
      "DENORT_BIN is good for one kind of machine: name it with --target",
    );
  }
  for (const target of targets) {
    const into = resolve(targetFolder(folder, target));
    await Deno.mkdir(into, { recursive: true });
    for (const program of PROGRAMS) {
      const path = join(into, fileName(program, target));
      await compile(stage, { program, target, path });
      const { size } = await Deno.stat(path);
      print(`${path} (${(size / 1e6).toFixed(1)} MB)`);
    }
  }
}

type Packed = {
  readonly program: ProgramName;
  readonly target: Target;
  readonly path: string;
};

async function compile(
  stage: Stage,
  { program, target, path }: Packed,
): Promise<void> {
  const icon = join(ICONS, `${program}.ico`);
  // Deno runs elsewhere: a path is meant from here.
  const base = Deno.env.get("DENORT_BIN");
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      ...compiledFlags(program, target),
      // Deno checks the types in "deno task ok"; here are the same sources.
      "--no-check",
      "--frozen=false",
      "--exclude-unused-npm",
      ...["--app-name", appName(program)],
      ...["--target", target.triple],
      ...(isWindows(target) ? ["--icon", icon] : []),
      ...["--output", path],
      `${program}.ts`,
    ],
    cwd: stage.path,
    env: {
      NO_COLOR: "1",
      ...(base !== undefined && { DENORT_BIN: resolve(base) }),
    },
  }).output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim();
  if (!isMissingBase(said)) throw new CompileError(said);
  throw new CompileError(missingBaseMessage(target, {
    denoFolder: await denoFolder(),
    denortBin: base,
  }));
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
