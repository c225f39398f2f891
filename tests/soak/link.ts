/**
 * A connection that speaks raw frames and is fast enough for two hundred of them
 * in one process; it shares no code with the programs.
 *
 * @module
 */

import { type Message, message } from "../e2e/raw_client.ts";

const READ_LENGTH = 64 * 1024;

export type LinkHandlers = {
  onMessage(message: Message): void;
  onChunk(id: number, data: Uint8Array): void;
};

export class Link {
  readonly #conn: Deno.TcpConn;
  readonly #handlers: LinkHandlers;
  readonly #decoder = new TextDecoder();
  #held = new Uint8Array(0);
  #writing: Promise<unknown> = Promise.resolve();
  /** Resolves when nothing more arrives, whichever side has ended the connection. */
  readonly ended: Promise<void>;

  private constructor(conn: Deno.TcpConn, handlers: LinkHandlers) {
    this.#conn = conn;
    this.#handlers = handlers;
    this.ended = this.#read();
  }

  static async connect(port: number, handlers: LinkHandlers): Promise<Link> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay();
    return new Link(conn, handlers);
  }

  send(fields: Record<string, unknown>): void {
    this.sendBytes(message(fields));
  }

  /** Does not wait, and keeps the order. That the server has gone shows in {@linkcode ended}. */
  sendBytes(bytes: Uint8Array): void {
    const write = async () => {
      for (let at = 0; at < bytes.length;) {
        at += await this.#conn.write(bytes.subarray(at));
      }
    };
    this.#writing = this.#writing.then(write).catch(() => {});
  }

  /** Without a word. */
  async close(): Promise<void> {
    await this.#writing;
    try {
      this.#conn.close();
    } catch {
      // Closed already.
    }
    await this.ended;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_LENGTH);
    for (;;) {
      const count = await this.#conn.read(buffer).catch(() => null);
      if (count === null) return;
      this.#take(buffer.subarray(0, count));
    }
  }

  #take(bytes: Uint8Array): void {
    const whole = new Uint8Array(this.#held.length + bytes.length);
    whole.set(this.#held);
    whole.set(bytes, this.#held.length);
    const view = new DataView(whole.buffer);
    let at = 0;
    while (at + 5 <= whole.length) {
      const end = at + 4 + view.getUint32(at);
      if (end > whole.length) break;
      const payload = whole.subarray(at + 5, end);
      if (whole[at + 4] === 1) {
        this.#handlers.onMessage(JSON.parse(this.#decoder.decode(payload)));
      } else {
        this.#handlers.onChunk(view.getUint32(at + 5), payload.subarray(4));
      }
      at = end;
    }
    this.#held = whole.slice(at);
  }
}
