import { ChatError } from "../chat_error.ts";
import type { FileCatalog } from "../files/file_catalog.ts";
import type { OpenFile } from "../files/open_file.ts";
import type { Outlet } from "../files/outlet.ts";
import { sendFile } from "../files/transfer.ts";
import { TransferWindow } from "../files/transfer_window.ts";
import type { ClientMessage } from "../client_messages.ts";
import type { EndReason } from "../net/end_reason.ts";
import { logWords } from "../net/end_rules.ts";
import { pause } from "../io/pause.ts";
import type { Details } from "./event_kinds.ts";

/** Most downloads of one client at a time: enough for all files of a lesson at once. */
export const MAX_TRANSFERS = 8;

/** Most downloads, counting cancelled ones that still wait for a slow disk. */
const MAX_OPEN = 2 * MAX_TRANSFERS;

/** How often a file that is being copied is checked again, in milliseconds. */
const LOOK_INTERVAL = 250;

/**
 * How long a download waits for a file to stop changing, in milliseconds; then it is
 * refused.
 */
const MAX_PATIENCE = 5_000;

type Get = Extract<ClientMessage, { type: "get" }>;

export type TransfersOptions = {
  /** The owner whose turns these downloads share; default: this connection. */
  readonly owner?: object;
  readonly refuse: (re: string, error: ChatError, id: number) => void;
  readonly log: (event: string, details: Details) => void;
  /** Called when a file was sent whole. */
  readonly onServed?: () => void;
};

type Running = {
  readonly controller: AbortController;
  readonly window: TransferWindow;
  readonly done: Promise<void>;
};

/** The downloads of one client that are in progress, side by side. */
export class Transfers {
  readonly #catalog: FileCatalog;
  readonly #outlet: Outlet;
  readonly #options: TransfersOptions;
  readonly #running = new Map<number, Running>();
  #isStopped = false;

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
   * Starts to send a file; resolves when it is open. A download that must wait, because
   * too many files are open or this one is still being written, waits in the
   * background. Throws {@linkcode ChatError}.
   */
  async start(get: Get): Promise<void> {
    const { id, name } = get;
    this.#checkRoom(id);
    const controller = new AbortController();
    const window = new TransferWindow(get.window ?? Infinity);
    const { signal } = controller;
    // Answers to other messages do not wait for the downloads of other clients.
    const mustWait = this.#catalog.limits.files.isFull;
    const file = mustWait ? undefined : await this.#openIfStill(name, signal);
    if (this.#isStopped) return file?.[Symbol.dispose]();
    const opening = file ?? this.#openPatiently(name, { signal, mustWait });
    const done = this.#serve(get, opening, { controller, window });
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

  /** Opens a file; resolves to `undefined` if it is still being written. */
  async #openIfStill(
    name: string,
    signal: AbortSignal,
  ): Promise<OpenFile | undefined> {
    try {
      return await this.#open(name, signal);
    } catch (error) {
      if (isStillChanging(error)) return undefined;
      throw error;
    }
  }

  /**
   * Opens a file once it stops changing, and waits at most {@linkcode MAX_PATIENCE}.
   */
  async #openPatiently(
    name: string,
    { signal, mustWait }: { signal: AbortSignal; mustWait: boolean },
  ): Promise<OpenFile> {
    for (let waited = 0;; waited += LOOK_INTERVAL) {
      // A download that waits for its turn has not checked the file yet.
      if (!mustWait || waited > 0) await pause(LOOK_INTERVAL, signal);
      signal.throwIfAborted();
      try {
        return await this.#open(name, signal);
      } catch (error) {
        if (!isStillChanging(error) || waited >= MAX_PATIENCE) throw error;
      }
    }
  }

  #open(name: string, signal: AbortSignal): Promise<OpenFile> {
    const { owner = this } = this.#options;
    return this.#catalog.open(name, { owner, signal });
  }

  async #serve(
    get: Get,
    opening: OpenFile | Promise<OpenFile>,
    { controller: { signal }, window }: Omit<Running, "done">,
  ): Promise<void> {
    const { id } = get;
    const { log, refuse, onServed } = this.#options;
    try {
      using open = await opening;
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
    // The receiver's part is from another version: it gets this version whole.
    const offset = tag === undefined || isKnown ? wished : 0;
    const started = performance.now();
    const { name, size } = open.entry;
    const details = { file: name, id };
    const { log } = this.#options;
    log("download started", { ...details, size, offset });
    const bytes = await sendFile(open, this.#outlet, {
      ...{ id, offset, have },
      ...flow,
      memory: this.#catalog.limits.memory,
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

  /** Records that the receiver has dealt with `size` bytes of a download. */
  took(id: number, size: number): void {
    this.#running.get(id)?.window.took(size);
  }

  /**
   * Cancels a download and tells its receiver. Does nothing if the download is already
   * over. Resolves when its file is closed.
   */
  async cancel(id: number): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) return;
    running.controller.abort(
      new ChatError("cancelled", `Download ${id} was cancelled`),
    );
    await running.done;
  }

  /**
   * Stops all downloads for good, without telling the receiver. Resolves when their
   * files are closed.
   */
  async stop(reason: EndReason): Promise<void> {
    this.#isStopped = true;
    const words = logWords(reason);
    const running = [...this.#running.values()];
    for (const { controller } of running) controller.abort(new Error(words));
    await Promise.all(running.map(({ done }) => done));
  }
}

function isStillChanging(error: unknown): boolean {
  return error instanceof ChatError && error.code === "changing";
}

/**
 * Returns the error for the receiver: a failing disk is the server's trouble, and the
 * receiver learns only that.
 */
function asChatError(error: unknown, name: string): ChatError {
  return error instanceof ChatError ? error : new ChatError(
    "unreadable",
    `The server cannot read ${name}: ask the operator`,
    { cause: error },
  );
}
