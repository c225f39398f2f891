import { FrameDecoder } from "../frame_decoder.ts";
import type { FrameLimits, ReceivedFrame } from "../framing.ts";
import { type ByteStream, TransportError } from "../io/byte_stream.ts";
import {
  type Budget,
  Outbox,
  type OutboxOwner,
  type Source,
} from "../io/outbox.ts";
import type { EndReason } from "./end_reason.ts";
import { ReadBuffer } from "./read_buffer.ts";

/**
 * Most bytes in the send queue of a peer before the connection is cut: an hour of chat,
 * but little enough that a hundred such queues do not hurt the server.
 */
export const MAX_QUEUED_LENGTH = 8 * 1024 * 1024;

/**
 * Most bytes that a peer may still send while its connection closes: what is already on
 * its way. A peer that sends more is not listening.
 */
const MAX_DROPPED_LENGTH = 1024 * 1024;

/** Time for a peer to read why the connection was cut, in milliseconds. */
const CUT_PATIENCE = 1_000;

/**
 * How long the end of a connection waits for the receiver to handle the last frames, in
 * milliseconds. A request to a disk that does not answer may never be handled.
 */
const HANDLING_PATIENCE = 2_000;

const NO_BYTES = new Uint8Array(0);

/** Receives what arrives over a connection. Only `onFrames` may throw. */
export type Receiver = {
  /** Called for every read, whether it completes a frame or not. */
  onHeard(): void;
  /**
   * Called with the next frames, at least one. The payloads stay valid, and no more
   * frames follow, until `onFrames` returns or its promise resolves.
   */
  onFrames(frames: ReceivedFrame[]): void | Promise<void>;
  /**
   * Called when the peer breaks the protocol (`ProtocolError`) or `onFrames` fails: no
   * frames follow.
   */
  onFailure(error: unknown): void;
  /**
   * Called once, as soon as the connection starts to end: work in progress for the peer
   * can stop.
   */
  onEnding?(): void;
  /**
   * Called once, and last, however the connection ended; `onFrames` may still be waiting
   * if it has not returned two seconds after the end.
   */
  onEnd(reason: EndReason): void;
};

export type ConnectionOptions = {
  readonly limits: FrameLimits;
  /** Most bytes in the send queue before the peer counts as too slow. */
  readonly maxQueuedLength?: number;
  /** Counts the send queue together with those of other connections. */
  readonly budget?: Budget | undefined;
  /**
   * Returns whole frames that tell the peer why the connection is cut; default:
   * nothing.
   */
  readonly lastWords?: (reason: EndReason) => Uint8Array;
};

/**
 * One live connection: it receives frames and sends bytes. It ends once, for one
 * reason, whichever side or failure comes first.
 */
export class Connection implements OutboxOwner {
  /** The budget that the outbox counts against. */
  readonly budget: Budget | undefined;
  readonly #stream: ByteStream;
  readonly #decoder: FrameDecoder;
  readonly #outbox: Outbox;
  readonly #maxQueuedLength: number;
  readonly #lastWords: ((reason: EndReason) => Uint8Array) | undefined;
  /**
   * Created on first use: most connections live for hours and nothing waits for their
   * end.
   */
  #ended: PromiseWithResolvers<void> | undefined;
  readonly #buffer = new ReadBuffer();
  #receivedLength = 0;
  #receiver: Receiver | undefined;
  #reading = false;
  /** Whether the receiver is handling frames. */
  #handing = false;
  /** Ends the wait for the receiver after the end of the connection. */
  #handlingTimer: ReturnType<typeof setTimeout> | undefined;
  #finishReason: EndReason | undefined;
  #droppedLength = 0;
  #endReason: EndReason | undefined;

  constructor(stream: ByteStream, options: ConnectionOptions) {
    this.#stream = stream;
    this.#decoder = new FrameDecoder(options.limits);
    this.#maxQueuedLength = options.maxQueuedLength ?? MAX_QUEUED_LENGTH;
    this.#lastWords = options.lastWords;
    this.budget = options.budget;
    this.#outbox = new Outbox(stream, this);
  }

  /** Returns why the connection ended; `undefined` while it lives. */
  get endReason(): EndReason | undefined {
    return this.#endReason;
  }

