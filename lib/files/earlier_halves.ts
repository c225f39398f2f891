import { nameKey } from "../names.ts";
import { readVersion, type Version } from "./half_version.ts";
import { readPlainFile } from "./read_plain_file.ts";

/** Most descriptions read in one folder. */
const MAX_READ = 1_000;

type Earlier = { readonly path: string; readonly version: Version };

/**
 * Partial downloads that version 0.1.0 left beside the user's own files, as `NAME.part`
 * with `NAME.part.json`. Reads them, never writes. Searches each folder once.
 */
export class EarlierHalves {
  readonly #folders = new Map<string, Promise<readonly Earlier[]>>();

  /**
   * Returns the half of the file `wanted` in `folder`: its content in pieces, and its
   * version; `undefined` if there is none.
   */
  async find(
    folder: string,
    wanted: string,
  ): Promise<
    { version: Version; content: AsyncIterable<Uint8Array> } | undefined
  > {
    let known = this.#folders.get(folder);
    if (known === undefined) {
      known = lookThrough(folder);
      this.#folders.set(folder, known);
    }
    const key = nameKey(wanted);
    for (const { path, version } of await known) {
      if (nameKey(version.name) !== key) continue;
      const content = readPlainFile(path, { maxLength: version.size });
      return { version, content };
    }
    return undefined;
  }
}

async function lookThrough(folder: string): Promise<readonly Earlier[]> {
  const found: Earlier[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (!isFile || !name.endsWith(".part.json")) continue;
      if (found.length === MAX_READ) break;
      const path = `${folder}/${name.slice(0, -".json".length)}`;
      const version = await readVersion(`${path}.json`);
      if (version !== undefined) found.push({ path, version });
    }
  } catch {
    // The folder does not exist or cannot be read.
  }
  return found;
}
