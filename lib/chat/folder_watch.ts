/**
 * Whether anything has happened in a folder since somebody last asked. The system
 * reports changes; where it cannot (some network folders, too many folders), the
 * watch has failed, and who asks has to look for themselves.
 */
export class FolderWatch implements Disposable {
  #watcher: Deno.FsWatcher | undefined;
  #changed = false;

  /** Begins to watch `folder` and all folders in it. Never throws. */
  constructor(folder: string) {
    try {
      this.#watcher = Deno.watchFs(folder, { recursive: true });
      void this.#listen(this.#watcher);
    } catch {
      // Not supported here, or the system has no watches left.
    }
  }

  /** Whether changes are reported. */
  get works(): boolean {
    return this.#watcher !== undefined;
  }

  /** Whether something has changed since the last call. */
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
        // Reading is no change; everything else, a full queue included, is one.
        if (kind !== "access") this.#changed = true;
      }
    } catch {
      // Not watched any more.
    }
    this.#changed = true;
    this[Symbol.dispose]();
  }
}
