import { ChatError } from "../chat/chat_error.ts";
import type { FileCatalog } from "../chat/file_catalog.ts";
import { type Outlet, sendFile } from "../chat/transfer.ts";
import { TransferWindow } from "../chat/transfer_window.ts";
import type { ClientMessage } from "../messages.ts";
import type { Details } from "./event_log.ts";

/** Enough for all files of a lesson at once; each costs a buffer and an open file. */
export const MAX_TRANSFERS = 8;

/** Cancelled ones may wait for a slow disk beside them, but not without end. */
const MAX_OPEN = 2 * MAX_TRANSFERS;

type Get = Extract<ClientMessage, { type: "get" }>;

export type TransfersOptions = {
  readonly refuse: (re: string, error: ChatError, id: number) => void;
  readonly log: (event: string, details: Details) => void;
};

/** The downloads of one client that are under way, side by side. */
export class Transfers {
  readonly #catalog: FileCatalog;
  readonly #outlet: Outlet;
  readonly #options: TransfersOptions;
  readonly #running = new Map<
    number,
    {
      readonly controller: AbortController;
      readonly window: TransferWindow;
      readonly done: Promise<void>;
    }
  >();

  constructor(
    catalog: FileCatalog,
    outlet: Outlet,
    options: TransfersOptions,
  ) {
    this.#catalog = catalog;
    this.#outlet = outlet;
    this.#options = options;
  }

  /** Begins to send a file; resolves when it is open. Throws {@linkcode ChatError}. */
  async start(
    { id, name, offset: wished = 0, tag, window: windowSize }: Get,
  ): Promise<void> {
    if (this.#running.has(id)) {
      throw new ChatError("id-in-use", `Download ${id} is under way already`);
    }
    const running = [...this.#running.values()];
    const active = running.filter(({ controller }) =>
      !controller.signal.aborted
    );
    if (active.length >= MAX_TRANSFERS || running.length >= MAX_OPEN) {
      throw new ChatError(
        "too-many",
        `${MAX_TRANSFERS} downloads are under way already: wait for one to end`,
      );
    }
    const file = await this.#catalog.open(name);
    // What the receiver has is of another version: it gets this one whole.
    const offset = tag === undefined || tag === file.tag ? wished : 0;
    const controller = new AbortController();
    const { signal } = controller;
    const window = new TransferWindow(windowSize ?? Infinity);
    const done = (async () => {
      using open = file;
      const started = performance.now();
      const { name, size } = open.entry;
      const { log, refuse } = this.#options;
      const details = { file: name, id };
      log("download started", { ...details, size, offset });
      try {
        const bytes = await sendFile(open, this.#outlet, {
          id,
          offset,
          signal,
          window,
          ...(windowSize === undefined ? {} : { windowSize }),
        });
        const seconds = (performance.now() - started) / 1000;
        log("download ended", {
          ...details,
          bytes,
          seconds: Number(seconds.toFixed(3)),
        });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        log("download failed", { ...details, reason });
        if (!signal.aborted || error instanceof ChatError) {
          refuse("get", asChatError(error, name), id);
        }
      } finally {
        this.#running.delete(id);
      }
    })();
    this.#running.set(id, { controller, window, done });
  }

  /** The receiver has dealt with `size` bytes of one. */
  took(id: number, size: number): void {
    this.#running.get(id)?.window.took(size);
  }

  /**
   * Stops one; its receiver is told. Nothing happens if it is over already.
   * Resolves when its file is closed.
   */
  async cancel(id: number): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) return;
    running.controller.abort(
      new ChatError("cancelled", `Download ${id} was cancelled`),
    );
    await running.done;
  }

  /** Stops all, without a word. Resolves when their files are closed. */
  async stop(reason: string): Promise<void> {
    const running = [...this.#running.values()];
    for (const { controller } of running) controller.abort(new Error(reason));
    await Promise.all(running.map(({ done }) => done));
  }
}

/** A failing disk is the server's trouble; the receiver is told that much. */
function asChatError(error: unknown, name: string): ChatError {
  return error instanceof ChatError ? error : new ChatError(
    "unreadable",
    `The server cannot read ${name}: ask the one who runs it`,
    { cause: error },
  );
}
