import { type ByteSink, Outbox } from "../net/outbox.ts";
import { aborted, pause } from "../net/pause.ts";

/** What a pipe that is full is asked again after, in milliseconds. */
const RETRY_PAUSE = 20;

/**
 * A pipe takes this many bytes whole or not at all (POSIX), in bytes. Of a longer
 * piece it could take a part and be full, and the system says only that it is full.
 */
const WHOLE_LENGTH = 512;

/** Above this much waiting output its writer holds back more, in bytes. */
const MAX_QUEUED_LENGTH = 8 * 1024 * 1024;

/** Time for the last lines once the program is asked to end, in milliseconds. */
const CLOSE_TIMEOUT = 500;

/**
 * A sink whose writes wait while a pipe that does not block is full. Without this
 * a slow reader looks like a fault.
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

/** Whether a write was refused because the pipe is full for now. */
function isFull(error: unknown): boolean {
  return error instanceof Error &&
    (error.name === "WouldBlock" || "code" in error && error.code === "EAGAIN");
}

export type PipeOutputOptions = {
  /** Hears once why nothing more can be written. */
  readonly onLost?: ((cause: unknown) => void) | undefined;
};

/**
 * Lines for a pipe or a file: each is written at once and in order, none is lost,
 * and the program never waits for a slow reader.
 */
export class PipeOutput {
  readonly #outbox: Outbox;
  readonly #encoder = new TextEncoder();

  constructor(sink: ByteSink, { onLost }: PipeOutputOptions = {}) {
    this.#outbox = new Outbox(patient(sink), {
      onLost: (cause) => onLost?.(cause),
    });
  }

  /** Writes `text` and a line feed; after a fault it does nothing. */
  print(text: string): void {
    this.#outbox.push(this.#encoder.encode(text + "\n"));
  }

  /**
   * Resolves when there is room for more, at most 8 MiB of waiting output: wait for
   * it before reading more to print.
   */
  room(): Promise<void> {
    return this.#outbox.room(MAX_QUEUED_LENGTH);
  }

  /**
   * Resolves when all is written or nothing can be written any more; once `signal`
   * has aborted, after 500 ms at the latest.
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
