/**
 * A computer between clients and a server: it sees every byte, and does with each
 * connection what an attack needs.
 *
 * @module
 */

import type { ByteStream } from "../../lib/io/byte_stream.ts";
import { concat } from "../e2e/raw_client.ts";

/** `up`: to the server. */
export type Direction = "up" | "down";

/** One connection of a client through the middle. */
export class Passage {
  readonly client: ByteStream;
  readonly #port: () => number;
  readonly #open = new Set<ByteStream>();
  readonly #seen: Record<Direction, Uint8Array[]> = { up: [], down: [] };
  /** This end's port of the connection to the server, as the server's log names it. */
  serverPort = 0;

  constructor(client: ByteStream, port: () => number) {
    this.client = client;
    this.#port = port;
    this.#open.add(client);
  }

  /** Connects to the server. */
  async dial(): Promise<ByteStream> {
    const conn = await Deno.connect({
      hostname: "127.0.0.1",
      port: this.#port(),
    });
    conn.setNoDelay();
    this.serverPort = (conn.localAddr as Deno.NetAddr).port;
    this.#open.add(conn);
    return conn;
  }

  /** Records bytes that have arrived. */
  see(bytes: Uint8Array, direction: Direction): void {
    this.#seen[direction].push(bytes.slice());
  }

  /** Returns all bytes that arrived in one direction. */
  seen(direction: Direction): Uint8Array {
    return concat(...this.#seen[direction]);
  }

  /** Hangs up on both sides. */
  cut(): void {
    for (const stream of this.#open) {
      try {
        stream.close();
      } catch {
        // It is closed.
      }
    }
    this.#open.clear();
  }
}

/** What a middle does with a connection; it is cut when this resolves. */
export type Serve = (passage: Passage) => Promise<void>;

export class Middle implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #running: Promise<void>;
  /** The server behind; another one may take its place. */
  target: { readonly port: number };
  readonly passages: Passage[] = [];

  constructor(target: { readonly port: number }, serve: Serve) {
    this.target = target;
    this.#running = this.#run(serve);
  }

  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** Returns everything that was seen in one direction, over all connections. */
  seen(direction: Direction): Uint8Array {
    return concat(...this.passages.map((passage) => passage.seen(direction)));
  }

  async #run(serve: Serve): Promise<void> {
    const all: Promise<void>[] = [];
    for await (const conn of this.#listener) {
      conn.setNoDelay();
      const passage = new Passage(conn, () => this.target.port);
      this.passages.push(passage);
      // Each side may hang up at any time.
      all.push(
        serve(passage).catch(() => {}).finally(() => passage.cut()),
      );
    }
    await Promise.all(all);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const passage of this.passages) passage.cut();
    await this.#running;
  }
}

/** Changes a piece on its way; `undefined` cuts the connection. */
export type Change = (
  bytes: Uint8Array,
  direction: Direction,
  passage: Passage,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** Passes all bytes on, as `change` has them. */
export function relay(change: Change = (bytes) => bytes): Serve {
  return async (passage) => {
    const server = await passage.dial();
    await relayBetween(passage, { server, change });
  };
}

/** Passes bytes between the two ends until both are done, or one fails. */
export async function relayBetween(
  passage: Passage,
  { client = passage.client, server, change = (bytes) => bytes }: {
    readonly client?: ByteStream;
    readonly server: ByteStream;
    readonly change?: Change;
  },
): Promise<void> {
  const pump = async (
    from: ByteStream,
    { to, direction }: { to: ByteStream; direction: Direction },
  ) => {
    const buffer = new Uint8Array(65_536);
    for (let length; (length = await from.read(buffer)) !== null;) {
      passage.see(buffer.subarray(0, length), direction);
      const bytes = await change(buffer.slice(0, length), direction, passage);
      if (bytes === undefined) return passage.cut();
      for (let at = 0; at < bytes.length;) {
        at += await to.write(bytes.subarray(at));
      }
    }
    await to.closeWrite?.();
  };
  await Promise.all([
    pump(client, {
      ...{ to: server, direction: "up" as const },
    }),
    pump(server, { to: client, direction: "down" }),
  ].map((pumping) => pumping.catch(() => passage.cut())));
}

/** Cuts each connection after `count` bytes in one direction. */
export function cutAfter(count: number, direction: Direction): Serve {
  return async (passage) => {
    let left = count;
    const server = await passage.dial();
    if (count === 0) return;
    await relayBetween(passage, {
      server,
      async change(bytes, way) {
        if (way !== direction) return bytes;
        if (bytes.length < left) {
          left -= bytes.length;
          return bytes;
        }
        const to = direction === "up" ? server : passage.client;
        for (let at = 0; at < left;) {
          at += await to.write(bytes.subarray(at, left));
        }
        return undefined;
      },
    });
  };
}
