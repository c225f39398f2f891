import { MAX_TRANSFER_ID } from "../framing.ts";
import type { ClientMessage, ServerMessage } from "../messages.ts";
import { Download } from "./download.ts";
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

/** All downloads of a client that are not over: those that run, and those that wait. */
export class Downloads {
  readonly #options: DownloadsOptions;
  /** In the order of asking. */
  readonly #all = new Set<Download>();
  readonly #waiting: Download[] = [];
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

  /** Fetches a file, at once or when its turn comes. */
  get(name: string): Download {
    const download = new Download(name, this.#options.folder);
    this.#all.add(download);
    const forget = () => {
      this.#all.delete(download);
      this.#options.onChange?.();
    };
    download.saved.then(forget, forget);
    if (this.#closedReason !== undefined) {
      void download.fail(this.#closedReason);
    } else {
      this.#waiting.push(download);
      this.#next();
      if (this.#waiting.includes(download)) download.postpone();
      this.#options.onChange?.();
    }
    return download;
  }

  /**
   * Stops those that `isMeant` says, default all; resolves to how many there
   * were. One that just gets its name is saved all the same, and not counted.
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
    this.#waiting.length = 0;
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
    this.#running.delete(download);
    if (code === "too-many" && this.#running.size > 0) {
      // This server sends fewer at a time: its turn comes with the next end.
      this.#waiting.unshift(download);
      download.postpone();
      return Promise.resolve();
    }
    // What the server could not read today, it may read tomorrow; all other
    // refusals say that what has arrived is of no use.
    return download.fail(text, { keep: code === "unreadable" });
  }

  /** Starts as many as may run. */
  #next(): void {
    while (this.#running.size < MAX_RUNNING && this.#waiting.length > 0) {
      const download = this.#waiting.shift()!;
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
    const place = await download.review();
    if (download.isOver) return;
    const id = this.#newId();
    this.#byId.set(id, download);
    const get = { id, name: download.name, ...place, window: WINDOW };
    download.onTaken = (size) => this.#options.send({ type: "took", id, size });
    this.#options.send({ type: "get", ...get });
    const forget = () => this.#byId.delete(id);
    download.saved.then(forget, () => {
      // The server may not know yet; it ignores what it does not know.
      if (forget()) this.#options.send({ type: "cancel", id });
    });
  }

  #newId(): number {
    this.#lastId = this.#lastId === MAX_TRANSFER_ID ? 1 : this.#lastId + 1;
    return this.#lastId;
  }
}
