import { type ByteSink, Outbox } from "../net/outbox.ts";

/**
 * Output that may wait for a terminal that takes nothing, in bytes: some minutes of
 * a busy class.
 */
const MAX_STALLED_LENGTH = 8 * 1024 * 1024;

/**
 * ... and for one that reads, but slower than what comes: a bound for the memory
 * that nobody reaches who reads.
 */
const MAX_READING_LENGTH = 64 * 1024 * 1024;

/** A terminal that has taken no byte for this long stands still, in milliseconds. */
const STALL_TIME = 3_000;

/** Below this many waiting bytes it makes sense to draw what changes. */
const BUSY_LENGTH = 64 * 1024;

/** What is written at a time, in bytes: whether a terminal reads is seen between two. */
const PIECE_LENGTH = 16 * 1024;

/** Time for the last lines to appear while nothing moves, in milliseconds. */
const CLOSE_TIMEOUT = 500;

/** ... and in all: longer than that nobody waits for a program to end. */
const MAX_CLOSE_TIME = 10_000;

/** Width and height where nothing says what they are: the classic terminal. */
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** In characters. */
export type WindowSize = { readonly columns: number; readonly rows: number };

export type TerminalOutputOptions = {
  readonly size?: () => WindowSize;
  /**
   * Bytes that may wait, whether the terminal reads or not. Default: enough that
   * only a terminal that stands still for seconds misses lines.
   */
  readonly maxWaiting?: number | undefined;
};

/**
 * A terminal to write to that never makes the program wait. `process.stdout`
 * does: a click into a Windows console, or Ctrl+S, stops a program at its next
 * write. This one queues, and says when it is full, so that its owner can leave
 * lines out and count them.
 */
export class TerminalOutput {
  readonly #outbox: Outbox;
  readonly #size: () => WindowSize;
  readonly #maxWaiting: number | undefined;
  readonly #encoder = new TextEncoder();
  #takenLength = 0;
  /** When the terminal was last seen to have taken bytes, or to have none to take. */
  #movedAt = 0;
  #sentLength = 0;

  constructor(
    sink: ByteSink = Deno.stdout,
    { size = windowSize, maxWaiting }: TerminalOutputOptions = {},
  ) {
    this.#size = size;
    this.#maxWaiting = maxWaiting;
    // A window that is gone (a closed pipe) is no reason to stop.
    this.#outbox = new Outbox(sink);
  }

  /** In characters. */
  get columns(): number {
    return this.#size().columns;
  }

  get rows(): number {
    return this.#size().rows;
  }

  /** Whether a line more, with `more` bytes waiting before it, would be one too many. */
  isFull(more = 0): boolean {
    const stillTime = this.#stillTime();
    const waiting = this.#outbox.queuedLength + more;
    if (this.#maxWaiting !== undefined) return waiting >= this.#maxWaiting;
    return waiting >= MAX_READING_LENGTH ||
      waiting >= MAX_STALLED_LENGTH && stillTime >= STALL_TIME;
  }

  /** Whether so much waits that drawings would only pile up. */
  get isBusy(): boolean {
    return this.#outbox.queuedLength >= BUSY_LENGTH;
  }

  /** Resolves when most of what waits is gone. */
  room(): Promise<void> {
    return this.#outbox.room(BUSY_LENGTH / 2);
  }

  write(text: string): void {
    if (text === "") return;
    this.#stillTime();
    const bytes = this.#encoder.encode(text);
    this.#takenLength += bytes.length;
    for (let at = 0; at < bytes.length; at += PIECE_LENGTH) {
      this.#outbox.push(bytes.subarray(at, at + PIECE_LENGTH));
    }
  }

  /** Waits for what was written to appear, while it does; resolves to whether all has. */
  async settled(): Promise<boolean> {
    const last = performance.now() + MAX_CLOSE_TIME;
    while (this.#outbox.queuedLength > 0 && performance.now() < last) {
      const { sentLength } = this.#outbox;
      await waited(this.#outbox.room(1), CLOSE_TIMEOUT);
      if (this.#outbox.sentLength === sentLength) break;
    }
    return this.#outbox.sentLength === this.#takenLength;
  }

  /** Like {@linkcode settled}; then nothing can be written any more. */
  async finish(): Promise<boolean> {
    const isIdle = await this.settled();
    this.#outbox.close();
    return isIdle;
  }

  /** How long the terminal has taken no bytes although some wait, in milliseconds. */
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
