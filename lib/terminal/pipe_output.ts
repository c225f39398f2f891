import { type ByteSink, Outbox } from "../io/outbox.ts";
import { aborted, pause } from "../io/pause.ts";

/** Milliseconds before the next attempt to write to a full pipe. */
const RETRY_PAUSE = 20;

/**
 * Largest write, in bytes, that a pipe takes whole or not at all (POSIX). Of a larger
 * write it may take a part, and the system reports only that it is full.
 */
const WHOLE_LENGTH = 512;

/** Queued output, in bytes, above which the program stops reading further input. */
const MAX_QUEUED_LENGTH = 8 * 1024 * 1024;

/** Milliseconds for the last lines once the program is asked to end. */
const CLOSE_TIMEOUT = 500;

/**
 * Returns a sink whose writes wait while a non-blocking pipe is full. Otherwise a slow
 * reader would look like a fault.
 */
export function patient(sink: ByteSink): ByteSink {
  return {
    async write(bytes) {
      const piece = bytes.subarray(0, WHOLE_LENGTH);
      for (;;) {
        try {
          return await sink.write(piece);
        } catch (error) {
          if (!isFull(error)) throw error;
        }
        await pause(RETRY_PAUSE);
      }
    },
  };
}

/** Returns whether a write failed only because the pipe is full for now. */
function isFull(error: unknown): boolean {
  return error instanceof Error &&
    (error.name === "WouldBlock" || "code" in error && error.code === "EAGAIN");
}

export type PipeOutputOptions = {
  /** Called once, with the reason, when no more output can be written. */
  readonly onLost?: ((cause: unknown) => void) | undefined;
};

/**
 * Lines for a pipe or a file: written in order and without delay, none lost; the
 * program never waits for a slow reader.
 */
export class PipeOutput {
  readonly #outbox: Outbox;
  readonly #encoder = new TextEncoder();

  constructor(sink: ByteSink, { onLost }: PipeOutputOptions = {}) {
    this.#outbox = new Outbox(patient(sink), {
      onLost: (cause) => onLost?.(cause),
    });
  }

  /** Writes `text` and a line feed; does nothing after a fault. */
  print(text: string): void {
    this.#outbox.push(this.#encoder.encode(text + "\n"));
  }

  /**
   * Resolves when at most 8 MiB of output wait. Await it before reading more input to
   * print.
   */
  room(): Promise<void> {
    return this.#outbox.room(MAX_QUEUED_LENGTH);
  }

  /**
   * Resolves when all output is written or no more can be written; once `signal` has
   * aborted, after 500 ms at the latest.
   */
  async close(signal?: AbortSignal): Promise<void> {
    const written = this.#outbox.room(1);
    const closing = new AbortController();
    const late = async (signal: AbortSignal) => {
      await aborted(AbortSignal.any([signal, closing.signal]));
      if (!closing.signal.aborted) await pause(CLOSE_TIMEOUT, closing.signal);
    };
    await Promise.race([
      written,
      ...(signal === undefined ? [] : [late(signal)]),
    ]);
    closing.abort();
    this.#outbox.close();
  }
}