  /** Resolves when the connection has ended. */
  get ended(): Promise<void> {
    if (this.#endReason !== undefined) return Promise.resolve();
    this.#ended ??= Promise.withResolvers<void>();
    return this.#ended.promise;
  }

  /** Returns the number of bytes in the send queue. */
  get queuedLength(): number {
    return this.#outbox.queuedLength;
  }

  /** Returns the pieces in the send queue. */
  get queuedPieces(): Iterable<Uint8Array> {
    return this.#outbox.queuedPieces();
  }

  /** Returns the number of bytes sent. */
  get sentLength(): number {
    return this.#outbox.sentLength;
  }

  /** Returns how much of everything queued has left: see {@linkcode Outbox.leftLength}. */
  get leftLength(): number {
    return this.#outbox.leftLength;
  }

  /** Returns the number of bytes received. */
  get receivedLength(): number {
    return this.#receivedLength;
  }

  /** Sets the limits for the frames that the peer sends from now on. */
  set limits(limits: FrameLimits) {
    this.#decoder.limits = limits;
  }

  /**
   * Starts to read, and passes everything that arrives to `receiver`. Ten thousand
   * quiet connections each wait for one read: that read's promise is the only one kept,
   * and no function stays suspended beside it.
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
    const target = this.#decoder.target(this.#buffer.bytes);
    this.#stream.read(target).then(this.#onRead, this.#onReadFailed);
  }

  readonly #onRead = (length: number | null): void => {
    this.#reading = false;
    if (length === null) this.onLost();
    if (length === null || this.#endReason !== undefined) return this.#stop();
    this.#receivedLength += length;
    // The same array as before the read: nothing was pushed in between.
    const target = this.#decoder.target(this.#buffer.bytes);
    const bytes = target.subarray(0, length);
    if (target === this.#buffer.bytes) this.#buffer.adapt(length);
    this.#receiver?.onHeard();
    // While the connection closes, bytes that still arrive are read and dropped.
    if (this.#isEnding) this.#drop(length);
    else void this.#handOn(bytes);
  };

  #drop(length: number): void {
    this.#droppedLength += length;
    if (this.#droppedLength > MAX_DROPPED_LENGTH) {
      return this.end(this.#finishReason!);
    }
    this.#read();
  }

  /**
   * Handles a read that fails: the peer reset the connection, or this side closed it.
   */
  readonly #onReadFailed = (error: unknown) => {
    if (error instanceof TransportError) {
      this.#finishReason ??= { kind: "not secured", words: error.message };
    }
    this.#onRead(null);
  };

  /**
   * Passes on the frames that `bytes` complete until none are left, then reads again.
   */
  async #handOn(bytes: Uint8Array): Promise<void> {
    this.#handing = true;
    let failed = false;
    try {
      while (!this.#isEnding) {
        const frames = this.#decoder.push(bytes);
        if (frames.length === 0) break;
        const handled = this.#receiver?.onFrames(frames);
        if (handled !== undefined) await handled;
        // Decodes the rest in the decoder, under the limits that apply now.
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
   * Queues bytes, or what a source makes, and never waits. Cuts the connection if too
   * much is queued. The caller must not change the bytes afterwards. Does nothing after
   * {@linkcode finish}.
   */
  send(bytes: Uint8Array | Source): void {
    if (this.#finishReason !== undefined) return;
    this.#outbox.push(bytes);
    if (this.#outbox.queuedLength > this.#maxQueuedLength) {
      this.cut({ kind: "slow" });
    }
  }

  /** Cuts the connection: drops the send queue, and sends only the last words. */
  cut(reason: EndReason): void {
    if (this.#finishReason !== undefined) return;
    const words = this.#lastWords?.(reason);
    if (words === undefined) return this.end(reason);
    this.#outbox.replace(words);
    void this.finish(reason, CUT_PATIENCE);
  }

  /** Resolves when fewer than `below` bytes are queued, or the connection has ended. */
  room(below?: number): Promise<void> {
    return this.#outbox.room(below);
  }

  /**
   * Closes the connection in order, within `patience` milliseconds: sends the queue,
   * then closes when the peer has closed, too. Drops what the peer still sends.
   */
  async finish(reason: EndReason, patience: number): Promise<void> {
    this.#finishReason ??= reason;
    const timer = setTimeout(() => this.end(reason), patience);
    try {
      await this.#outbox.room(1);
      // Closing with unread bytes would reset the connection, and the peer might never
      // read the last words.
      await this.#stream.closeWrite?.();
      if (this.#endReason === undefined) this.#read();
      await this.ended;
    } catch {
      // The connection has already ended.
    } finally {
      clearTimeout(timer);
      this.end(reason);
    }
  }

  /**
   * Ends the connection now, and drops the send queue. Only the first reason counts.
   */
  end(reason: EndReason): void {
    if (this.#endReason !== undefined) return;
    this.#endReason = reason;
    this.#outbox.close();
    try {
      this.#stream.close();
    } catch {
      // The system has already closed it.
    }
    this.#ended?.resolve();
    this.#receiver?.onEnding?.();
    // Deferred, because the caller may be in the middle of other work.
    queueMicrotask(() => this.#stop());
  }

  /**
   * Ends the connection when the peer is gone, which {@linkcode finish} expects. Called
   * by the outbox.
   */
  onLost(): void {
    this.end(this.#finishReason ?? { kind: "lost" });
  }

  /**
   * Tells the receiver the end, once no read and no handler is in progress, or after
   * {@linkcode HANDLING_PATIENCE}.
   */
  #stop(): void {
    if (this.#reading) return;
    if (this.#handing) {
      this.#handlingTimer ??= setTimeout(() => {
        this.#handing = false;
        this.#stop();
      }, HANDLING_PATIENCE);
      return;
    }
    clearTimeout(this.#handlingTimer);
    const receiver = this.#receiver;
    this.#receiver = undefined;
    receiver?.onEnd(this.#endReason!);
  }
}
