import { join } from "node:path";
import type { Base } from "../../packaging/bases.ts";
import { compile, type Packed } from "../../packaging/compile.ts";
import { fileName, isWindows, PROGRAMS } from "../../packaging/programs.ts";
import type { Stage } from "../../packaging/stage.ts";
import { winePath } from "../windows/in_wine.ts";

/** The module of the probes, a path from the root of the project. */
export const PROBE = "tests/compiled/probe.ts";

/**
 * Makes both programs for the target of `base`, with everything that a release gives
 * them, and for each a probe with the same permissions. Makes them in another folder
 * than `folder`, where they end up, and removes that folder: no program may need the
 * place where it was made. Throws `CompileError` if Deno fails.
 */
export async function makePrograms(
  stage: Stage,
  base: Base,
  folder: string,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const elsewhere = await Deno.makeTempDir({ prefix: "messenger-made-" });
  try {
    for (const program of PROGRAMS) {
      const name = fileName(program, base.target);
      for (const prefix of ["", PROBE_PREFIX]) {
        const path = join(elsewhere, prefix + name);
        const entry = prefix === "" ? `${program}.js` : PROBE;
        await pack(stage, base, { program, path, entry });
        await Deno.rename(path, join(folder, prefix + name));
      }
    }
  } finally {
    await Deno.remove(elsewhere, { recursive: true });
  }
}

/** Begins the file name of a probe. */
export const PROBE_PREFIX = "probe-";

/** Makes one program with a base. Throws `CompileError` if Deno fails. */
export function pack(
  stage: Stage,
  { target, deno, denort, version }: Base,
  packed: Omit<Packed, "target">,
): Promise<void> {
  return compile(stage, { ...packed, target }, { deno, denort, version });
}

/**
 * Returns the command that starts a program on this system; `wine` is the folder of
 * Wine, for a Windows program.
 */
export function startCommand(
  path: string,
  { target }: Base,
  wine: string | undefined,
): string {
  return isWindows(target)
    ? `"${wine}/win" wine "${winePath(path)}"`
    : `"${path}"`;
}
