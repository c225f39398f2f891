/**
 * Deno puts a program into an empty one, `denort`, which it fetches once for each
 * kind of machine. A lab without a network cannot: what to do then is said here.
 *
 * @module
 */

import { join } from "node:path";
import { isWindows, type Target } from "./programs.ts";

/** Where Deno looks for the empty program of its own version before it fetches it. */
export function basePath(denoFolder: string, { triple }: Target): string {
  const version = `v${Deno.version.deno}`;
  return join(denoFolder, "dl", "release", version, `denort-${triple}.zip`);
}

/** Whether what `deno compile` said means that it lacks the empty program. */
export function isMissingBase(said: string): boolean {
  return said.includes("Setting up base binary") ||
    said.includes("Could not find denort");
}

/** One clear message: which file, where it belongs, the two ways out. */
export function missingBaseMessage(
  target: Target,
  { denoFolder, denortBin }: {
    readonly denoFolder: string;
    readonly denortBin: string | undefined;
  },
): string {
  const path = basePath(denoFolder, target);
  const why = denortBin === undefined
    ? "it is not on this computer and could not be fetched"
    : `DENORT_BIN names a file that cannot be read: ${denortBin}`;
  const inside = isWindows(target) ? "denort.exe" : "denort";
  return `Cannot compile for ${target.name}: Deno needs an empty program for it, and ${why}

  the file       denort-${target.triple}.zip of Deno ${Deno.version.deno}
  Deno looks in  ${path}

Without a network there are two ways:

  1. On a computer with a network run the same "deno task compile", then copy
     that file from its Deno cache ("deno info" names the folder) to the place
     above.
  2. Unpack that file anywhere and set the variable DENORT_BIN to the path of
     ${inside} in it. That is good for one kind of machine at a time.`;
}
