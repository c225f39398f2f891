import { assert } from "@std/assert";
import { dirname } from "node:path";
import { type Base, basesFolder, fetchBases } from "../../packaging/bases.ts";
import { isWindows } from "../../packaging/programs.ts";
import {
  COMMANDS,
  noSignals,
  type ProgramName,
  words,
} from "../e2e/programs.ts";
import { winePath } from "../windows/in_wine.ts";
import { PROBE_PREFIX, startCommand } from "./make_programs.ts";
import type { Attempt, Outcome } from "./probe.ts";

/** Whether tests/compiled/run.ts runs the tests; nothing else makes the programs. */
export const hasPrograms = Deno.env.get("MESSENGER_COMPILED") !== undefined;

/** Whether the programs of this round are for Windows. */
export const onWindows = noSignals;

/** Returns a path as the programs of this round see it. */
export function seen(path: string): string {
  return onWindows ? winePath(path) : path;
}

/**
 * Attempts something with the permissions of a program, in a folder; resolves to the
 * outcomes.
 */
export async function probe(
  program: ProgramName,
  attempts: readonly Attempt[],
  folder: string,
): Promise<Outcome[]> {
  const command = Deno.env.get(COMMANDS[program])!
    .replace(/((?:server|client)(?:\.exe)?"?)$/, `${PROBE_PREFIX}$1`);
  const [starter, ...args] = words(command);
  const child = new Deno.Command(starter!, {
    args,
    cwd: folder,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(attempts)));
  await writer.close();
  const { stdout } = await child.output();
  const outcomes = JSON.parse(new TextDecoder().decode(stdout));
  assert(outcomes.length === attempts.length);
  return outcomes;
}

/** Resolves to the base of this round's programs, which is in the cache. */
export async function roundBase(): Promise<Base> {
  const bases = await fetchBases(basesFolder());
  return bases.find(({ target }) => isWindows(target) === onWindows)!;
}

/** Returns the command that starts a program of this round. */
export function commandOf(path: string, base: Base): string {
  const windeno = Deno.env.get("MESSENGER_WINDENO");
  return startCommand(path, base, windeno && dirname(windeno));
}

/** Names another command for a program until it is disposed of. */
export function startsAs(program: ProgramName, command: string): Disposable {
  const before = Deno.env.get(COMMANDS[program])!;
  Deno.env.set(COMMANDS[program], command);
  return { [Symbol.dispose]: () => Deno.env.set(COMMANDS[program], before) };
}
