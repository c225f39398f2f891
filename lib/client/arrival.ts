import { createHash, type Hash } from "node:crypto";
import type { ServerMessage } from "../messages.ts";
import { nameKey } from "../names.ts";
import type { DownloadFolder } from "./download_folder.ts";
import type { HalfFile } from "./half_file.ts";
import type { Version } from "./half_version.ts";
import { HalfTouched } from "./own_writes.ts";
import { PartWriter } from "./part_writer.ts";

type FileMessage = Extract<ServerMessage, { type: "file" }>;
type EndMessage = Extract<ServerMessage, { type: "end" }>;

/** Where a `get` should begin: how many bytes are there, of which version. */
export type Place = { readonly offset: number; readonly tag: string };

/** Why one try to get a file has failed. */
export class ArrivalError extends Error {
  override readonly name = "ArrivalError";
  /** What has arrived is worth keeping for the next time. */
  readonly keep: boolean;
  /** It is worth trying again at once. */
  readonly again: boolean;

  constructor(message: string, { keep = false, again = false } = {}) {
    super(message);
    this.keep = keep;
    this.again = again;
  }
}

/** Bytes after which the server is told that they have been dealt with. */
const TOOK_INTERVAL = 512 * 1024;

/** Bytes after which the system is asked to bring what was written to the disk. */
const FLUSH_INTERVAL = 32 * 1024 * 1024;

export type ArrivalOptions = {
  /** Called now and then with the bytes written so far, if the server wants to know. */
  readonly onTaken: (size: number) => void;
  /** Hears of a failure that nobody waits for. */
  readonly onFailure: (error: ArrivalError) => void;
};

/**
 * One try to get one file: from its half to its name. The methods throw
 * {@linkcode ArrivalError}; after that, and after {@linkcode stop}, nothing more
 * may be asked of it.
 */
export class Arrival {
  /** The size of the whole file, in bytes; 0 until the server has said it. */
  size = 0;
  /** How much of it is here, in bytes, what was here before included. */
  arrived = 0;
  /** How much of it was here before, in bytes. */
  resumedAt = 0;
  /** What was here before was of another version, and is dropped. */
  startedAgain = false;
  readonly #folder: DownloadFolder;
  readonly #options: ArrivalOptions;
  #hash: Hash = createHash("sha256");
  #half: HalfFile | undefined;
  #opening = Promise.resolve();
  #place: Place | undefined;
  #writer: PartWriter | undefined;
  #isStopped = false;
  /** What the disk has of what this try has brought, and what of it is known. */
  #written = { size: 0, told: 0, flushed: 0 };
  #wantsTook = false;
  #flushing = Promise.resolve();

