import { maybeSameFile } from "./same_file.ts";

/**
 * Flushes a file to the disk while another handle writes it. Deno runs one operation at
 * a time on each open file, so this class opens the file a second time.
 */
export class Flusher {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #second: Deno.FsFile | undefined;

  /** `file` is open for writing at `path`. */
  constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Resolves when the bytes written so far are on the disk, or at once if the path
   * leads to another file. Throws the system's error.
   */
  async flush(): Promise<void> {
    this.#second ??= await this.#open();
    await this.#second?.syncData();
  }

  /** Closes the second handle; no flush may be in progress. */
  close(): void {
    this.#second?.close();
    this.#second = undefined;
  }

  /** Opens the second handle; `undefined` if the path no longer leads to the file. */
  async #open(): Promise<Deno.FsFile | undefined> {
    // Windows flushes only files that are open for writing.
    const write = Deno.build.os === "windows";
    const file = await Deno.open(this.#path, { read: true, write });
    if (maybeSameFile(await file.stat(), await this.#file.stat())) return file;
    file.close();
    return undefined;
  }
}
