import {
  FrameDecoder,
  type FrameLimits,
  type ReceivedFrame,
} from "../framing.ts";
import type { ByteStream } from "./byte_stream.ts";
import { Outbox, type OutboxOwner } from "./outbox.ts";

/** What a quiet connection reads into: enough for a heartbeat, and ten thousand have one. */
const MIN_READ_LENGTH = 128;

/** What a busy one reads at a time: thousands of messages, so that few writes pass them on. */
const MAX_READ_LENGTH = 256 * 1024;

/** A buffer that stayed nearly empty for so many reads shrinks. */
const QUIET_READS = 8;

/**
 * A reader so slow that this much waits for it is cut off: the whole chat of an
 * hour, but not so much that a hundred of them hurt the server.
 */
export const MAX_QUEUED_LENGTH = 8 * 1024 * 1024;

/** The reason when the peer or the network is gone without a word. */
export const CONNECTION_LOST = "connection lost";

/** Time for one who is cut off to read why, in milliseconds. */
const CUT_PATIENCE = 1_000;

const NO_BYTES = new Uint8Array(0);

/** Who hears what comes over a connection. None of these may throw, but for `onFrames`. */
export type Receiver = {
  /** Something has arrived, of whole frames or not. */
  onHeard(): void;
  /**
   * The next frames, at least one. Their payloads are good, and nothing more is
   * handed on, until this is done, which is when its promise has resolved.
   */
  onFrames(frames: ReceivedFrame[]): void | Promise<void>;
  /** The peer broke the rules (`ProtocolError`), or `onFrames` failed: no frames follow. */
  onFailure(error: unknown): void;
  /** It has ended, in whatever way. Comes once, and last. */
  onEnd(reason: string): void;
};

export type ConnectionOptions = {
  readonly limits: FrameLimits;
  /** Most bytes that may wait to be sent before the peer counts as too slow. */
  readonly maxQueuedLength?: number;
  /** What a peer that is cut off is told, as whole frames; default: nothing. */
  readonly lastWords?: (reason: string) => Uint8Array;
};

/**
 * One live connection: frames in, bytes out. It ends once, for one reason,
 * whichever side or failure comes first.
 */
export class Connection implements OutboxOwner {
  readonly #stream: ByteStream;
  readonly #decoder: FrameDecoder;
  readonly #outbox: Outbox;
  readonly #maxQueuedLength: number;
  readonly #lastWords: ((reason: string) => Uint8Array) | undefined;
  /** Made when somebody waits for it: most live for hours. */
  #ended: PromiseWithResolvers<void> | undefined;
  #buffer = new Uint8Array(MIN_READ_LENGTH);
  #quietReads = 0;
  #receivedLength = 0;
  #receiver: Receiver | undefined;
  #reading = false;
  /** The receiver is at work on frames. */
  #handing = false;
  #finishReason: string | undefined;
  #endReason: string | undefined;

  constructor(stream: ByteStream, options: ConnectionOptions) {
    this.#stream = stream;
    this.#decoder = new FrameDecoder(options.limits);
    this.#maxQueuedLength = options.maxQueuedLength ?? MAX_QUEUED_LENGTH;
    this.#lastWords = options.lastWords;
    this.#outbox = new Outbox(stream, this);
  }

  /** Why it ended, in words for the log and the others; `undefined` while it lives. */
  get endReason(): string | undefined {
    return this.#endReason;
  }

