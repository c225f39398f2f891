import { createHash, type Hash } from "node:crypto";
import type { ServerMessage } from "../messages.ts";
import type { DownloadFolder, PartFile } from "./download_folder.ts";

type FileMessage = Extract<ServerMessage, { type: "file" }>;
type EndMessage = Extract<ServerMessage, { type: "end" }>;

/** What was saved: `FOLDER/NAME`, and its size in bytes. */
export type Saved = { readonly path: string; readonly size: number };

/** The file did not arrive as it should; the message says what went wrong. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/**
 * One file on its way in. It has its name only when its size and its SHA-256 are
 * those that the server states; until then, and after any failure, there is no
 * file under that name.
 */
export class Download {
  /** The name that was asked for, then the one that the server gives. */
  name: string;
  readonly #folder: DownloadFolder;
  readonly #started = Promise.withResolvers<FileMessage>();
  readonly #saved = Promise.withResolvers<Saved>();
  readonly #hash: Hash = createHash("sha256");
  #part: PartFile | undefined;
  #size = 0;
  #arrived = 0;
  #over = false;

  constructor(name: string, folder: DownloadFolder) {
    this.name = name;
    this.#folder = folder;
    // Whoever is interested asks; a failure that nobody asks about is no fault.
    this.#started.promise.catch(() => {});
    this.#saved.promise.catch(() => {});
  }

  /** Resolves when the server begins to send it. Rejects with {@linkcode DownloadError}. */
  get started(): Promise<FileMessage> {
    return this.#started.promise;
  }

  /** Resolves when it is saved and verified. Rejects with {@linkcode DownloadError}. */
  get saved(): Promise<Saved> {
    return this.#saved.promise;
  }

  /** The server is about to send it. */
  async begin(message: FileMessage): Promise<void> {
    if (this.#over || this.#part !== undefined) return;
    this.name = message.name;
    this.#size = message.size;
    await this.#guard(async () => {
      const part = await this.#folder.create(message.name);
      if (this.#over) await part.discard(); // Cancelled meanwhile.
      else this.#part = part;
    });
    this.#started.resolve(message);
  }

  /** The next bytes; they may be reused when this has resolved. */
  async write(data: Uint8Array): Promise<void> {
    if (this.#over) return;
    const part = this.#part;
    if (part === undefined || this.#arrived + data.length > this.#size) {
      return await this.fail("the server sent more than it announced");
    }
    this.#arrived += data.length;
    await this.#guard(async () => {
      // The disk works in a thread of its own: meanwhile this one computes.
      const written = part.write(data);
      this.#hash.update(data);
      await written;
    });
  }

  /** The server has sent everything. */
  async end(message: EndMessage): Promise<void> {
    if (this.#over) return;
    const part = this.#part;
    if (
      part === undefined || this.#arrived !== this.#size ||
      message.size !== this.#size
    ) {
      return await this.fail(
        `${this.#arrived} of ${this.#size} bytes arrived`,
      );
    }
    if (this.#hash.digest("hex") !== message.sha256) {
      return await this.fail("what arrived is not what the server has");
    }
    await this.#guard(async () => {
      const path = await part.keep();
      this.#over = true;
      this.#saved.resolve({ path, size: this.#size });
    });
  }

  /** It will not be completed: removes what has arrived. Does nothing the second time. */
  async fail(reason: string): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    try {
      await this.#part?.discard();
    } catch {
      // The disk that failed keeps its half file: it is called .part.
    }
    const error = new DownloadError(reason);
    this.#started.reject(error);
    this.#saved.reject(error);
  }

  /** A failing disk ends the download, not the conversation. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      await this.fail(`cannot be written: ${detail}`);
    }
  }
}
