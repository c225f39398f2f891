import type { ServerMessage } from "../messages.ts";
import { Arrival, ArrivalError, type Place } from "./arrival.ts";
import { type DownloadFolder, pathProblem } from "./download_folder.ts";

type FileMessage = Extract<ServerMessage, { type: "file" }>;
type EndMessage = Extract<ServerMessage, { type: "end" }>;

/** What was saved: its path from here, and its size in bytes. */
export type Saved = {
  readonly path: string;
  readonly size: number;
  /** It was there before, and is the same: nothing was fetched. */
  readonly before?: true;
  /** The server's name for it, and why it cannot have that one here. */
  readonly instead?: { readonly name: string; readonly problem: string };
};

/** The file did not arrive as it should; the message says what went wrong. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
  /** How much of it is kept for the next time, in bytes. */
  readonly kept: number;
  /** What the server has said, as in `refused`, if it did. */
  readonly code: string | undefined;

  constructor(message: string, kept = 0, code?: string) {
    super(message);
    this.kept = kept;
    this.code = code;
  }
}

export type DownloadOptions = {
  /** Its size, if it is known, in bytes: tells files that are here already. */
  readonly size?: number;
  /** Whether it is fetched even if it is here already. */
  readonly again?: boolean;
};

/** Why a download ends, or begins once more. */
type Failure = {
  readonly keep?: boolean;
  readonly again?: boolean;
  readonly code?: string | undefined;
};

/**
 * One file that somebody wants. It has its name only when its size and its SHA-256
 * are those that the server states, and what has the name is what was written.
 * When something has happened to the file on either side, it is tried again by
 * itself, once.
 */
export class Download {
  /** The name that was asked for, then the one that the server gives. */
  name: string;
  /** Called now and then with the bytes written so far, if the server wants to know. */
  onTaken: ((size: number) => void) | undefined;
  /**
   * Called when it is to be asked for once more, as soon as `isReady` resolves; what
   * still comes of the try before is not for this one. Without it, it never is.
   */
  onRetry: ((isReady: Promise<void>) => void) | undefined;
  /** Called, with the reason, when it begins once more. */
  onAgain: ((reason: string) => void) | undefined;
  readonly #folder: DownloadFolder;
  readonly #options: DownloadOptions;
  readonly #started = Promise.withResolvers<FileMessage>();
  readonly #launched = Promise.withResolvers<void>();
  readonly #saved = Promise.withResolvers<Saved>();
  #arrival: Arrival;
  #copies: ReadonlyMap<string, string> = new Map();
  readonly #stopping = new AbortController();
  #isSame = false;
  #begun = false;
  #over = false;
  #retries = 0;
  /** Settles when nothing is open of what came before this try. */
  #leaving: Promise<unknown> = Promise.resolve();
  #keeping: Promise<void> | undefined;

  constructor(
    name: string,
    folder: DownloadFolder,
    options: DownloadOptions = {},
  ) {
    this.name = name;
    this.#folder = folder;
    this.#options = options;
    this.#arrival = this.#newArrival();
    // Nobody need ask; a failure that nobody asks about is no fault.
    this.#started.promise.catch(() => {});
    this.#saved.promise.catch(() => {});
  }

  /** The size of the whole file, in bytes; 0 until the server has said it. */
  get size(): number {
    return this.#arrival.size;
  }

  /** The size that it had in the list, in bytes; 0 if it was in none. */
  get expectedSize(): number {
    return this.#options.size ?? 0;
  }

  /** How much of it is here, in bytes, what was here before included. */
  get arrived(): number {
    return this.#arrival.arrived;
  }

  /** How much of it was here before, in bytes. */
  get resumedAt(): number {
    return this.#arrival.resumedAt;
  }

  /** What was here before was of another version, and is dropped. */
  get startedAgain(): boolean {
    return this.#arrival.startedAgain;
  }

  /** Whether nothing more will come of it. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Whether the server has begun to send it. */
  get isArriving(): boolean {
    return this.#begun && !this.#over;
  }

  /** Resolves when the server begins to send it. Rejects with {@linkcode DownloadError}. */
  get started(): Promise<FileMessage> {
    return this.#started.promise;
  }

  /** Resolves when it has started, has failed, or will take a while to start. */
  get launched(): Promise<void> {
    return this.#launched.promise;
  }

  /** Resolves when it is saved and verified. Rejects with {@linkcode DownloadError}. */
  get saved(): Promise<Saved> {
    return this.#saved.promise;
  }

  /** It will take a while to start: nobody should wait for it. */
  postpone(): void {
    this.#launched.resolve();
  }

