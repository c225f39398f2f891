/** Where the bytes go: a socket, or standard output. May take only part of them. */
export type ByteSink = { write(bytes: Uint8Array): Promise<number> };

/** Who hears that nothing can be sent any more. */
export type OutboxOwner = { onLost(error: unknown): void };

/**
 * Below this many queued bytes there is room for more of a file: enough that the
 * writer never waits for the disk, little enough that chat is not held up long.
 */
export const ROOM_MARK = 512 * 1024;

/** Small pieces are copied together up to this size, to save calls of the system. */
const GATHER_LENGTH = 64 * 1024;

/** Up to this size copying a piece is cheaper than a write of its own. */
const SMALL_LENGTH = 8 * 1024;

/**
 * The queue of bytes to one peer. Its contract:
 *
 * 1. {@linkcode push} never waits and never throws.
 * 2. What is pushed leaves in that order, whole, by one writer.
 * 3. Pushed bytes are not copied and must not be changed afterwards. They are whole
 *    frames, so that between two pushes others can take the place of the rest.
 * 4. {@linkcode queuedLength} counts all bytes not yet taken by the system, and is
 *    for the owner to hold to a limit.
 * 5. The first failed write ends it: the owner hears of it, the rest is dropped.
 */
export class Outbox {
  readonly #sink: ByteSink;
  readonly #owner: OutboxOwner | undefined;
  #queue: Uint8Array[] = [];
  #queuedLength = 0;
  /** What is left of the piece that is being written, in bytes. */
  #pieceLength = 0;
  /** Counts how often the queue was replaced. */
  #replaced = 0;
  #sentLength = 0;
  #writing = false;
  #closed = false;
  /** Those who wait for room; most never have any. */
  #waiters: { below: number; resolve: () => void }[] | undefined;

  constructor(sink: ByteSink, owner?: OutboxOwner) {
    this.#sink = sink;
    this.#owner = owner;
  }

  /** Bytes that the system has not taken yet. */
  get queuedLength(): number {
    return this.#queuedLength;
  }

  /** Bytes that the system has taken. */
  get sentLength(): number {
    return this.#sentLength;
  }

  /** Queues `bytes`. After {@linkcode close} it does nothing. */
  push(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#queuedLength += bytes.length;
    if (!this.#writing) {
      this.#writing = true;
      void this.#write();
    }
  }

  /** Drops what is queued, but for the piece that is being written, for `bytes`. */
  replace(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#replaced++;
    this.#queue = [];
    this.#queuedLength = this.#pieceLength;
    this.push(bytes);
  }

  /** Resolves when fewer than `below` bytes are queued, or nothing will be any more. */
  room(below = ROOM_MARK): Promise<void> {
    if (this.#closed || this.#queuedLength < below) return Promise.resolve();
    const waiters = this.#waiters ??= [];
    return new Promise((resolve) => waiters.push({ below, resolve }));
  }

  /** Resolves when all has been sent; what has not after `patience` milliseconds is dropped. */
  async drain(patience: number): Promise<void> {
    const timer = setTimeout(() => this.close(), patience);
    await this.room(1);
    clearTimeout(timer);
  }

  /** Drops what is queued and takes no more. */
  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#queuedLength = 0;
    this.#wake();
  }

  /** The one writer; never rejects. */
  async #write(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const queue = this.#queue;
        this.#queue = [];
        const replaced = this.#replaced;
        let next = 0;
        while (
          next < queue.length && !this.#closed && replaced === this.#replaced
        ) {
          const { bytes, end } = gather(queue, next);
          next = end;
          await this.#writeAll(bytes);
        }
      }
    } catch (error) {
      const wasClosed = this.#closed;
      this.close();
      if (!wasClosed) this.#owner?.onLost(error);
    } finally {
      this.#writing = false;
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let at = 0;
    this.#pieceLength = bytes.length;
    while (at < bytes.length && !this.#closed) {
      const written = await this.#sink.write(
        at === 0 ? bytes : bytes.subarray(at),
      );
      if (written === 0) throw new Error("Nothing more can be written");
      at += written;
      this.#pieceLength -= written;
      this.#sentLength += written;
      if (!this.#closed) {
        this.#queuedLength -= written;
        this.#wake();
      }
    }
  }

  /** In the order of their coming, so that transfers side by side share fairly. */
  #wake(): void {
    const waiters = this.#waiters;
    if (waiters === undefined) return;
    this.#waiters = undefined;
    for (const waiter of waiters) {
      if (this.#closed || this.#queuedLength < waiter.below) waiter.resolve();
      else (this.#waiters ??= []).push(waiter);
    }
  }
}

/** The next bytes to write: one large piece as it is, or small ones copied together. */
function gather(
  queue: readonly Uint8Array[],
  start: number,
): { bytes: Uint8Array; end: number } {
  let end = start;
  let length = 0;
  while (
    end < queue.length && queue[end]!.length <= SMALL_LENGTH &&
    length + queue[end]!.length <= GATHER_LENGTH
  ) {
    length += queue[end]!.length;
    end++;
  }
  if (end - start < 2) return { bytes: queue[start]!, end: start + 1 };
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let i = start; i < end; i++) {
    bytes.set(queue[i]!, at);
    at += queue[i]!.length;
  }
  return { bytes, end };
}
