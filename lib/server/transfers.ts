import { ChatError } from "../chat/chat_error.ts";
import type { FileCatalog, OpenFile } from "../chat/file_catalog.ts";
import { type Outlet, sendFile } from "../chat/transfer.ts";
import { TransferWindow } from "../chat/transfer_window.ts";
import type { ClientMessage } from "../messages.ts";
import { pause } from "../net/pause.ts";
import type { Details } from "./event_log.ts";

/** Enough for all files of a lesson at once; each costs a buffer and an open file. */
export const MAX_TRANSFERS = 8;

/** Cancelled ones may wait for a slow disk beside them, but not without end. */
const MAX_OPEN = 2 * MAX_TRANSFERS;

/** A file that is being copied is looked at again after so many milliseconds. */
const LOOK_INTERVAL = 250;

/** So long is waited for a file to be still, in milliseconds; then the user is told. */
const MAX_PATIENCE = 5_000;

type Get = Extract<ClientMessage, { type: "get" }>;

export type TransfersOptions = {
  readonly refuse: (re: string, error: ChatError, id: number) => void;
  readonly log: (event: string, details: Details) => void;
  /** Called when one has been sent whole. */
  readonly onServed?: () => void;
};

type Running = {
  readonly controller: AbortController;
  readonly window: TransferWindow;
  readonly done: Promise<void>;
};

/** The downloads of one client that are under way, side by side. */
export class Transfers {
  readonly #catalog: FileCatalog;
  readonly #outlet: Outlet;
  readonly #options: TransfersOptions;
  readonly #running = new Map<number, Running>();

  constructor(
    catalog: FileCatalog,
    outlet: Outlet,
    options: TransfersOptions,
  ) {
    this.#catalog = catalog;
    this.#outlet = outlet;
    this.#options = options;
  }

  /**
   * Begins to send a file; resolves when it is open. One that is still being
   * written to is waited for behind the back. Throws {@linkcode ChatError}.
   */
  async start(get: Get): Promise<void> {
    const { id, name } = get;
    this.#checkRoom(id);
    const file = await this.#openIfStill(name);
    const controller = new AbortController();
    const window = new TransferWindow(get.window ?? Infinity);
    const done = this.#serve(get, file, { controller, window });
    this.#running.set(id, { controller, window, done });
  }

  #checkRoom(id: number): void {
    if (this.#running.has(id)) {
      throw new ChatError("id-in-use", `Download ${id} is already in progress`);
    }
    const running = [...this.#running.values()];
    const active = running.filter(({ controller }) =>
      !controller.signal.aborted
    );
    if (active.length >= MAX_TRANSFERS || running.length >= MAX_OPEN) {
      throw new ChatError(
        "too-many",
        `${MAX_TRANSFERS} downloads are in progress: wait for one to end`,
      );
    }
  }

  /** `undefined` if it is still being written to. */
  async #openIfStill(name: string): Promise<OpenFile | undefined> {
    try {
      return await this.#catalog.open(name);
    } catch (error) {
      if (isStillChanging(error)) return undefined;
      throw error;
    }
  }

  /** Waits until a file is still, for {@linkcode MAX_PATIENCE} at most. */
  async #openPatiently(name: string, signal: AbortSignal): Promise<OpenFile> {
    for (let waited = 0;; waited += LOOK_INTERVAL) {
      await pause(LOOK_INTERVAL, signal);
      signal.throwIfAborted();
      try {
        return await this.#catalog.open(name);
      } catch (error) {
        if (!isStillChanging(error) || waited >= MAX_PATIENCE) throw error;
      }
    }
  }

  async #serve(
    get: Get,
    file: OpenFile | undefined,
    { controller: { signal }, window }: Pick<Running, "controller" | "window">,
  ): Promise<void> {
    const { id } = get;
    const { log, refuse, onServed } = this.#options;
    try {
      using open = file ?? await this.#openPatiently(get.name, signal);
      await this.#send(open, get, { signal, window });
      onServed?.();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log("download failed", { file: get.name, id, reason });
      if (!signal.aborted || error instanceof ChatError) {
        refuse("get", asChatError(error, get.name), id);
      }
    } finally {
      this.#running.delete(id);
    }
  }

  async #send(
    open: OpenFile,
    { id, offset: wished = 0, tag, window: windowSize, have = [] }: Get,
    flow: { readonly signal: AbortSignal; readonly window: TransferWindow },
  ): Promise<void> {
    const isKnown = tag === open.tag || tag === open.earlierTag;
    // What the receiver has is of another version: it gets this one whole.
    const offset = tag === undefined || isKnown ? wished : 0;
    const started = performance.now();
    const { name, size } = open.entry;
    const details = { file: name, id };
    const { log } = this.#options;
    log("download started", { ...details, size, offset });
    const bytes = await sendFile(open, this.#outlet, {
      ...{ id, offset, have },
      ...flow,
      ...(isKnown && { tag: tag! }),
      ...(windowSize === undefined ? {} : { windowSize }),
    });
    const seconds = (performance.now() - started) / 1000;
    log("download ended", {
      ...details,
      bytes,
      seconds: Number(seconds.toFixed(3)),
    });
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

function isStillChanging(error: unknown): boolean {
  return error instanceof ChatError && error.code === "changing";
}

/** A failing disk is the server's trouble; the receiver is told that much. */
function asChatError(error: unknown, name: string): ChatError {
  return error instanceof ChatError ? error : new ChatError(
    "unreadable",
    `The server cannot read ${name}: ask the operator`,
    { cause: error },
  );
}
