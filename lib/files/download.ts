import { Arrival, type Place } from "./arrival.ts";
import { ArrivalError } from "./arrival_error.ts";
import type { DownloadFolder } from "./download_folder.ts";
import {
  DownloadError,
  DownloadOutcome,
  type EndMessage,
  type FileMessage,
  type Saved,
} from "./download_outcome.ts";
import { type DownloadOptions, KnownCopies } from "./known_copies.ts";
import { type Failure, Retries } from "./retries.ts";

/**
 * The download of one file. The file gets its name only when its size and its SHA-256
 * match those the server states, and the named file is exactly the one that was
 * written. If the file changes on either side, the download starts again by itself,
 * once.
 */
export class Download {
  /** The name the user asked for, then the name the server states. */
  name: string;
  /**
   * Called from time to time with the bytes written so far, if the server asked for
   * `took`.
   */
  onTaken: ((size: number) => void) | undefined;
  /**
   * Called when the client must request the file again, as soon as `isReady` resolves;
   * bytes of the earlier attempt must not reach this download. Without this callback
   * there is no retry.
   */
  onRetry: ((isReady: Promise<void>) => void) | undefined;
  /** Called with the reason when the download starts again. */
  onAgain: ((reason: string) => void) | undefined;
  /** Called when the download resumes by itself after a stall. */
  onResumed: (() => void) | undefined;
  readonly #folder: DownloadFolder;
  readonly #options: DownloadOptions;
  readonly #outcome = new DownloadOutcome();
  #arrival: Arrival;
  readonly #copies: KnownCopies;
  readonly #retries = new Retries();
  readonly #stopping = new AbortController();
  #begun = false;
  #over = false;
  /**
   * Settles when the earlier attempt, or the search for copies, has nothing open any
   * more.
   */
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
    this.#copies = new KnownCopies(folder, options);
    this.#arrival = this.#newArrival();
  }

  /** The size of the whole file, in bytes; 0 until the server has stated it. */
  get size(): number {
    return this.#arrival.size;
  }

  /** The size of the file in the list, in bytes; 0 if no list had it. */
  get expectedSize(): number {
    return this.#options.size ?? 0;
  }

  /** How many bytes have arrived, in this attempt and in earlier ones. */
  get arrived(): number {
    return this.#arrival.arrived;
  }

  /** How many bytes had arrived before this attempt. */
  get resumedAt(): number {
    return this.#arrival.resumedAt;
  }

  /** Whether a half of another version was found and discarded. */
  get startedAgain(): boolean {
    return this.#arrival.startedAgain;
  }

  /** Whether the download has ended: saved, failed or cancelled. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Whether the server is sending the file. */
  get isArriving(): boolean {
    return this.#begun && !this.#over;
  }

  /**
   * Resolves when the server starts sending. Rejects with {@linkcode DownloadError}.
   */
  get started(): Promise<FileMessage> {
    return this.#outcome.started;
  }

  /**
   * Resolves when the download has started, has failed, or will take a while to start.
   */
  get launched(): Promise<void> {
    return this.#outcome.launched;
  }

  /**
   * Resolves when the file is saved and verified. Rejects with {@linkcode
   * DownloadError}.
   */
  get saved(): Promise<Saved> {
    return this.#outcome.saved;
  }

  /** Says that the start will take a while: resolves {@linkcode launched}. */
  postpone(): void {
    this.#outcome.postpone();
  }

  /** Looks in the user's folder for a half of the file, or for the whole file. */
  async find(): Promise<void> {
    if (this.#over) return;
    await this.#guard(async (arrival) => {
      if (this.#retries.isFirstTry) {
        this.#leaving = this.#copies.find(this.name, this.#stopping.signal);
        await this.#leaving;
      }
      await arrival.find(this.name);
    });
  }

  /**
   * What {@linkcode find} found, as fields for the server: where to resume, and which
   * files it need not send.
   */
  get found(): Partial<Place> & { have?: string[] } {
    const have = this.#copies.hashes;
    return { ...this.#arrival.place, ...(have.length > 0 && { have }) };
  }

  /** Handles the server's `file`. */
  async begin(message: FileMessage): Promise<void> {
    if (this.#over || this.#begun) return;
    this.#begun = true;
    this.#copies.begin(message.same);
    await this.#guard(async (arrival) => {
      if (!this.#copies.isSame) await arrival.begin(message, this.name);
      if (arrival !== this.#arrival || this.#over) return;
      this.name = message.name;
      this.#outcome.start(message);
      if (this.#retries.takeResumption()) this.onResumed?.();
    });
  }

  /** Writes the next bytes; see `Arrival.write`. */
  async write(data: Uint8Array, giveBack?: () => void): Promise<void> {
    if (this.#over || this.#keeping !== undefined) return;
    await this.#guard((arrival) => arrival.write(data, giveBack));
  }

  /** Handles the server's `end`: checks the file and gives it its name. */
  async end(message: EndMessage): Promise<void> {
    if (this.#over || this.#keeping !== undefined) return;
    if (this.#copies.isSame) return await this.#endSame(message);
    await this.#guard(async (arrival) => {
      const sha256 = await arrival.check(message);
      if (arrival !== this.#arrival || this.#over) return;
      if (this.#keeping !== undefined) return await this.#keeping;
      this.#keeping = this.#keep(arrival, sha256);
      await this.#keeping;
    });
  }

  /**
   * Ends the download, unless `again` is set and a retry is left. Removes the bytes
   * that have arrived, or, with `keep`, leaves them for the next download. A complete
   * file that is getting its name is saved first. A second call does nothing.
   */
  async fail(reason: string, failure: Failure = {}): Promise<void> {
    if (this.#keeping !== undefined) {
      const arrival = this.#arrival;
      if (failure.again !== true) this.#retries.exhaust();
      await this.#keeping.catch(() => {});
      // The download may already have started again for the same reason.
      if (failure.again === true && arrival !== this.#arrival) return;
    }
    await this.#fail(reason, failure);
  }

  async #fail(reason: string, failure: Failure): Promise<void> {
    if (this.#over) return void await this.#leaving;
    const { keep = false, again = false, code } = failure;
    const mayAsk = again && this.onRetry !== undefined;
    if (mayAsk && this.#retries.allows(failure, this.resumedAt)) {
      return await this.#retry(reason, failure);
    }
    this.#over = true;
    this.#stopping.abort();
    const before = this.#leaving.catch(() => {});
    const leaving = before.then(() => this.#arrival.stop(keep));
    this.#leaving = leaving;
    const kept = await leaving;
    this.#outcome.fail(new DownloadError(reason, kept, code));
  }

  async #retry(reason: string, failure: Failure): Promise<void> {
    const { keep = false, resumes = false } = failure;
    this.#retries.note(failure);
    const before = this.#arrival;
    this.#arrival = this.#newArrival();
    this.#begun = false;
    this.#copies.forget();
    const leaving = before.stop(keep).then(() => {});
    this.#leaving = leaving;
    this.onRetry?.(leaving);
    await leaving;
    if (!this.#over && !resumes) this.onAgain?.(reason);
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
    const path = this.#copies.path(sha256);
    if (path === undefined) {
      return await this.fail("the server named a file that is not here");
    }
    this.#over = true;
    this.#leaving = this.#arrival.stop(true);
    await this.#leaving;
    this.#outcome.save({ name: this.name, path, size, before: true });
  }

  async #keep(arrival: Arrival, sha256: string): Promise<void> {
    const { name } = this;
    const { size } = arrival;
    try {
      const { signal } = this.#stopping;
      const copy = await this.#copies.spelled(name, { sha256, signal });
      const path = copy ?? await arrival.keep(name, sha256);
      this.#over = true;
      if (copy !== undefined) await arrival.stop(false);
      const before = copy === undefined ? {} : { before: true as const };
      this.#outcome.save({ name, path, size, ...before });
    } catch (error) {
      this.#keeping = undefined;
      throw error;
    }
  }

  /** Runs `work`; a failure ends this attempt, not the chat. */
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