  /** Resolves when it has ended. */
  get ended(): Promise<void> {
    if (this.#endReason !== undefined) return Promise.resolve();
    this.#ended ??= Promise.withResolvers<void>();
    return this.#ended.promise;
  }

  /** Bytes that wait to be sent. */
  get queuedLength(): number {
    return this.#outbox.queuedLength;
  }

  /** Bytes sent so far. */
  get sentLength(): number {
    return this.#outbox.sentLength;
  }

  /** Bytes received so far. */
  get receivedLength(): number {
    return this.#receivedLength;
  }

  /** What the peer may send from now on. */
  set limits(limits: FrameLimits) {
    this.#decoder.limits = limits;
  }

  /**
   * Begins to read, and tells `receiver` all that comes. Ten thousand quiet
   * connections wait like this, each for one read: no function is kept waiting
   * beside it, and no promise but the one of that read.
   */
  start(receiver: Receiver): void {
    this.#receiver = receiver;
    if (this.#endReason === undefined) this.#read();
    else queueMicrotask(() => this.#stop());
  }

  get #isEnding(): boolean {
    return this.#finishReason !== undefined || this.#endReason !== undefined;
  }

  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    const target = this.#decoder.target(this.#buffer);
    this.#stream.read(target).then(this.#onRead, this.#onReadFailed);
  }

  readonly #onRead = (length: number | null): void => {
    this.#reading = false;
    if (length === null) this.onLost();
    if (length === null || this.#endReason !== undefined) return this.#stop();
    this.#receivedLength += length;
    // The same as before the reading: nothing has been pushed since.
    const target = this.#decoder.target(this.#buffer);
    const bytes = target.subarray(0, length);
    if (target === this.#buffer) this.#adapt(length);
    this.#receiver?.onHeard();
    // While it ends in order, what still comes is only read.
    if (this.#isEnding) this.#read();
    else void this.#handOn(bytes);
  };

  /** Reset by the peer, or closed by this side while reading: the end, too. */
  readonly #onReadFailed = () => this.#onRead(null);

  /** Hands on the frames that `bytes` complete, as long as there are any, then reads on. */
  async #handOn(bytes: Uint8Array): Promise<void> {
    this.#handing = true;
    let failed = false;
    try {
      while (!this.#isEnding) {
        const frames = this.#decoder.push(bytes);
        if (frames.length === 0) break;
        const handled = this.#receiver?.onFrames(frames);
        if (handled !== undefined) await handled;
        // What the decoder has left, under the limits of now.
        bytes = NO_BYTES;
      }
    } catch (error) {
      failed = true;
      this.#receiver?.onFailure(error);
    }
    this.#handing = false;
    if (this.#endReason !== undefined) this.#stop();
    else if (!failed) this.#read();
  }

  /**
   * Queues bytes and never waits. A peer with too much waiting for it is cut
   * off. The bytes must not be changed afterwards. Does nothing after
   * {@linkcode finish}.
   */
  send(bytes: Uint8Array): void {
    if (this.#finishReason !== undefined) return;
    this.#outbox.push(bytes);
    if (this.#outbox.queuedLength > this.#maxQueuedLength) this.cut("too slow");
  }

  /** Cuts the peer off: all that waits for it is dropped, but for the last words. */
  cut(reason: string): void {
    if (this.#finishReason !== undefined) return;
    const words = this.#lastWords?.(reason);
    if (words === undefined) return this.end(reason);
    this.#outbox.replace(words);
    void this.finish(reason, CUT_PATIENCE);
  }

  /** Resolves when fewer than `below` bytes wait to be sent, or it has ended. */
  room(below?: number): Promise<void> {
    return this.#outbox.room(below);
  }

  /**
   * Ends it in order, within `patience` milliseconds: sends what is queued, and
   * closes when the peer has closed, too. What the peer still says is dropped.
   */
  async finish(reason: string, patience: number): Promise<void> {
    this.#finishReason ??= reason;
    const timer = setTimeout(() => this.end(reason), patience);
    try {
      await this.#outbox.room(1);
      // To close with bytes unread would reset the connection, and the peer
      // might never see the last words.
      await this.#stream.closeWrite?.();
      if (this.#endReason === undefined) this.#read();
      await this.ended;
    } catch {
      // Gone already.
    } finally {
      clearTimeout(timer);
      this.end(reason);
    }
  }

  /** Ends it now, dropping what is queued. Only the first reason counts. */
  end(reason: string): void {
    if (this.#endReason !== undefined) return;
    this.#endReason = reason;
    this.#outbox.close();
    try {
      this.#stream.close();
    } catch {
      // Closed already by the system.
    }
    this.#ended?.resolve();
    // Not here and now: whoever ends it may be in the middle of something.
    queueMicrotask(() => this.#stop());
  }

  /** The peer is gone: during {@linkcode finish} that is as it should be. For the outbox. */
  onLost(): void {
    this.end(this.#finishReason ?? CONNECTION_LOST);
  }

  /** The last that the receiver hears, when nothing is under way any more. */
  #stop(): void {
    if (this.#reading || this.#handing) return;
    const receiver = this.#receiver;
    this.#receiver = undefined;
    receiver?.onEnd(this.#endReason!);
  }

  /** Grows the buffer when a read fills it and shrinks it when reads stay small. */
  #adapt(length: number): void {
    const size = this.#buffer.length;
    if (length === size && size < MAX_READ_LENGTH) {
      this.#buffer = new Uint8Array(Math.min(4 * size, MAX_READ_LENGTH));
      this.#quietReads = 0;
    } else if (length > size / 8 || size === MIN_READ_LENGTH) {
      this.#quietReads = 0;
    } else if (++this.#quietReads >= QUIET_READS) {
      this.#buffer = new Uint8Array(MIN_READ_LENGTH);
      this.#quietReads = 0;
    }
  }
}
