/**
 * A raw client that encrypts, and proves that it knows the room key.
 *
 * @module
 */

import { connect as dialNode } from "node:net";
import { assert } from "@std/assert";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import { openTls } from "../../lib/net/tls_open.ts";
import { fingerprintOf } from "../../lib/secure/fingerprint.ts";
import { ClientKeyExchange } from "../../lib/secure/key_exchange.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";
import { hello, type Message, message, RawClient } from "../e2e/raw_client.ts";

const HANDSHAKE = { timeout: 60_000 };

type Where = { readonly port: number };

export class SecureClient extends RawClient {
  readonly #port: number;
  readonly fingerprint: Uint8Array;

  private constructor(
    stream: ByteStream,
    { port, fingerprint }: { port: number; fingerprint: Uint8Array },
  ) {
    super(asConn(stream));
    this.#port = port;
    this.fingerprint = fingerprint;
  }

  override get port(): number {
    return this.#port;
  }

  /** Connects with TLS; `from` is another address of this computer. */
  static async open(
    server: Where,
    { from }: { readonly from?: string } = {},
  ): Promise<SecureClient> {
    const { stream, port } = await dial(server, from);
    const answer = await openTls(stream, HANDSHAKE);
    assert(answer.kind === "encrypted", "the server does not encrypt");
    const fingerprint = await fingerprintOf(
      Uint8Array.from(answer.certificate),
    );
    return new SecureClient(answer.stream, { port, fingerprint });
  }

  /** Connects, proves the key if there is one, says hello, and is welcomed. */
  static async enter(
    server: Where,
    name: string,
    { key, from }: { readonly key?: string; readonly from?: string } = {},
  ): Promise<SecureClient> {
    const client = await SecureClient.open(
      server,
      from === undefined ? {} : { from },
    );
    if (key !== undefined) {
      const answer = await client.prove(key);
      assert(answer.type === "key", JSON.stringify(answer));
    }
    await client.send(hello(name));
    await client.message("welcome");
    return client;
  }

  /** Sends a message. */
  async say(fields: Record<string, unknown>): Promise<void> {
    await this.send(message(fields));
  }

  /** Begins to prove that it knows `words`; resolves to the server's answer. */
  async start(words: string): Promise<Started> {
    const exchange = new ClientKeyExchange({
      key: new RoomKey(words),
      fingerprint: this.fingerprint,
    });
    await this.say({ type: "key", ...exchange.start() });
    return { exchange, offer: await this.answer() };
  }

  /**
   * Does the key exchange; resolves to the server's last answer, which is `refused` if
   * `words` are not the key.
   */
  async prove(words: string): Promise<Message> {
    const { exchange, offer } = await this.start(words);
    if (offer.type !== "key") return offer;
    await this.say({ type: "key", ...exchange.answer(offer) });
    const answer = await this.answer();
    if (answer.type === "key") exchange.finish(answer);
    return answer;
  }

  /** Resolves to the next message about the key. */
  async answer(): Promise<Message> {
    for (;;) {
      const given = await this.nextMessage();
      if (given.type === "key" || given.type === "refused") return given;
    }
  }
}

export type Started = {
  readonly exchange: ClientKeyExchange;
  /** The server's share, or `refused`. */
  readonly offer: Message;
};

/** Connects without encryption. */
async function dial(
  { port }: Where,
  from: string | undefined,
): Promise<{ stream: ByteStream; port: number }> {
  if (from !== undefined) return await dialFrom(port, from);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay();
  return { stream: conn, port: (conn.localAddr as Deno.NetAddr).port };
}

/** Connects from another address, which `Deno.connect` cannot do. */
async function dialFrom(
  port: number,
  from: string,
): Promise<{ stream: ByteStream; port: number }> {
  const socket = dialNode({ host: "127.0.0.1", port, localAddress: from });
  const opened = Promise.withResolvers<void>();
  socket.once("connect", opened.resolve);
  socket.once("error", opened.reject);
  await opened.promise;
  socket.setNoDelay();
  const pieces = socket[Symbol.asyncIterator]();
  let rest = new Uint8Array(0);
  return {
    port: socket.localPort!,
    stream: {
      async read(target) {
        if (rest.length === 0) {
          const { value, done } = await pieces.next();
          if (done) return null;
          rest = Uint8Array.from(value);
        }
        const length = Math.min(rest.length, target.length);
        target.set(rest.subarray(0, length));
        rest = rest.subarray(length);
        return length;
      },
      write: (bytes) =>
        new Promise((resolve, reject) =>
          socket.write(
            bytes,
            (error) => error ? reject(error) : resolve(bytes.length),
          )
        ),
      closeWrite: () => Promise.resolve(void socket.end()),
      close: () => void socket.destroy(),
    },
  };
}

/** What {@linkcode RawClient} needs of a connection. */
export function asConn(stream: ByteStream): Deno.TcpConn {
  const conn = {
    setNoDelay() {},
    read: (target: Uint8Array) => stream.read(target),
    write: (bytes: Uint8Array) => stream.write(bytes),
    close: () => stream.close(),
  };
  return conn as unknown as Deno.TcpConn;
}
