/**
 * `deno compile` puts a program into an empty one, `denort`, which Deno downloads once
 * for each platform. This module explains what to do without a network.
 *
 * @module
 */

import { join } from "node:path";
import { isWindows, type Target } from "./programs.ts";

/**
 * Returns where Deno looks for the empty program of its own version before it downloads
 * it.
 */
export function basePath(denoFolder: string, { triple }: Target): string {
  const version = `v${Deno.version.deno}`;
  return join(denoFolder, "dl", "release", version, `denort-${triple}.zip`);
}

/** Returns whether `deno compile` failed because it lacks the empty program. */
export function isMissingBase(said: string): boolean {
  return said.includes("Setting up base binary") ||
    said.includes("Could not find denort");
}

/**
 * Returns one message: which file is missing, where it belongs, and the two ways to get
 * it.
 */
export function missingBaseMessage(
  target: Target,
  { denoFolder, denortBin }: {
    readonly denoFolder: string;
    readonly denortBin: string | undefined;
  },
): string {
  const path = basePath(denoFolder, target);
  const why = denortBin === undefined
    ? "it is not on this computer and could not be downloaded"
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
