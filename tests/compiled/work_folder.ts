import { dirname, join } from "node:path";

const PREFIX = "messenger-compiled-";

/** Milliseconds after which no run can still be at work. */
const LONGEST_RUN = 3 * 60 * 60_000;

/** A new folder for the programs of a run: 800 MB, removed when it is disposed of. */
export class WorkFolder implements Disposable {
  readonly path: string;

  /** Creates it, and removes those of earlier runs that were killed. */
  constructor() {
    this.path = Deno.makeTempDirSync({ prefix: PREFIX });
    const parent = dirname(this.path);
    for (const { name } of Deno.readDirSync(parent)) {
      if (!name.startsWith(PREFIX)) continue;
      const path = join(parent, name);
      const { mtime } = Deno.statSync(path);
      if (Date.now() - mtime!.getTime() > LONGEST_RUN) {
        Deno.removeSync(path, { recursive: true });
      }
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
