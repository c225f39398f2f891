import { Writable } from "node:stream";
import { type ByteSink, Outbox } from "../net/outbox.ts";

/** Output waiting for the window, in bytes: a few screens full. */
const MAX_QUEUED_LENGTH = 64 * 1024;

/** Time for the last lines to appear, in milliseconds. */
const CLOSE_TIMEOUT = 500;

/** Width and height where nothing says what they are: the classic terminal. */
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** In characters. */
export type WindowSize = { readonly columns: number; readonly rows: number };

/**
 * A terminal to write to that never makes the program wait. `process.stdout`
 * does: a click into a Windows console, or Ctrl+S, stops a program at its next
 * write. This one queues, and says when it is full, so that its owner can leave
 * lines out and count them.
 */
export class TerminalOutput extends Writable {
  /** `node:readline` asks. */
  readonly isTTY = true;
  readonly #outbox: Outbox;
  readonly #size: () => WindowSize;
  #takenLength = 0;

  constructor(
    sink: ByteSink = Deno.stdout,
    size: () => WindowSize = windowSize,
  ) {
    super({ decodeStrings: true });
    this.#size = size;
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

  /** Whether so much waits, with `more` bytes, that a line more would be one too many. */
  isFull(more = 0): boolean {
    return this.#outbox.queuedLength + more >= MAX_QUEUED_LENGTH;
  }

  /** Resolves when half of what may wait is gone. */
  room(): Promise<void> {
    return this.#outbox.room(MAX_QUEUED_LENGTH / 2);
  }

  /** Waits a moment for the last lines to appear; resolves to whether they have. */
  async finish(): Promise<boolean> {
    await this.#outbox.drain(CLOSE_TIMEOUT);
    return this.#outbox.sentLength === this.#takenLength;
  }

  override _write(
    bytes: Uint8Array,
    _encoding: string,
    done: () => void,
  ): void {
    this.#takenLength += bytes.length;
    this.#outbox.push(Uint8Array.from(bytes));
    done();
  }
}

function windowSize(): WindowSize {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 ? { columns, rows } : DEFAULT_SIZE;
  } catch {
    return DEFAULT_SIZE;
  }
}
