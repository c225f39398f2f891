import type { ServerMessage } from "../server_messages.ts";
import { pathProblem } from "./download_folder.ts";

/** The message with which the server starts sending a file. */
export type FileMessage = Extract<ServerMessage, { type: "file" }>;

/** The message with which the server ends a file. */
export type EndMessage = Extract<ServerMessage, { type: "end" }>;

/** The saved file: its path here, and its size in bytes. */
export type Saved = {
  readonly path: string;
  readonly size: number;
  /** Set if the user already had the same file and nothing was downloaded. */
  readonly before?: true;
  /** The server's name for the file and why it cannot be used here, if it cannot. */
  readonly instead?: { readonly name: string; readonly problem: string };
};

/** The download failed; the message says what went wrong. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
  /** How many bytes are kept for the next download. */
  readonly kept: number;
  /** The code of the server's `refused`, if the server refused. */
  readonly code: string | undefined;

  constructor(message: string, kept = 0, code?: string) {
    super(message);
    this.kept = kept;
    this.code = code;
  }
}

/** The outcome of a download, as promises for all callers that wait for it. */
export class DownloadOutcome {
  readonly #started = Promise.withResolvers<FileMessage>();
  readonly #launched = Promise.withResolvers<void>();
  readonly #saved = Promise.withResolvers<Saved>();

  constructor() {
    // A caller need not wait: a rejection without a listener is no fault.
    this.#started.promise.catch(() => {});
    this.#saved.promise.catch(() => {});
  }

  /**
   * Resolves when the server starts sending. Rejects with {@linkcode DownloadError}.
   */
  get started(): Promise<FileMessage> {
    return this.#started.promise;
  }

  /**
   * Resolves when the download has started, has failed, or will take a while to start.
   */
  get launched(): Promise<void> {
    return this.#launched.promise;
  }

  /**
   * Resolves when the file is saved and verified. Rejects with {@linkcode
   * DownloadError}.
   */
  get saved(): Promise<Saved> {
    return this.#saved.promise;
  }

  /** Says that the start will take a while. */
  postpone(): void {
    this.#launched.resolve();
  }

  /** Says that the server has started sending. */
  start(message: FileMessage): void {
    this.#started.resolve(message);
    this.#launched.resolve();
  }

  /** Says that the file called `name` on the server is saved. */
  save({ name, ...saved }: Saved & { readonly name: string }): void {
    const problem = saved.before ? undefined : pathProblem(name);
    this.#saved.resolve({
      ...saved,
      ...(problem !== undefined && { instead: { name, problem } }),
    });
  }

  /** Says that the download has ended without a saved file. */
  fail(error: DownloadError): void {
    this.#started.reject(error);
    this.#launched.resolve();
    this.#saved.reject(error);
  }
}
