/**
 * What the tests share: fakes for the network, the time and the log, and random numbers
 * that are the same in every run.
 *
 * @module
 */

import type { ByteStream } from "../lib/io/byte_stream.ts";
import { EventLog } from "../lib/server/event_log.ts";

/** Random numbers from a seed (mulberry32), so that a failure can be repeated. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Returns a whole number from 0 to `end` - 1. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % end;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** Builds a frame by hand, so that the wire is tested against independent code. */
export function rawFrame(kind: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + payload.length);
  new DataView(bytes.buffer).setUint32(0, 1 + payload.length);
  bytes[4] = kind;
  bytes.set(payload, 5);
  return bytes;
}

/** Returns a message frame with this text as its JSON. */
export function rawMessage(json: string): Uint8Array {
  return rawFrame(1, new TextEncoder().encode(json));
}

/** Returns a chunk frame. */
export function rawChunk(id: number, data: Uint8Array): Uint8Array {
  const payload = new Uint8Array(4 + data.length);
  new DataView(payload.buffer).setUint32(0, id);
  payload.set(data, 4);
  return rawFrame(2, payload);
}

export function concat(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Cuts `bytes` into pieces of `length`; the last may be shorter. */
export function* pieces(bytes: Uint8Array, length: number) {
  for (let at = 0; at < bytes.length; at += length) {
    yield bytes.slice(at, at + length);
  }
}

/**
 * Returns all frames of `bytes` as plain objects: messages, and chunks with `type:
 * "chunk"`.
 */
export function readFrames(bytes: Uint8Array): Received[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const received: Received[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + view.getUint32(at);
    if (end > bytes.length) throw new Error("Half a frame");
    received.push(readPayload(bytes[at + 4]!, bytes.subarray(at + 5, end)));
    at = end;
  }
  return received;
}

function readPayload(kind: number, payload: Uint8Array): Received {
  if (kind === 1) return withoutSeats(new TextDecoder().decode(payload));
  const id = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
  return { type: "chunk", id, data: payload.slice(4) };
}

/**
 * Returns a message without the public ids of seats, which differ in each run (ids of
 * downloads are numbers). The tests about ids read the bytes.
 */
export function withoutSeats(json: string): Received {
  const { ids: _, ...message } = JSON.parse(json);
  if (typeof message.id === "string") delete message.id;
  return message;
}

/** A message as on the wire. */
// deno-lint-ignore no-explicit-any -- whatever the other side says
export type Received = { readonly type: string; readonly [key: string]: any };

export type StreamOptions = {
  /** Most bytes that one call of `read` returns. */
  readonly readLength?: number;
  /** Most bytes that one call of `write` takes. */
  readonly writeLength?: number;
  /** Bytes in transit after which `write` waits for the reader. */
  readonly capacity?: number;
};

/** Returns two ends of a connection in memory, with the rules of a socket. */
export function streamPair(options: StreamOptions = {}): [
  MemoryStream,
  MemoryStream,
] {
  const there = new Pipe(options);
  const back = new Pipe(options);
  return [new MemoryStream(back, there), new MemoryStream(there, back)];
}

export class MemoryStream implements ByteStream {
  /** How often it was closed. */
  closed = 0;
  readonly #in: Pipe;
  readonly #out: Pipe;

  constructor(incoming: Pipe, outgoing: Pipe) {
    this.#in = incoming;
    this.#out = outgoing;
  }

  read(target: Uint8Array): Promise<number | null> {
    return this.#in.read(target);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#out.write(bytes);
  }

  closeWrite(): Promise<void> {
    this.#out.end();
    return Promise.resolve();
  }

  close(): void {
    this.closed++;
    this.#in.break();
    this.#out.end();
  }
}

/** One direction. */
class Pipe {
  readonly #options: Required<StreamOptions>;
  #bytes: Uint8Array = new Uint8Array(0);
  #ended = false;
  #broken = false;
  #change = Promise.withResolvers<void>();

  constructor(options: StreamOptions) {
    this.#options = {
      readLength: Infinity,
      writeLength: Infinity,
      capacity: Infinity,
      ...options,
    };
  }

  async read(target: Uint8Array): Promise<number | null> {
    while (this.#bytes.length === 0 && !this.#ended && !this.#broken) {
      await this.#change.promise;
    }
    if (this.#broken) throw new Error("Bad resource ID");
    if (this.#bytes.length === 0) return null;
    const length = Math.min(target.length, this.#options.readLength);
    const piece = this.#bytes.subarray(0, length);
    target.set(piece);
    this.#bytes = this.#bytes.subarray(piece.length);
    this.#notify();
    return piece.length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    const { writeLength, capacity } = this.#options;
    while (this.#bytes.length >= capacity && !this.#ended && !this.#broken) {
      await this.#change.promise;
    }
    if (this.#ended || this.#broken) throw new Error("Broken pipe");
    const piece = bytes.subarray(0, writeLength);
    this.#bytes = concat(this.#bytes, piece);
    this.#notify();
    return piece.length;
  }

  /** Ends the direction: the writer is done. */
  end(): void {
    this.#ended = true;
    this.#notify();
  }

  /** Breaks the direction: the reader is gone. */
  break(): void {
    this.#broken = true;
    this.#notify();
  }

  #notify(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}

/** The other program: sends and receives frames, and shares no code with this one. */
export class Peer<Stream extends ByteStream = MemoryStream> {
  readonly stream: Stream;
  #held: Uint8Array = new Uint8Array(0);

  constructor(stream: Stream) {
    this.stream = stream;
  }

  /** Sends a message, or raw bytes. */
  async send(message: object): Promise<void> {
    const bytes = message instanceof Uint8Array
      ? message
      : rawMessage(JSON.stringify(message));
    for (let at = 0; at < bytes.length;) {
      at += await this.stream.write(bytes.subarray(at));
    }
  }

  /** Resolves to the next message; `undefined` at the end. */
  async next(): Promise<Received | undefined> {
    for (;;) {
      const length = this.#held.length < 4
        ? Infinity
        : 4 + new DataView(this.#held.buffer, this.#held.byteOffset)
          .getUint32(0);
      if (this.#held.length >= length) {
        const [received] = readFrames(this.#held.subarray(0, length));
        this.#held = this.#held.subarray(length);
        return received;
      }
      const buffer = new Uint8Array(64 * 1024);
      const count = await this.stream.read(buffer);
      if (count === null) return undefined;
      this.#held = concat(this.#held, buffer.subarray(0, count));
    }
  }

  /**
   * Resolves to all messages until the end except pings, which it answers as a server
   * does.
   */
  async farewell(): Promise<Received[]> {
    const received: Received[] = [];
    for (;;) {
      const message = await this.next();
      if (message === undefined) return received;
      if (message.type !== "ping") received.push(message);
      else await this.send({ type: "pong", n: message["n"] });
    }
  }

  /**
   * Resolves to all messages up to and including one of this type, or until the end.
   */
  async until(type?: string): Promise<Received[]> {
    const received: Received[] = [];
    for (;;) {
      const message = await this.next();
      if (message === undefined) return received;
      received.push(message);
      if (message.type === type) return received;
    }
  }
}

/** Returns an event log that collects its lines, without their times. */
export function collectingLog(): { log: EventLog; lines: string[] } {
  const lines: string[] = [];
  const log = new EventLog((text) => {
    for (const line of text.trimEnd().split("\n")) {
      lines.push(line.replace(/^\S+ \S+ \S+ /, ""));
    }
  });
  return { log, lines };
}

/** Creates a folder for a test, removed at the test's end. */
export async function tempFolder(): Promise<
  AsyncDisposable & { readonly path: string }
> {
  const path = await Deno.makeTempDir();
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

const realSetTimeout = globalThis.setTimeout;

/** Lets all tasks run that need no time, disk or network. */
export function settle(): Promise<void> {
  return new Promise((resolve) => realSetTimeout(resolve, 0));
}

/** Replaces the timers and `performance.now` until it is disposed. */
export class FakeTime implements Disposable {
  readonly #real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    now: performance.now,
  };
  readonly #timers = new Map<number, { due: number; run: () => void }>();
  #now = 0;
  #count = 0;

  constructor() {
    globalThis.setTimeout = ((run: () => void, delay = 0) => {
      this.#timers.set(++this.#count, { due: this.#now + delay, run });
      return this.#count;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = (id) => void this.#timers.delete(id as number);
    performance.now = () => this.#now;
  }

  /** How many timers are running. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Advances the time, timer by timer, and lets each take effect. */
  async pass(milliseconds: number): Promise<void> {
    await settle();
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due);
      if (next === undefined || next[1].due > end) break;
      this.#timers.delete(next[0]);
      this.#now = next[1].due;
      next[1].run();
      await settle();
    }
    this.#now = end;
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#real.setTimeout;
    globalThis.clearTimeout = this.#real.clearTimeout;
    performance.now = this.#real.now;
  }
}
