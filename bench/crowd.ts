/**
 * Many clients in one process, for many.ts. Most of them only listen: they answer
 * pings, count joins, and note when marked messages arrive.
 *
 * @module
 */

import type { ByteStream } from "../lib/io/byte_stream.ts";

/**
 * Bytes read at a time, enough for a few hundred announcements; ten thousand such
 * buffers take 80 MB.
 */
const READ_LENGTH = 8 * 1024;

const HEADER = 5;
/** The position of the first letter of the type after `{"type":"`. */
const TYPE_AT = HEADER + 9;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What all clients together have received. */
export class Score {
  joins = 0;
  pings = 0;
  /** How many marked texts have arrived. */
  heard = 0;
  problem: string | undefined;
  /** When each marked message was sent; its text is its index. */
  saidAt: number[] = [];
  latencies: number[] = [];
}

export class CrowdClient {
  readonly name: string;
  readonly #welcomed = Promise.withResolvers<void>();
  readonly #stream: ByteStream;
  readonly #score: Score;

  constructor(stream: ByteStream, name: string, score: Score) {
    this.#stream = stream;
    this.name = name;
    this.#score = score;
    void this.#listen();
  }

  /** Sends `hello`; resolves when the client has joined. */
  async join(): Promise<void> {
    await this.send({ type: "hello", protocol: 1, name: this.name });
    await this.#welcomed.promise;
  }

  async send(message: object): Promise<void> {
    const bytes = frame(message);
    for (let at = 0; at < bytes.length;) {
      at += await this.#stream.write(bytes.subarray(at));
    }
  }

  /** Sends the next marked message, to everyone or to one person. */
  async mark(to?: CrowdClient): Promise<void> {
    const text = String(this.#score.saidAt.push(performance.now()) - 1);
    await this.send(
      to === undefined
        ? { type: "say", text }
        : { type: "tell", to: to.name, text },
    );
  }

  async #listen(): Promise<void> {
    let buffer = new Uint8Array(READ_LENGTH);
    let filled = 0;
    for (;;) {
      const read = await this.#stream.read(buffer.subarray(filled))
        .catch(() => null);
      if (read === null) {
        this.#score.problem ??= `${this.name} was cut off`;
        this.#stream.close();
        return this.#welcomed.resolve();
      }
      filled += read;
      const taken = this.#scan(buffer, filled);
      buffer.copyWithin(0, taken, filled);
      filled -= taken;
      if (filled === buffer.length) {
        const larger = new Uint8Array(buffer.length * 2);
        larger.set(buffer);
        buffer = larger;
      }
    }
  }

  #scan(bytes: Uint8Array, end: number): number {
    let at = 0;
    while (end - at > TYPE_AT) {
      const next = at + 4 + ((bytes[at]! << 24) | (bytes[at + 1]! << 16) |
        (bytes[at + 2]! << 8) | bytes[at + 3]!);
      if (next > end) break;
      // Announcements arrive by the million: `j` is `joined`, counted without decoding.
      if (bytes[at + TYPE_AT] === 0x6a) this.#score.joins++;
      else this.#hear(JSON.parse(decoder.decode(bytes.subarray(at + 5, next))));
      at = next;
    }
    return at;
  }

  #hear(message: { type: string; text?: string; n?: number }): void {
    const score = this.#score;
    switch (message.type) {
      case "welcome":
        this.#welcomed.resolve();
        return;
      case "ping":
        score.pings++;
        void this.send({ type: "pong", n: message.n });
        return;
      case "said":
      case "told":
        score.heard++;
        score.latencies.push(
          performance.now() - score.saidAt[Number(message.text)]!,
        );
        return;
      case "refused":
      case "closing":
        score.problem ??= JSON.stringify(message);
    }
  }
}

function frame(message: object): Uint8Array {
  const payload = encoder.encode(JSON.stringify(message));
  const bytes = new Uint8Array(HEADER + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length + 1);
  bytes[4] = 1;
  bytes.set(payload, HEADER);
  return bytes;
}