  constructor(folder: DownloadFolder, options: ArrivalOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Takes hold of what an earlier try has left. */
  async find(name: string): Promise<void> {
    if (this.#half !== undefined || this.#isStopped) return;
    await this.#open(() => this.#folder.find(name));
  }

  /** Opens a half; {@linkcode stop} waits for that, and deals with it. */
  async #open(open: () => Promise<HalfFile | undefined>): Promise<void> {
    await this.#onDisk(async () => {
      const opening = open().then((half) => {
        this.#half = half;
      });
      this.#opening = opening.catch(() => {});
      await opening;
    });
  }

  /** Whether {@linkcode find} has found something to resume. */
  get hasHalf(): boolean {
    return this.#half !== undefined;
  }

  /**
   * Reads what {@linkcode find} has found, for the hash; resolves to where the
   * server should go on, `undefined` if at the beginning.
   */
  async review(): Promise<Place | undefined> {
    const half = this.#half;
    if (half === undefined || half.version.tag === undefined) return undefined;
    if (this.#place !== undefined) return this.#place;
    await this.#onDisk(async () => {
      for await (const piece of half.content()) {
        if (this.#isStopped) return;
        this.#hash.update(piece);
      }
    });
    return this.#place = { offset: half.length, tag: half.version.tag };
  }

  /** The server is about to send what was asked for as `wanted`. */
  async begin(message: FileMessage, wanted: string): Promise<void> {
    const { name, size, tag, offset = 0 } = message;
    if (nameKey(name) !== nameKey(wanted)) {
      throw new ArrivalError("the server sends another file");
    }
    this.size = size;
    this.#wantsTook = message.window !== undefined;
    const half = this.#half;
    const length = half?.length ?? 0;
    if (half !== undefined && length > 0 && offset === length) {
      if (tag !== half.version.tag || size !== half.version.size) {
        throw new ArrivalError("the server goes on with another file");
      }
      this.arrived = this.resumedAt = offset;
      this.#writeTo(half);
    } else if (offset > 0) {
      throw new ArrivalError("the server begins at a wrong place");
    } else {
      await this.#beginAgain({ name, size, tag });
    }
  }

  /**
   * The next bytes. They are copied, unless there is a way to give them back when
   * they are no longer needed. Waits only if the server sends too far ahead.
   */
  async write(data: Uint8Array, giveBack?: () => void): Promise<void> {
    const writer = this.#writer;
    if (writer === undefined || this.arrived + data.length > this.size) {
      throw new ArrivalError("the server sent more than it announced");
    }
    this.arrived += data.length;
    // The disk works in a thread of its own: meanwhile this one computes.
    const room = writer.push(data, giveBack);
    this.#hash.update(data);
    await this.#onDisk(() => room);
  }

  /** The server has sent everything, and it is what the server has. */
  check(message: EndMessage): string {
    const { arrived, size } = this;
    if (
      this.#writer === undefined || arrived !== size || message.size !== size
    ) {
      throw new ArrivalError(`${arrived} of ${size} bytes arrived`);
    }
    const sha256 = this.#hash.digest("hex");
    if (sha256 === message.sha256) return sha256;
    throw new ArrivalError("what arrived is not what the server has", {
      again: true,
    });
  }

  /** Gives it its name; resolves to its path. */
  async keep(name: string, sha256: string): Promise<string> {
    return await this.#onDisk(async () => {
      await this.#writer?.done;
      await this.#flushing;
      return await this.#folder.keep(this.#half!, { name, sha256 });
    });
  }

  /**
   * Nothing more comes of it: what has arrived is removed, or, with `keep`, left for
   * the next time. Resolves to how many bytes are kept. Never throws.
   */
  async stop(keep: boolean): Promise<number> {
    this.#isStopped = true;
    try {
      await this.#opening;
      await this.#writer?.done.catch(() => {});
      await this.#flushing;
      if (keep) return await this.#half?.leave() ?? 0;
      await this.#half?.discard();
    } catch {
      // The disk that failed keeps the half.
    }
    return 0;
  }

  async #beginAgain(version: Version): Promise<void> {
    const before = this.#half;
    this.#half = undefined;
    this.#hash = createHash("sha256");
    // The half of a file whose name only looks alike is not ours to drop.
    const isOld = before?.version.name === version.name;
    this.startedAgain = isOld && before!.length > 0;
    await this.#open(async () => {
      if (isOld) await before!.discard();
      else await before?.leave();
      if (this.#isStopped) return undefined;
      return await this.#folder.create(version);
    });
    // It may have been cancelled meanwhile.
    if (!this.#isStopped) this.#writeTo(this.#half!);
  }

  #writeTo(half: HalfFile): void {
    this.#writer = new PartWriter(half, {
      onWritten: (length) => {
        this.#written.size += length;
        this.#tellNowAndThen();
        this.#flushNowAndThen(half);
      },
      onFailure: (error) => this.#options.onFailure(asArrivalError(error)),
    });
  }

  #tellNowAndThen(): void {
    const { size, told } = this.#written;
    const isDue = size - told >= TOOK_INTERVAL;
    if (!this.#wantsTook || this.#isStopped || !isDue) return;
    this.#written.told = size;
    this.#options.onTaken(size);
  }

  /**
   * So that at the end, when it must all be on the disk before the file gets its
   * name, little is left to wait for.
   */
  #flushNowAndThen(half: HalfFile): void {
    const { size, flushed } = this.#written;
    if (this.#isStopped || size - flushed < FLUSH_INTERVAL) return;
    this.#written.flushed = size;
    // A failure shows again, and counts, when the file is kept.
    this.#flushing = this.#flushing.then(() => half.flush()).catch(() => {});
  }

  /** A failing disk ends the download, not the conversation. */
  async #onDisk<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asArrivalError(error);
    }
  }
}

function asArrivalError(error: unknown): ArrivalError {
  if (error instanceof HalfTouched) {
    const why = `what had arrived is not there as it was: ${error.message}`;
    return new ArrivalError(why, { again: true });
  }
  const { code } = error as { code?: unknown };
  const detail = error instanceof Error ? error.message : String(error);
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return new ArrivalError(
    isFull ? "the disk is full" : `cannot be written: ${detail}`,
    { keep: true },
  );
}
