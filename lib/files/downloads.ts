import { MAX_TRANSFER_ID } from "../framing.ts";
import type { ClientMessage } from "../client_messages.ts";
import type { ServerMessage } from "../server_messages.ts";
import { pause } from "../io/pause.ts";
import { Download } from "./download.ts";
import type { DownloadOptions } from "./known_copies.ts";
import type { DownloadFolder } from "./download_folder.ts";
import { WINDOW } from "./part_writer.ts";

/** Downloads that the server sends one client at a time; the others wait here. */
export const MAX_RUNNING = 8;

/**
 * Files that are checked and named while further files arrive: a disk flushes many
 * small files in the time of one.
 */
const MAX_FINISHING = 24;

export type DownloadsOptions = {
  readonly folder: DownloadFolder;
  readonly send: (message: ClientMessage) => void;
  /** Called when a download is added or ends. */
  readonly onChange?: (() => void) | undefined;
};

type Refused = Extract<ServerMessage, { type: "refused" }>;

/** Refusal codes after which the bytes that have arrived may still be useful. */
const KEEPING = new Set(["unreadable", "changed", "changing", "stalled"]);

/** How long the client waits, in milliseconds, before it asks a busy server again. */
const BUSY_PAUSE = 5_000;

/** All unfinished downloads of a client: running and waiting. */
export class Downloads {
  readonly #options: DownloadsOptions;
  /** In the order of the requests. */
  readonly #all = new Set<Download>();
  readonly #waiting = new Set<Download>();
  readonly #byName = new Map<string, Download>();
  /** Downloads requested from the server. */
  readonly #byId = new Map<number, Download>();
  readonly #running = new Set<Download>();
  /** Downloads that have arrived and are not saved yet. */
  readonly #finishing = new Set<Download>();
  #lastId = 0;
  #searching = Promise.resolve();
  #closedReason: string | undefined;
  readonly #closing = new AbortController();

  constructor(options: DownloadsOptions) {
    this.#options = options;
  }

  /** The unfinished downloads, in the order of the requests. */
  get all(): Download[] {
    return [...this.#all];
  }

  /** How many downloads are unfinished. */
  get size(): number {
    return this.#all.size;
  }

  /** Returns the unfinished download that was requested by this name. */
  named(name: string): Download | undefined {
    return this.#byName.get(name);
  }

  /** Downloads a file, at once or when its turn comes. */
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
   * Cancels the downloads that `isMeant` selects, all by default; resolves to how many
   * it cancelled. A file that is just getting its name is saved and not counted.
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

  /** Resolves when all downloads requested so far have ended. */
  async finished(): Promise<void> {
    await Promise.allSettled(this.all.map((download) => download.saved));
  }

  /** Ends all downloads after the connection has gone; keeps what has arrived. */
  async close(reason: string): Promise<void> {
    this.#closedReason = reason;
    this.#closing.abort();
    this.#waiting.clear();
    this.#byId.clear();
    await Promise.all(
      this.all.map((download) => download.fail(reason, { keep: true })),
    );
  }

  /** Returns whether the download with this id still expects bytes. */
  has(id: number): boolean {
    return this.#byId.has(id);
  }

  /** Writes bytes of a file; ignores those of a cancelled download. */
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

  /**
   * Handles `end` without waiting: the disk may take a while, and the chat must not.
   */
  end(message: Extract<ServerMessage, { type: "end" }>): void {
    const download = this.#byId.get(message.id);
    if (download === undefined) return;
    void download.end(message);
    // The server has room for another download.
    if (!this.#running.delete(download) || download.isOver) return;
    this.#finishing.add(download);
    this.#next();
  }

  /** Handles a refusal of a download; returns `undefined` if it concerns none. */
  refused({ id, code, text }: Refused): Promise<void> | undefined {
    const download = id === undefined ? undefined : this.#byId.get(id);
    if (download === undefined) return undefined;
    this.#byId.delete(id!);
    if (code === "busy") {
      this.#putBack(download);
      void pause(BUSY_PAUSE, this.#closing.signal).then(() => this.#next());
      return Promise.resolve();
    }
    if (code === "too-many" && this.#running.size > 1) {
      // This server sends fewer at a time: the download waits for the next `end`.
      this.#putBack(download);
      return Promise.resolve();
    }
    // The server may be able to read the file later. All other refusals mean that the
    // bytes that have arrived are useless.
    const keep = KEEPING.has(code);
    // This computer may have been asleep: it can take bytes again now.
    const resumes = code === "stalled";
    const again = code === "changed" || resumes;
    return download.fail(text, { keep, again, resumes, code });
  }

  /** Queues the download again. */
  #putBack(download: Download): void {
    this.#running.delete(download);
    this.#waitFirst(download);
    download.postpone();
  }

  #waitFirst(download: Download): void {
    const others = [...this.#waiting];
    this.#waiting.clear();
    for (const one of [download, ...others]) this.#waiting.add(one);
  }

  /** Starts waiting downloads, up to the limit. */
  #next(): void {
    for (const download of this.#waiting) {
      if (this.#running.size >= MAX_RUNNING) return;
      if (this.#finishing.size >= MAX_FINISHING) return;
      this.#waiting.delete(download);
      if (download.isOver) continue;
      this.#running.add(download);
      const done = () => {
        this.#running.delete(download);
        this.#finishing.delete(download);
        this.#next();
      };
      download.saved.then(done, done);
      void this.#launch(download);
    }
  }

  async #launch(download: Download): Promise<void> {
    // The searches run side by side; the requests go out in the order of asking.
    const found = download.find();
    this.#searching = this.#searching.then(() => found);
    await this.#searching;
    if (download.isOver) return;
    const id = this.#newId();
    this.#byId.set(id, download);
    const { name } = download;
    download.onTaken = (size) => this.#options.send({ type: "took", id, size });
    download.onRetry = (isReady) => {
      this.#forget(id);
      this.#finishing.delete(download);
      this.#running.add(download);
      void isReady.then(() => this.#launch(download));
    };
    this.#options.send({
      type: "get",
      id,
      name,
      ...download.found,
      window: WINDOW,
    });
    download.saved.then(
      () => this.#byId.delete(id),
      () => this.#forget(id),
    );
  }

  /**
   * Sends `cancel`: the server may still be sending, and ignores an id it does not
   * know.
   */
  #forget(id: number): void {
    if (this.#byId.delete(id)) this.#options.send({ type: "cancel", id });
  }

  #newId(): number {
    this.#lastId = this.#lastId === MAX_TRANSFER_ID ? 1 : this.#lastId + 1;
    return this.#lastId;
  }
}
