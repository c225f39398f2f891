/** Takes bytes, such as a socket or standard output. May take only some of them. */
export type ByteSink = { write(bytes: Uint8Array): Promise<number> };

/**
 * Bytes that are made piece by piece, each when the system has taken the previous one,
 * so that the rest waits without taking memory.
 */
export type Source = {
  /**
   * The bytes that count as queued until the last piece is made: the length of the
   * longest piece.
   */
  readonly length: number;
  /**
   * Returns the next piece, as whole frames or empty; `undefined` at the end. Never
   * rejects.
   */
  next(): Promise<Uint8Array | undefined>;
};

/** Counts the memory of queues, in bytes; `MemoryBudget` fits. */
export type Budget = { add(length: number): void };

/** The bytes that a piece takes besides its content: the objects around it. */
export const PIECE_OVERHEAD = 200;

/** The owner of a queue, told when nothing can be sent any more. */
export type OutboxOwner = {
  onLost(error: unknown): void;
  /** Counts the queued bytes, if present. */
  readonly budget?: Budget | undefined;
};

/**
 * Below this many queued bytes there is room for more of a file: enough that the writer
 * never waits for the disk, and little enough that chat is not held up long.
 */
export const ROOM_MARK = 512 * 1024;

/** Small pieces are copied together up to this size, in bytes, to save system calls. */
const GATHER_LENGTH = 64 * 1024;

/** Up to this size, in bytes, copying a piece is cheaper than a separate write. */
const SMALL_LENGTH = 8 * 1024;

const NOTHING: readonly (Uint8Array | Source)[] = [];

/**
 * The send queue of one peer. Its contract:
 *
 * 1. {@linkcode push} never waits and never throws.
 * 2. Pushed bytes leave in order, whole, through one writer.
 * 3. Pushed bytes are not copied, and the caller must not change them afterwards. They
 *    are whole frames, so that other bytes can replace the rest between two pushes.
 * 4. {@linkcode queuedLength} counts all bytes that the system has not taken; the owner
 *    keeps it within a limit.
 * 5. The first failed write ends the queue: it tells the owner, and drops the rest.
 */
export class Outbox {
  readonly #sink: ByteSink;
  readonly #owner: OutboxOwner | undefined;
  #queue: (Uint8Array | Source)[] = [];
  /** The pieces being written, and the index of the first that still waits. */
  #batch = NOTHING;
  #next = 0;
  /** The number of waiting pieces, without the one being written. */
  #pieces = 0;
  #queuedLength = 0;
  /** The bytes left of the piece being written. */
  #pieceLength = 0;
  /** Counts the calls of `replace`. */
  #replaced = 0;
  #sentLength = 0;
  /** The length of everything pushed and not replaced; a source counts with its `length`. */
  #pushedLength = 0;
  #writing = false;
  #closed = false;
  /**
   * Callers that wait for room; created on first use, because most queues never have
   * any.
   */
  #waiters: { below: number; resolve: () => void }[] | undefined;

  constructor(sink: ByteSink, owner?: OutboxOwner) {
    this.#sink = sink;
    this.#owner = owner;
  }

  /** Returns the number of bytes that the system has not taken yet. */
  get queuedLength(): number {
    return this.#queuedLength;
  }

  /** Yields the waiting pieces; sources take no memory while they wait. */
  *queuedPieces(): Generator<Uint8Array> {
    for (let i = this.#next; i < this.#batch.length; i++) {
      const piece = this.#batch[i]!;
      if (piece instanceof Uint8Array) yield piece;
    }
    for (const piece of this.#queue) {
      if (piece instanceof Uint8Array) yield piece;
    }
  }

  /** Returns the number of bytes that the system has taken. */
  get sentLength(): number {
    return this.#sentLength;
  }

  /**
   * Returns how much of everything pushed has left, in bytes. What is pushed now has left
   * once this reaches the present sum of it and {@linkcode queuedLength}. Differs from
   * {@linkcode sentLength}, because a source counts with its `length`, at its end.
   */
  get leftLength(): number {
    return this.#pushedLength - this.#queuedLength;
  }

