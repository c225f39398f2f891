import { type ByteSink, Outbox } from "../io/outbox.ts";

/**
 * Most output, in bytes, that waits for a stuck terminal: some minutes of a busy class.
 */
const MAX_STALLED_LENGTH = 8 * 1024 * 1024;

/**
 * Most output, in bytes, that waits for a terminal that reads too slowly: bounds the
 * memory. Only a flood that {@linkcode TerminalOutput.relief} cannot slow down reaches
 * it.
 */
const MAX_READING_LENGTH = 24 * 1024 * 1024;

/** Waiting output, in bytes, above which the terminal needs time to catch up. */
const BEHIND_LENGTH = 1024 * 1024;

/**
 * Longest time that a terminal gets to catch up, in milliseconds: pings are still
 * answered.
 */
const MAX_RELIEF = 250;

/** Milliseconds without a byte taken after which a terminal counts as stuck. */
const STALL_TIME = 3_000;

/** Waiting output, in bytes, below which it makes sense to draw changes. */
const BUSY_LENGTH = 64 * 1024;

/**
 * Bytes of one write: between two writes the program sees whether the terminal reads.
 */
const PIECE_LENGTH = 16 * 1024;

/** Milliseconds without progress after which closing gives up on the last lines. */
const CLOSE_TIMEOUT = 500;

/**
 * Milliseconds for the last lines in all: no user waits longer for a program to end.
 */
const MAX_CLOSE_TIME = 10_000;

/** The size of a window that does not tell its size: the classic terminal. */
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** The size of a window, in characters. */
export type WindowSize = { readonly columns: number; readonly rows: number };

export type TerminalOutputOptions = {
  readonly size?: () => WindowSize;
  /**
   * Most bytes that may wait, whether the terminal reads or not. By default, only a
   * terminal that is stuck for seconds misses lines.
   */
  readonly maxWaiting?: number | undefined;
};

/**
 * Output to a terminal that never blocks the program. `process.stdout` does block: a
 * click into a Windows console, or Ctrl+S, stops a program at its next write. This
 * class queues, and says when the queue is full, so that its owner can omit lines and
 * count them.
 */
export class TerminalOutput {
  readonly #outbox: Outbox;
  readonly #size: () => WindowSize;
  readonly #maxWaiting: number | undefined;
  readonly #encoder = new TextEncoder();
  #takenLength = 0;
  /** When the terminal last took bytes, or had none to take. */
  #movedAt = 0;
  #sentLength = 0;

  constructor(
    sink: ByteSink = Deno.stdout,
    { size = windowSize, maxWaiting }: TerminalOutputOptions = {},
  ) {
    this.#size = size;
    this.#maxWaiting = maxWaiting;
    // A closed window (a closed pipe) does not end the program.
    this.#outbox = new Outbox(sink);
  }

  /** Width of the window in columns. */
  get columns(): number {
    return this.#size().columns;
  }

  /** Height of the window in rows. */
  get rows(): number {
    return this.#size().rows;
  }

  /**
   * Returns whether the queue is full. `more` bytes wait elsewhere, ahead of the next
   * line.
   */
  isFull(more = 0): boolean {
    const stillTime = this.#stillTime();
    const waiting = this.#outbox.queuedLength + more;
    if (this.#maxWaiting !== undefined) return waiting >= this.#maxWaiting;
    return waiting >= MAX_READING_LENGTH ||
      waiting >= MAX_STALLED_LENGTH && stillTime >= STALL_TIME;
  }

  /** Whether drawings would only pile up, because too much output waits. */
  get isBusy(): boolean {
    return this.#outbox.queuedLength >= BUSY_LENGTH;
  }

  /** Resolves when most of the waiting output is written. */
  room(): Promise<void> {
    return this.#outbox.room(BUSY_LENGTH / 2);
  }

  /**
   * Gives a slow terminal time to catch up: longer, the more output waits, and at most
   * 250 ms. `more` bytes wait elsewhere. A stuck terminal gets no time.
   */
  async relief(more = 0): Promise<void> {
    const waiting = this.#outbox.queuedLength + more;
    if (waiting < BEHIND_LENGTH || this.#stillTime() >= STALL_TIME) return;
    const share = Math.min(1, waiting / MAX_STALLED_LENGTH);
    await waited(this.room(), share * MAX_RELIEF);
  }

  /** Queues `text` and returns at once. */
  write(text: string): void {
    if (text === "") return;
    this.#stillTime();
    const bytes = this.#encoder.encode(text);
    this.#takenLength += bytes.length;
    for (let at = 0; at < bytes.length; at += PIECE_LENGTH) {
      this.#outbox.push(bytes.subarray(at, at + PIECE_LENGTH));
    }
  }

  /**
   * Waits for the output while it makes progress. Resolves to whether all of it is
   * written.
   */
  async settled(): Promise<boolean> {
    const last = performance.now() + MAX_CLOSE_TIME;
    while (this.#outbox.queuedLength > 0 && performance.now() < last) {
      const { sentLength } = this.#outbox;
      await waited(this.#outbox.room(1), CLOSE_TIMEOUT);
      if (this.#outbox.sentLength === sentLength) break;
    }
    return this.#outbox.sentLength === this.#takenLength;
  }

  /** Like {@linkcode settled}, then closes the output. */
  async finish(): Promise<boolean> {
    const isIdle = await this.settled();
    this.#outbox.close();
    return isIdle;
  }

  /**
   * Returns how long the terminal has taken no bytes although some wait, in
   * milliseconds.
   */
  #stillTime(): number {
    const { sentLength, queuedLength } = this.#outbox;
    const now = performance.now();
    if (sentLength !== this.#sentLength || queuedLength === 0) {
      this.#sentLength = sentLength;
      this.#movedAt = now;
    }
    return now - this.#movedAt;
  }
}

/** Resolves with `promise`, after `time` milliseconds at the latest. */
async function waited(promise: Promise<void>, time: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, time);
  await Promise.race([promise, over]);
  clearTimeout(timer);
}

function windowSize(): WindowSize {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 ? { columns, rows } : DEFAULT_SIZE;
  } catch {
    return DEFAULT_SIZE;
  }
}
