import type { ServerMessage } from "../server_messages.ts";
import { nameKey } from "../names.ts";
import { ArrivalError, asArrivalError } from "./arrival_error.ts";
import { ArrivingHash } from "./arriving_hash.ts";
import type { DownloadFolder } from "./download_folder.ts";
import type { HalfFile } from "./half_file.ts";
import type { Version } from "./half_version.ts";
import { PartWriter } from "./part_writer.ts";

type FileMessage = Extract<ServerMessage, { type: "file" }>;
type EndMessage = Extract<ServerMessage, { type: "end" }>;

/** Where the server resumes: after `offset` bytes of the version marked `tag`. */
export type Place = { readonly offset: number; readonly tag: string };

/** Bytes written between two `took` messages. */
const TOOK_INTERVAL = 512 * 1024;

/**
 * Milliseconds after which the client sends `took` for fewer bytes, so that the server
 * does not take a slow download for a stalled one.
 */
const MAX_TOOK_PAUSE = 5_000;

/** Bytes written between two requests to the system to flush the file to the disk. */
const FLUSH_INTERVAL = 32 * 1024 * 1024;

export type ArrivalOptions = {
  /**
   * Called from time to time with the bytes written so far, if the server asked for
   * `took`.
   */
  readonly onTaken: (size: number) => void;
  /** Called with a disk failure that no pending call reports. */
  readonly onFailure: (error: ArrivalError) => void;
};

/**
 * One attempt to download one file, from opening its half to giving it its name. The
 * methods throw {@linkcode ArrivalError}; only {@linkcode stop} may be called after a
 * throw.
 */
export class Arrival {
  /** The size of the whole file, in bytes; 0 until the server has stated it. */
  size = 0;
  /** How many bytes of the file have arrived, in this attempt and in earlier ones. */
  arrived = 0;
  /** How many bytes had arrived before this attempt. */
  resumedAt = 0;
  /** Whether a half of another version was found and discarded. */
  startedAgain = false;
  readonly #folder: DownloadFolder;
  readonly #options: ArrivalOptions;
  readonly #hash = new ArrivingHash();
  #half: HalfFile | undefined;
  #opening = Promise.resolve();
  #writer: PartWriter | undefined;
  #isStopped = false;
  /**
   * Bytes of this attempt: written, reported to the server, and flushed to the disk.
   */
  #written = { size: 0, told: 0, flushed: 0 };
  #wantsTook = false;
  #toldAt = performance.now();
  #flushing = Promise.resolve();

