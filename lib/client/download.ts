import { createHash, type Hash } from "node:crypto";
import type { ServerMessage } from "../messages.ts";
import { nameKey } from "../names.ts";
import { type DownloadFolder, pathProblem } from "./download_folder.ts";
import type { PartFile, Version } from "./part_file.ts";
import { PartWriter } from "./part_writer.ts";

type FileMessage = Extract<ServerMessage, { type: "file" }>;
type EndMessage = Extract<ServerMessage, { type: "end" }>;

/** What was saved: its path from here, and its size in bytes. */
export type Saved = {
  readonly path: string;
  readonly size: number;
  /** The server's name for it, and why it cannot have that one here. */
  readonly instead?: { readonly name: string; readonly problem: string };
};

/** The file did not arrive as it should; the message says what went wrong. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
  /** How much of it is kept for the next time, in bytes. */
  readonly kept: number;

  constructor(message: string, kept = 0) {
    super(message);
    this.kept = kept;
  }
}

/** Where a `get` should begin: how many bytes are there, of which version. */
export type Place = { readonly offset: number; readonly tag: string };

/** Bytes after which the server is told that they have been dealt with. */
const TOOK_INTERVAL = 512 * 1024;

/** Bytes after which the system is asked to bring what was written to the disk. */
const FLUSH_INTERVAL = 32 * 1024 * 1024;

/**
 * One file on its way in. It has its name only when its size and its SHA-256 are
 * those that the server states; until then, and after any failure, there is no
 * file under that name.
 */
export class Download {
  /** The name that was asked for, then the one that the server gives. */
  name: string;
  /** The size of the whole file, in bytes; 0 until the server has said it. */
  size = 0;
  /** How much of it is here, in bytes, what was here before included. */
  arrived = 0;
  /** How much of it was here before, in bytes. */
  resumedAt = 0;
  /** What was here before was of another version, and is dropped. */
  startedAfresh = false;
  /** Called now and then with the bytes written so far, if the server wants to know. */
  onTaken: ((size: number) => void) | undefined;
  readonly #folder: DownloadFolder;
  readonly #started = Promise.withResolvers<FileMessage>();
  readonly #launched = Promise.withResolvers<void>();
  readonly #saved = Promise.withResolvers<Saved>();
  #hash: Hash = createHash("sha256");
  #part: PartFile | undefined;
  #place: Place | undefined;
  #begun = false;
  #over = false;
  #keeping: Promise<void> | undefined;
  #writer: PartWriter | undefined;
  /** What the disk has of what this download has brought, and what of it is known. */
  #written = { size: 0, told: 0, flushed: 0 };
  #wantsTook = false;
  #flushing = Promise.resolve();