  /** Takes hold of what is here: a half of it, or the whole of it. */
  async find(): Promise<void> {
    if (this.#over) return;
    await this.#guard(async (arrival) => {
      const { again = false, size } = this.#options;
      if (!again && this.#retries === 0) {
        const { signal } = this.#stopping;
        const looking = this.#folder.copies(this.name, { size, signal });
        this.#leaving = looking;
        this.#copies = await looking;
      }
      await arrival.find(this.name);
    });
  }

  /**
   * Reads what {@linkcode find} has found; resolves to what the server should know:
   * where to go on, and what need not be sent.
   */
  async review(): Promise<Partial<Place> & { have?: string[] }> {
    let place: Place | undefined;
    if (this.#arrival.hasHalf) this.postpone();
    await this.#guard(async (arrival) => {
      place = await arrival.review();
    });
    const have = [...this.#copies.keys()];
    return { ...place, ...(have.length > 0 && { have }) };
  }

  /** The server is about to send it. */
  async begin(message: FileMessage): Promise<void> {
    if (this.#over || this.#begun) return;
    this.#begun = true;
    this.#isSame = message.same === true && this.#copies.size > 0;
    await this.#guard(async (arrival) => {
      if (!this.#isSame) await arrival.begin(message, this.name);
      if (arrival !== this.#arrival || this.#over) return;
      this.name = message.name;
      this.#started.resolve(message);
      this.#launched.resolve();
    });
  }

  /** The next bytes; see `Arrival.write`. */
  async write(data: Uint8Array, giveBack?: () => void): Promise<void> {
    if (this.#over || this.#keeping !== undefined) return;
    await this.#guard((arrival) => arrival.write(data, giveBack));
  }

  /** The server has sent everything. */
  async end(message: EndMessage): Promise<void> {
    if (this.#over || this.#keeping !== undefined) return;
    if (this.#isSame) return await this.#endSame(message);
    await this.#guard(async (arrival) => {
      const sha256 = arrival.check(message);
      this.#keeping = this.#keep(arrival, sha256);
      await this.#keeping;
    });
  }

  /**
   * It will not be completed, unless it is worth trying `again` and was not yet.
   * What has arrived is removed, or, with `keep`, left for the next time. Too late
   * when it is complete and gets its name just now: then it waits for that. Does
   * nothing the second time.
   */
  async fail(reason: string, failure: Failure = {}): Promise<void> {
    if (this.#keeping !== undefined) {
      const arrival = this.#arrival;
      if (failure.again !== true) this.#retries = Infinity;
      await this.#keeping.catch(() => {});
      // It may have begun once more for the same reason.
      if (failure.again === true && arrival !== this.#arrival) return;
    }
    await this.#fail(reason, failure);
  }

  async #fail(
    reason: string,
    { keep = false, again = false, code }: Failure,
  ): Promise<void> {
    if (this.#over) return void await this.#leaving;
    if (again && this.#mayRetry) return await this.#retry(reason, keep);
    this.#over = true;
    this.#stopping.abort();
    const before = this.#leaving.catch(() => {});
    const leaving = before.then(() => this.#arrival.stop(keep));
    this.#leaving = leaving;
    const kept = await leaving;
    const error = new DownloadError(reason, kept, code);
    this.#started.reject(error);
    this.#launched.resolve();
    this.#saved.reject(error);
  }

  /** A half that was resumed may be to blame: then the whole is tried as well. */
  get #mayRetry(): boolean {
    return this.onRetry !== undefined &&
      this.#retries < (this.resumedAt > 0 ? 2 : 1);
  }

  async #retry(reason: string, keep: boolean): Promise<void> {
    this.#retries++;
    const before = this.#arrival;
    this.#arrival = this.#newArrival();
    this.#begun = false;
    this.#isSame = false;
    this.#copies = new Map();
    const leaving = before.stop(keep).then(() => {});
    this.#leaving = leaving;
    this.onRetry?.(leaving);
    await leaving;
    if (!this.#over) this.onAgain?.(reason);
  }

  #newArrival(): Arrival {
    const arrival: Arrival = new Arrival(this.#folder, {
      onTaken: (size) => this.onTaken?.(size),
      onFailure: (error) => {
        if (arrival === this.#arrival) void this.fail(error.message, error);
      },
    });
    return arrival;
  }

  async #endSame({ sha256, size }: EndMessage): Promise<void> {
    const path = this.#copies.get(sha256);
    if (path === undefined) {
      return await this.fail("the server speaks of another file");
    }
    this.#over = true;
    this.#leaving = this.#arrival.stop(true);
    await this.#leaving;
    this.#saved.resolve({ path, size, before: true });
  }

  async #keep(arrival: Arrival, sha256: string): Promise<void> {
    try {
      const path = await arrival.keep(this.name, sha256);
      this.#over = true;
      const problem = pathProblem(this.name);
      this.#saved.resolve({
        path,
        size: arrival.size,
        ...(problem !== undefined && { instead: { name: this.name, problem } }),
      });
    } catch (error) {
      this.#keeping = undefined;
      throw error;
    }
  }

  /** What fails, fails this try; the conversation goes on. */
  async #guard(work: (arrival: Arrival) => Promise<void>): Promise<void> {
    const arrival = this.#arrival;
    try {
      await work(arrival);
    } catch (error) {
      if (!(error instanceof ArrivalError)) throw error;
      if (arrival === this.#arrival) await this.fail(error.message, error);
    }
  }
}
