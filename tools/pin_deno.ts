// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

/**
 * Writes another version of Deno into every place that names the pinned one:
 * `deno task pin:deno 2.9.8`. CONTRIBUTING.md says what to do then.
 *
 * @module
 */

const ROOT = new URL("../", import.meta.url);

/** Files that name the version of Deno, each with the patterns of the places. */
export const PLACES: Readonly<Record<string, readonly RegExp[]>> = {
  ".ci/run": [/(?<=\bdeno@)\d+\.\d+\.\d+/g],
  ".github/workflows/ok.yml": [/(?<=deno-version: v)\d+\.\d+\.\d+/g],
  ".github/workflows/release.yml": [/(?<=deno-version: v)\d+\.\d+\.\d+/g],
  "README.txt": [
    /(?<=\bdeno@)\d+\.\d+\.\d+/g,
    /(?<=\bDeno )\d+\.\d+\.\d+/g,
    /(?<=\\release\\v)\d+\.\d+\.\d+/g,
  ],
  "CONTRIBUTING.md": [
    /(?<=\bdeno@)\d+\.\d+\.\d+/g,
    /(?<=\[Deno\]\(\S+\) )\d+\.\d+\.\d+/g,
  ],
};

/** A version in a text: where it stands, and which it is. */
export type Pin = { readonly path: string; readonly version: string };

/** Returns all versions that a text names in the places of `path`. */
export function pinsIn(path: string, text: string): Pin[] {
  return PLACES[path]!.flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ([version]) => ({ path, version }))
  );
}

/** Returns the text with another version in the places of `path`. */
export function withVersion(
  path: string,
  { text, version }: { readonly text: string; readonly version: string },
): string {
  return PLACES[path]!.reduce(
    (text, pattern) => text.replace(pattern, version),
    text,
  );
}

async function main(args: readonly string[]): Promise<number> {
  const [version = ""] = args;
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    console.error("Usage: deno task pin:deno VERSION, such as 2.9.8");
    return 2;
  }
  for (const path of Object.keys(PLACES)) {
    const url = new URL(path, ROOT);
    const text = await Deno.readTextFile(url);
    await Deno.writeTextFile(url, withVersion(path, { text, version }));
    console.log(`${path}: ${pinsIn(path, text).length}`);
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