  constructor(folder: DownloadFolder, options: ArrivalOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Opens the half that an earlier attempt left, if there is one. */
  async find(name: string): Promise<void> {
    if (this.#half !== undefined || this.#isStopped) return;
    await this.#open(() => this.#folder.find(name));
  }

  /** Opens a half; {@linkcode stop} waits until it is open, then closes it. */
  async #open(open: () => Promise<HalfFile | undefined>): Promise<void> {
    await this.#onDisk(async () => {
      const opening = open().then((half) => {
        this.#half = half;
      });
      this.#opening = opening.catch(() => {});
      await opening;
    });
  }

  /**
   * The place where the server should resume the half that {@linkcode find} found;
   * `undefined` for the beginning of the file.
   */
  get place(): Place | undefined {
    const half = this.#half;
    if (half === undefined || half.version.tag === undefined) return undefined;
    return { offset: half.length, tag: half.version.tag };
  }

  /** Handles the server's `file`, the answer to the request for `wanted`. */
  async begin(message: FileMessage, wanted: string): Promise<void> {
    const { name, size, tag, offset = 0 } = message;
    if (nameKey(name) !== nameKey(wanted)) {
      throw new ArrivalError("the server is sending another file");
    }
    this.size = size;
    this.#wantsTook = message.window !== undefined;
    const half = this.#half;
    const length = half?.length ?? 0;
    if (half !== undefined && length > 0 && offset === length) {
      if (tag !== half.version.tag || size !== half.version.size) {
        throw new ArrivalError("the server resumed another file");
      }
      this.arrived = this.resumedAt = offset;
      const writer = this.#writeTo(half);
      // The half counts only once it has been read again.
      this.#hash.resume(offset, (...piece) => writer.read(...piece));
    } else if (offset > 0) {
      throw new ArrivalError(
        "the server started at the wrong place in the file",
      );
    } else {
      await this.#beginAgain({ name, size, tag });
    }
  }

  /**
   * Writes the next bytes of the file. Copies `data`, or, with `giveBack`, keeps it and
   * calls `giveBack` once it is written. Waits only if the server sends further ahead
   * than the window allows.
   */
  async write(data: Uint8Array, giveBack?: () => void): Promise<void> {
    const writer = this.#writer;
    if (writer === undefined || this.arrived + data.length > this.size) {
      throw new ArrivalError("the server sent more than it announced");
    }
    this.arrived += data.length;
    // The disk works in a thread of its own; this thread computes the hash meanwhile.
    const room = writer.push(data, giveBack);
    this.#hash.update(data);
    await this.#onDisk(() => room);
  }

  /**
   * Compares size and hash once the server has sent everything; resolves to the hash.
   */
  async check(message: EndMessage): Promise<string> {
    const { arrived, size } = this;
    if (
      this.#writer === undefined || arrived !== size || message.size !== size
    ) {
      throw new ArrivalError(`only ${arrived} of ${size} bytes arrived`);
    }
    const sha256 = await this.#onDisk(() => this.#hash.digest());
    if (sha256 === message.sha256) return sha256;
    throw new ArrivalError("what arrived differs from the file on the server", {
      again: true,
    });
  }

  /** Gives the complete file its name; resolves to its path. */
  async keep(name: string, sha256: string): Promise<string> {
    return await this.#onDisk(async () => {
      await this.#writer?.done;
      await this.#flushing;
      return await this.#folder.keep(this.#half!, { name, sha256 });
    });
  }

  /**
   * Ends the attempt. Removes the bytes that have arrived, or, with `keep`, leaves them
   * for the next download. Resolves to the number of bytes kept. Never throws.
   */
  async stop(keep: boolean): Promise<number> {
    this.#isStopped = true;
    try {
      await this.#opening;
      await this.#hash.stop();
      await this.#writer?.done.catch(() => {});
      await this.#flushing;
      if (keep) return await this.#half?.leave() ?? 0;
      await this.#half?.discard();
    } catch {
      // A failing disk may leave the half behind: nothing more can be done here.
    }
    return 0;
  }

  async #beginAgain(version: Version): Promise<void> {
    const before = this.#half;
    this.#half = undefined;
    // A half whose name is only equivalent (case, accents) belongs to another file.
    const isOld = before?.version.name === version.name;
    this.startedAgain = isOld && before!.length > 0;
    await this.#open(async () => {
      if (isOld) await before!.discard();
      else await before?.leave();
      if (this.#isStopped) return undefined;
      return await this.#folder.create(version);
    });
    // The user may have cancelled while the half was being opened.
    if (!this.#isStopped) this.#writeTo(this.#half!);
  }

  #writeTo(half: HalfFile): PartWriter {
    return this.#writer = new PartWriter(half, {
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
    const now = performance.now();
    const isDue = size - told >= TOOK_INTERVAL ||
      now - this.#toldAt >= MAX_TOOK_PAUSE;
    if (!this.#wantsTook || this.#isStopped || !isDue) return;
    this.#written.told = size;
    this.#toldAt = now;
    this.#options.onTaken(size);
  }

  /**
   * Flushes during the download, so that little is left to flush at the end, when the
   * whole file must be on the disk before it gets its name.
   */
  #flushNowAndThen(half: HalfFile): void {
    const { size, flushed } = this.#written;
    if (this.#isStopped || size - flushed < FLUSH_INTERVAL) return;
    this.#written.flushed = size;
    // A disk failure shows again when the file is kept, and is reported there.
    this.#flushing = this.#flushing.then(() => half.flush()).catch(() => {});
  }

  /**
   * Turns a failure of the disk into an `ArrivalError`: it ends the download, not the
   * chat.
   */
  async #onDisk<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asArrivalError(error);
    }
  }
}
