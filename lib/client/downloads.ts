import { MAX_TRANSFER_ID } from "../framing.ts";
import type { ClientMessage, ServerMessage } from "../messages.ts";
import { Download, type DownloadOptions } from "./download.ts";
import type { DownloadFolder } from "./download_folder.ts";
import { WINDOW } from "./part_writer.ts";

/** What the server sends one client at a time; more wait here for their turn. */
export const MAX_RUNNING = 8;

export type DownloadsOptions = {
  readonly folder: DownloadFolder;
  readonly send: (message: ClientMessage) => void;
  /** Called when there is one more, or one less. */
  readonly onChange?: (() => void) | undefined;
};

type Refused = Extract<ServerMessage, { type: "refused" }>;

/** Refusals after which what has arrived may be of use another time. */
const KEEPING = new Set(["unreadable", "changed", "changing"]);

/** All downloads of a client that are not over: those that run, and those that wait. */
export class Downloads {
  readonly #options: DownloadsOptions;
  /** In the order of asking. */
  readonly #all = new Set<Download>();
  readonly #waiting = new Set<Download>();
  readonly #byName = new Map<string, Download>();
  /** Those that the server has been asked for. */
  readonly #byId = new Map<number, Download>();
  readonly #running = new Set<Download>();
  #lastId = 0;
  #searching = Promise.resolve();
  #closedReason: string | undefined;

  constructor(options: DownloadsOptions) {
    this.#options = options;
  }

  /** Those that are not over, in the order of asking. */
  get all(): Download[] {
    return [...this.#all];
  }

  /** How many are not over. */
  get size(): number {
    return this.#all.size;
  }

  /** The one that is not over and was asked for by this name. */
  named(name: string): Download | undefined {
    return this.#byName.get(name);
  }

  /** Fetches a file, at once or when its turn comes. */
  get(name: string, options?: DownloadOptions): Download {
    const download = new Download(name, this.#options.folder, options);
    this.#all.add(download);
    this.#byName.set(name, download);
    const forget = () => {
      this.#all.delete(download);
      if (this.#byName.get(name) === download) this.#byName.delete(name);
      this.#options.onChange?.();
    };
    download.saved.then(forget, forget);
    if (this.#closedReason !== undefined) {
      void download.fail(this.#closedReason);
    } else {
      this.#waiting.add(download);
      this.#next();
      if (this.#waiting.has(download)) download.postpone();
      this.#options.onChange?.();
    }
    return download;
  }

  /**
   * Stops those that `isMeant` says, default all; resolves to how many there
   * were. One that just gets its name is saved, and not counted.
   */
  async cancel(
    isMeant: (name: string) => boolean = () => true,
  ): Promise<number> {
    const meant = this.all.filter(({ name }) => isMeant(name));
    const stopped = await Promise.all(meant.map(async (download) => {
      await download.fail("cancelled");
      return await download.saved.then(() => 0, () => 1);
    }));
    return stopped.reduce<number>((sum, count) => sum + count, 0);
  }

  /** Resolves when all that were asked for are over. */
  async finished(): Promise<void> {
    await Promise.allSettled(this.all.map((download) => download.saved));
  }

  /** Nothing more will come from the server: what has arrived is kept. */
  async close(reason: string): Promise<void> {
    this.#closedReason = reason;
    this.#waiting.clear();
    this.#byId.clear();
    await Promise.all(
      this.all.map((download) => download.fail(reason, { keep: true })),
    );
  }

  /** Bytes of a file; those of one that was given up are passed over. */
  write(
    { id, data }: { id: number; data: Uint8Array },
    giveBack?: () => void,
  ): Promise<void> | undefined {
    return this.#byId.get(id)?.write(data, giveBack);
  }

  begin(
    message: Extract<ServerMessage, { type: "file" }>,
  ): Promise<void> | undefined {
    return this.#byId.get(message.id)?.begin(message);
  }

  /** Not waited for: the disk may take a while, and the chat goes on. */
  end(message: Extract<ServerMessage, { type: "end" }>): void {
    void this.#byId.get(message.id)?.end(message);
  }

  /** Whether a refusal concerns a download; then it has ended that. */
  refused({ id, code, text }: Refused): Promise<void> | undefined {
    const download = id === undefined ? undefined : this.#byId.get(id);
    if (download === undefined) return undefined;
    this.#byId.delete(id!);
    if (code === "too-many" && this.#running.size > 1) {
      // This server sends fewer at a time: its turn comes with the next end.
      this.#running.delete(download);
      this.#waitFirst(download);
      download.postpone();
      return Promise.resolve();
    }
    // What the server could not read today, it may read tomorrow; all other
    // refusals say that what has arrived is of no use.
    const keep = KEEPING.has(code);
    return download.fail(text, { keep, again: code === "changed", code });
  }

  #waitFirst(download: Download): void {
    const others = [...this.#waiting];
    this.#waiting.clear();
    for (const one of [download, ...others]) this.#waiting.add(one);
  }

  /** Starts as many as may run. */
  #next(): void {
    for (const download of this.#waiting) {
      if (this.#running.size >= MAX_RUNNING) return;
      this.#waiting.delete(download);
      if (download.isOver) continue;
      this.#running.add(download);
      const done = () => {
        this.#running.delete(download);
        this.#next();
      };
      download.saved.then(done, done);
      void this.#launch(download);
    }
  }

  async #launch(download: Download): Promise<void> {
    // One after the other, so that they are asked for in the order of asking.
    this.#searching = this.#searching.then(() => download.find());
    await this.#searching;
    const known = await download.review();
    if (download.isOver) return;
    const id = this.#newId();
    this.#byId.set(id, download);
    const { name } = download;
    download.onTaken = (size) => this.#options.send({ type: "took", id, size });
    download.onRetry = (isReady) => {
      this.#forget(id);
      void isReady.then(() => this.#launch(download));
    };
    this.#options.send({ type: "get", id, name, ...known, window: WINDOW });
    download.saved.then(
      () => this.#byId.delete(id),
      () => this.#forget(id),
    );
  }

  /** The server may not know yet that it need not go on; it ignores what it does not know. */
  #forget(id: number): void {
    if (this.#byId.delete(id)) this.#options.send({ type: "cancel", id });
  }

  #newId(): number {
    this.#lastId = this.#lastId === MAX_TRANSFER_ID ? 1 : this.#lastId + 1;
    return this.#lastId;
  }
}
