import { nameKey } from "../names.ts";
import { readVersion, type Version } from "./half_version.ts";
import { readPlainFile } from "./read_plain_file.ts";

/** Descriptions that are read at most in one folder. */
const MAX_READ = 1_000;

type Earlier = { readonly path: string; readonly version: Version };

/**
 * Half downloads that version 0.1.0 has left beside the user's own files, as
 * `NAME.part` with `NAME.part.json`. They are only read. Each folder is looked
 * through once.
 */
export class EarlierHalves {
  readonly #folders = new Map<string, Promise<readonly Earlier[]>>();

  /**
   * The half of a file called `wanted` in `folder`, piece by piece, with its
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
    // No such folder, or none that can be read.
  }
  return found;
}
