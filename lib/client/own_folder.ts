import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import { keepPaths } from "../permissions.ts";
import { spellings } from "../profile_folder.ts";
import { foldersWithHalves } from "../files/half_folders.ts";
import { HALF_FOLDER } from "../files/half_version.ts";

/** The folder of this program's modules, if it runs from its sources. */
const SOURCES = new URL("../", import.meta.url);

/**
 * The folder for a user's downloads: the user's name, with `_` after it if the
 * program's own sources are in a folder of that name.
 */
export function ownFolderOf(name: string): string {
  // The sources of a compiled program are inside it.
  if (Deno.build.standalone) return name;
  try {
    const sources = Deno.realPathSync(fileURLToPath(SOURCES));
    const own = Deno.realPathSync(name);
    return contains(own, sources) || contains(sources, own) ? `${name}_` : name;
  } catch {
    return name; // The folder does not exist.
  }
}

/**
 * Gives back the rights to all folders but these: `folder`, here and inside
 * `fallback` (for read-only places), the unfinished downloads in the folders beside
 * it, which the result names, and `profile`. `places` are other folders that the
 * program may have been allowed.
 */
export function keepOwnFolder(
  folder: string,
  { fallback, profile, places = [] }: {
    readonly fallback: string | undefined;
    readonly profile?: string | undefined;
    readonly places?: readonly string[];
  },
): readonly string[] {
  const others = foldersWithHalves(folder);
  const elsewhere = fallback === undefined ? [] : [`${fallback}/${folder}`];
  keepPaths(
    [
      folder,
      ...linkedFrom(folder),
      ...elsewhere,
      ...others.map((other) => `${other}/${HALF_FOLDER}`),
      ...(profile === undefined
        ? []
        : [...spellings(profile), ...linkedFrom(profile)]),
    ],
    [
      ".",
      ...(fallback === undefined ? [] : [fallback]),
      ...places.filter((place) => place !== profile),
    ],
  );
  return others;
}

/** The target of a folder that is a link: Deno needs the right to it, too. */
function linkedFrom(folder: string): string[] {
  try {
    return [Deno.realPathSync(folder)];
  } catch {
    return []; // The folder does not exist yet, or its target is out of reach.
  }
}

/** Whether `inner` is `outer` or lies in it; both are real paths. */
function contains(outer: string, inner: string): boolean {
  return `${inner}${sep}`.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}
