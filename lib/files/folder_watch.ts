/**
 * Tells whether anything in a folder has changed since the last question. Where the
 * system cannot report changes (some network folders, too many folders), the watch
 * fails and the caller has to scan.
 */
export class FolderWatch implements Disposable {
  #watcher: Deno.FsWatcher | undefined;
  #changed = false;

  /** Starts watching `folder` and all folders in it. Never throws. */
  constructor(folder: string) {
    try {
      this.#watcher = Deno.watchFs(folder, { recursive: true });
      void this.#listen(this.#watcher);
    } catch {
      // Not supported here, or the system has no watches left.
    }
  }

  /** Whether the system reports changes. */
  get works(): boolean {
    return this.#watcher !== undefined;
  }

  /** Returns whether anything has changed since the last call. */
  takeChange(): boolean {
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  [Symbol.dispose](): void {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    watcher?.close();
  }

  async #listen(watcher: Deno.FsWatcher): Promise<void> {
    try {
      for await (const { kind } of watcher) {
        // A read is no change; every other event is, a queue overflow included.
        if (kind !== "access") this.#changed = true;
      }
    } catch {
      // The system no longer watches the folder.
    }
    this.#changed = true;
    this[Symbol.dispose]();
  }
}