  /** Queues `bytes`, or what a source makes. Does nothing after {@linkcode close}. */
  push(bytes: Uint8Array | Source): void {
    if (this.#closed || bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#queuedLength += bytes.length;
    this.#pushedLength += bytes.length;
    this.#pieces++;
    this.#owner?.budget?.add(bytes.length + PIECE_OVERHEAD);
    if (!this.#writing) {
      this.#writing = true;
      void this.#write();
    }
  }

  /** Replaces the queue with `bytes`; the piece being written still leaves whole. */
  replace(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#replaced++;
    this.#queue = [];
    this.#batch = NOTHING;
    const dropped = this.#queuedLength - this.#pieceLength;
    this.#forget(dropped);
    this.#queuedLength -= dropped;
    this.#pushedLength -= dropped;
    this.push(bytes);
  }

  /** Resolves when fewer than `below` bytes are queued, or the queue is closed. */
  room(below = ROOM_MARK): Promise<void> {
    if (this.#closed || this.#queuedLength < below) return Promise.resolve();
    const waiters = this.#waiters ??= [];
    return new Promise((resolve) => waiters.push({ below, resolve }));
  }

  /**
   * Resolves when everything is sent; drops what is left after `patience` milliseconds.
   */
  async drain(patience: number): Promise<void> {
    const timer = setTimeout(() => this.close(), patience);
    await this.room(1);
    clearTimeout(timer);
  }

  /** Drops the queue and takes no more bytes. */
  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#batch = NOTHING;
    this.#forget(this.#queuedLength);
    this.#queuedLength = 0;
    this.#wake();
  }

  /** Writes the queue; the only writer. Never rejects. */
  async #write(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const queue = this.#batch = this.#queue;
        this.#queue = [];
        const replaced = this.#replaced;
        this.#next = 0;
        while (
          this.#next < queue.length && !this.#closed &&
          replaced === this.#replaced
        ) {
          const { bytes, end } = gather(queue, this.#next);
          this.#took(end - this.#next);
          this.#next = end;
          if (bytes instanceof Uint8Array) await this.#writeAll(bytes);
          else await this.#writeFrom(bytes);
        }
        this.#batch = NOTHING;
      }
    } catch (error) {
      const wasClosed = this.#closed;
      this.close();
      if (!wasClosed) this.#owner?.onLost(error);
    } finally {
      this.#writing = false;
    }
  }

  /** Counts `pieces` pieces as no longer waiting. */
  #took(pieces: number): void {
    this.#pieces -= pieces;
    this.#owner?.budget?.add(-pieces * PIECE_OVERHEAD);
  }

  /** Takes `length` dropped bytes, and all waiting pieces, out of the count. */
  #forget(length: number): void {
    this.#owner?.budget?.add(-length);
    this.#took(this.#pieces);
  }

  /** Writes everything that a source makes, unless it is dropped. */
  async #writeFrom(source: Source): Promise<void> {
    const replaced = this.#replaced;
    const isDropped = () => this.#closed || replaced !== this.#replaced;
    for (;;) {
      const piece = await source.next();
      if (isDropped()) return;
      if (piece === undefined) break;
      this.#grow(piece.length);
      await this.#writeAll(piece);
      if (isDropped()) return;
    }
    this.#grow(-source.length);
    this.#wake();
  }

  /** Counts `length` more bytes as queued, or fewer if it is negative. */
  #grow(length: number): void {
    this.#queuedLength += length;
    this.#owner?.budget?.add(length);
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
        this.#owner?.budget?.add(-written);
        this.#wake();
      }
    }
  }

  /**
   * Wakes the waiting callers in order of arrival, so that parallel transfers share
   * fairly.
   */
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

/**
 * Returns the next bytes to write: one large piece as it is, or small ones copied
 * together.
 */
function gather(
  queue: readonly (Uint8Array | Source)[],
  start: number,
): { bytes: Uint8Array | Source; end: number } {
  let end = start;
  let length = 0;
  for (; end < queue.length; end++) {
    const piece = queue[end]!;
    const isSmall = piece.length <= SMALL_LENGTH &&
      piece instanceof Uint8Array;
    if (!isSmall || length + piece.length > GATHER_LENGTH) break;
    length += piece.length;
  }
  if (end - start < 2) return { bytes: queue[start]!, end: start + 1 };
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let i = start; i < end; i++) {
    const piece = queue[i] as Uint8Array;
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, end };
}