  constructor(name: string, folder: DownloadFolder) {
    this.name = name;
    this.#folder = folder;
    // Whoever is interested asks; a failure that nobody asks about is no fault.
    this.#started.promise.catch(() => {});
    this.#saved.promise.catch(() => {});
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

  /** Takes hold of what an earlier try has left. */
  async find(): Promise<void> {
    if (this.#over || this.#part !== undefined) return;
    const part = await this.#folder.find(this.name);
    if (this.#over) await part?.leave();
    else this.#part = part;
  }

  /**
   * Reads what {@linkcode find} has found, for the hash; resolves to where the
   * server should go on, `undefined` if at the beginning.
   */
  async review(): Promise<Place | undefined> {
    const part = this.#part;
    if (part === undefined || part.version.tag === undefined) return undefined;
    if (this.#place !== undefined) return this.#place;
    this.postpone();
    await this.#guard(async () => {
      for await (const piece of part.content()) {
        if (this.#over) return;
        this.#hash.update(piece);
      }
    });
    return this.#place = { offset: part.length, tag: part.version.tag };
  }

  /** The server is about to send it. */
  async begin(message: FileMessage): Promise<void> {
    if (this.#over || this.#begun) return;
    this.#begun = true;
    if (nameKey(message.name) !== nameKey(this.name)) {
      return await this.fail("the server sends another file");
    }
    this.name = message.name;
    this.size = message.size;
    this.#wantsTook = message.window !== undefined;
    const { name, size, tag, offset = 0 } = message;
    const part = this.#part;
    if (part !== undefined && part.length > 0 && offset === part.length) {
      const { version } = part;
      if (tag !== version.tag || size !== version.size) {
        return await this.fail("the server goes on with another file");
      }
      this.arrived = this.resumedAt = offset;
      this.#writeTo(part);
    } else if (offset > 0) {
      return await this.fail("the server begins at a wrong place");
    } else {
      await this.#guard(() => this.#beginAfresh({ name, size, tag }));
    }
    this.#started.resolve(message);
    this.#launched.resolve();
  }

  /**
   * The next bytes. They are copied, unless there is a way to give them back when
   * they are no longer needed. Waits only if the server sends too far ahead.
   */
  async write(data: Uint8Array, giveBack?: () => void): Promise<void> {
    if (this.#over || this.#keeping !== undefined) return;
    const part = this.#part;
    if (
      !this.#begun || part === undefined ||
      this.arrived + data.length > this.size
    ) {
      return await this.fail("the server sent more than it announced");
    }
    this.arrived += data.length;
    // The disk works in a thread of its own: meanwhile this one computes.
    const room = this.#writer!.push(data, giveBack);
    this.#hash.update(data);
    await this.#guard(() => room);
  }

  /** The server has sent everything. */
  async end(message: EndMessage): Promise<void> {
    if (this.#over || this.#keeping !== undefined) return;
    const part = this.#part;
    if (
      !this.#begun || part === undefined || this.arrived !== this.size ||
      message.size !== this.size
    ) {
      return await this.fail(`${this.arrived} of ${this.size} bytes arrived`);
    }
    if (this.#hash.digest("hex") !== message.sha256) {
      return await this.fail("what arrived is not what the server has");
    }
    this.#keeping = this.#keep(part);
    await this.#keeping;
  }

  /**
   * It will not be completed. What has arrived is removed, or, with `keep`, left
   * for the next time. Too late when it is complete and gets its name just now:
   * then it waits for that. Does nothing the second time.
   */
  async fail(reason: string, { keep = false } = {}): Promise<void> {
    if (this.#keeping !== undefined) return await this.#keeping;
    await this.#fail(reason, keep);
  }

  async #fail(reason: string, keep: boolean): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    let kept = 0;
    try {
      await this.#writer?.done.catch(() => {});
      await this.#flushing;
      if (keep) kept = await this.#part?.leave() ?? 0;
      else await this.#part?.discard();
    } catch {
      // The disk that failed keeps its half file: it is called .part.
    }
    const error = new DownloadError(reason, kept);
    this.#started.reject(error);
    this.#launched.resolve();
    this.#saved.reject(error);
  }

  async #beginAfresh(version: Version): Promise<void> {
    const part = this.#part;
    if (part !== undefined) {
      this.startedAfresh = part.length > 0;
      this.#hash = createHash("sha256");
      await part.restart(version);
      return this.#writeTo(part);
    }
    const created = await this.#folder.create(version);
    if (this.#over) return await created.discard(); // Cancelled meanwhile.
    this.#part = created;
    this.#writeTo(created);
  }

  #writeTo(part: PartFile): void {
    this.#writer = new PartWriter(part, {
      onWritten: (length) => {
        this.#written.size += length;
        this.#tellNowAndThen();
        this.#flushNowAndThen(part);
      },
      onFailure: (error) => void this.#fail(diskFailure(error), true),
    });
  }

  #tellNowAndThen(): void {
    const { size, told } = this.#written;
    if (!this.#wantsTook || this.#over || size - told < TOOK_INTERVAL) return;
    this.#written.told = size;
    this.onTaken?.(size);
  }

  async #keep(part: PartFile): Promise<void> {
    try {
      await this.#writer?.done;
      await this.#flushing;
      const path = await this.#folder.keep(part, this.name);
      this.#over = true;
      const problem = pathProblem(this.name);
      const instead = problem === undefined
        ? {}
        : { instead: { name: this.name, problem } };
      this.#saved.resolve({ path, size: this.size, ...instead });
    } catch (error) {
      await this.#fail(diskFailure(error), true);
    }
  }

  /**
   * So that at the end, when it must all be on the disk before the file gets its
   * name, little is left to wait for.
   */
  #flushNowAndThen(part: PartFile): void {
    const { size, flushed } = this.#written;
    if (this.#over || size - flushed < FLUSH_INTERVAL) return;
    this.#written.flushed = size;
    // A failure shows again, and counts, when the file is kept.
    this.#flushing = this.#flushing.then(() => part.flush()).catch(() => {});
  }

  /** A failing disk ends the download, not the conversation. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#fail(diskFailure(error), true);
    }
  }
}

function diskFailure(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (code === "ENOSPC" || code === "EDQUOT") return "the disk is full";
  const detail = error instanceof Error ? error.message : String(error);
  return `cannot be written: ${detail}`;
}
