/**
 * Bob, who only speaks: over a raw connection, and drops what arrives.
 *
 * @module
 */

import { encodeMessage } from "../lib/messages.ts";
import { concat } from "../tests/testing.ts";

export class Speaker implements Disposable {
  readonly #conn: Deno.TcpConn;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  static async join(port: number): Promise<Speaker> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const speaker = new Speaker(conn);
    await speaker.#write(
      encodeMessage({ type: "hello", protocol: 1, name: "Bob" }),
    );
    void speaker.#drop();
    return speaker;
  }

  /** Says texts to all, in one write. */
  async say(...texts: readonly string[]): Promise<void> {
    const frames = texts.map((text) => encodeMessage({ type: "say", text }));
    await this.#write(concat(...frames));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#conn.write(bytes.subarray(at));
    }
  }

  async #drop(): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    while (await this.#conn.read(buffer).catch(() => null) !== null);
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}
