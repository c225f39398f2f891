/**
 * A second client, written from docs/PROTOCOL.md alone. It shares no code with the
 * programs, so that a change of the wire cannot hide in both ends.
 *
 * @module
 */

import { assertEquals, fail } from "@std/assert";
import { encrypts, withSafetyNet } from "./programs.ts";

/** An arrival: a message, or a piece of a file. */
export type Arrival =
  | { readonly kind: 1; readonly message: Message }
  | { readonly kind: 2; readonly id: number; readonly data: Uint8Array };

/** A message as in the JSON, unchecked. */
// deno-lint-ignore no-explicit-any -- the tests compare it as it is
export type Message = { readonly type: string } & Record<string, any>;

/** Returns a frame: length (kind included), kind, payload. */
export function frame(kind: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + payload.length);
  new DataView(bytes.buffer).setUint32(0, 1 + payload.length);
  bytes[4] = kind;
  bytes.set(payload, 5);
  return bytes;
}

/** Returns a frame with a message. */
export function message(fields: Record<string, unknown>): Uint8Array {
  return textFrame(JSON.stringify(fields));
}

/** Returns a frame of kind 1 with any text. */
export function textFrame(text: string): Uint8Array {
  return frame(1, new TextEncoder().encode(text));
}

/**
 * Returns a message whose JSON is exactly `length` bytes long, filled up with an
 * unknown field.
 */
export function messageOfLength(
  fields: Record<string, unknown>,
  length: number,
): Uint8Array {
  const bare = JSON.stringify({ ...fields, filler: "" });
  return message({ ...fields, filler: "x".repeat(length - bare.length) });
}

export function hello(name: string): Uint8Array {
  return message({ type: "hello", protocol: 1, name });
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((length, part) => length + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The answer of a server that knows only the plain protocol to anything else. */
const NOT_UNDERSTOOD = message({ type: "closing", reason: "not understood" });

/**
 * Answers a client's attempt to encrypt as a server does that knows only the plain
 * protocol, or with another `answer`: the client's next connection is plain. Does
 * nothing for a client that cannot encrypt.
 */
export async function refuseTls(
  listener: Deno.TcpListener,
  answer: Uint8Array = NOT_UNDERSTOOD,
): Promise<void> {
  if (!encrypts) return;
  using conn = await accept(listener);
  await conn.read(new Uint8Array(512));
  await conn.write(answer);
}

/** Resolves to the next connection of a client. */
export async function accept(
  listener: Deno.TcpListener,
): Promise<Deno.TcpConn> {
  return await withSafetyNet(listener.accept(), () => "a connection");
}

/** A connection to a server that sends and receives raw bytes. */
export class RawClient implements Disposable {
  readonly conn: Deno.TcpConn;

  constructor(conn: Deno.TcpConn) {
    this.conn = conn;
    conn.setNoDelay();
  }

  static async connect(
    { port }: { port: number },
    hostname = "127.0.0.1",
  ): Promise<RawClient> {
    return new RawClient(await Deno.connect({ hostname, port }));
  }

  /** Connects, says hello, and waits for the welcome. */
  static async join(
    server: { port: number },
    name: string,
  ): Promise<RawClient> {
    const client = await RawClient.connect(server);
    await client.send(hello(name));
    assertEquals((await client.message("welcome"))["name"], name);
    return client;
  }

  /** The port of this end. */
  get port(): number {
    return (this.conn.localAddr as Deno.NetAddr).port;
  }

  async send(bytes: Uint8Array): Promise<void> {
    let at = 0;
    while (at < bytes.length) at += await this.conn.write(bytes.subarray(at));
  }

  /** Like {@linkcode send}, but ignores an error if the server has closed. */
  async trySend(bytes: Uint8Array): Promise<void> {
    await this.send(bytes).catch(() => {});
  }

  /** Resolves to the next arrival; `undefined` after any kind of end. */
  async next(): Promise<Arrival | undefined> {
    const header = await this.readExactly(5);
    if (header === undefined) return undefined;
    const length = new DataView(header.buffer).getUint32(0);
    const payload = await this.readExactly(length - 1);
    if (payload === undefined) fail("the server ended inside a frame");
    switch (header[4]) {
      case 1:
        return {
          kind: 1,
          message: JSON.parse(new TextDecoder().decode(payload)),
        };
      case 2:
        return {
          kind: 2,
          id: new DataView(payload.buffer).getUint32(0),
          data: payload.subarray(4),
        };
      default:
        fail(`the server sent a frame of kind ${header[4]}`);
    }
  }

  /** Resolves to the next message of any type. */
  async nextMessage(): Promise<Message> {
    const arrival = await this.next();
    if (arrival?.kind !== 1) fail(`a message expected, not ${arrival?.kind}`);
    return arrival.message;
  }

  /** Resolves to the next message of `type`; skips everything before it. */
  async message(type: string): Promise<Message> {
    for (;;) {
      const arrival = await this.next();
      if (arrival === undefined) fail(`ended without a message "${type}"`);
      if (arrival.kind === 1 && arrival.message.type === type) {
        return arrival.message;
      }
    }
  }

  /** Resolves to all arrivals until the server ends the connection. */
  async rest(): Promise<Arrival[]> {
    const arrivals: Arrival[] = [];
    for (;;) {
      const arrival = await this.next();
      if (arrival === undefined) return arrivals;
      arrivals.push(arrival);
    }
  }

  /** Resolves to `length` bytes; `undefined` if the connection ends first. */
  async readExactly(length: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const count = await withSafetyNet(
        this.conn.read(bytes.subarray(at)).catch(() => null),
        () => `${length} bytes from the server`,
      );
      if (count === null) return undefined;
      at += count;
    }
    return bytes;
  }

  [Symbol.dispose](): void {
    try {
      this.conn.close();
    } catch {
      // Already closed.
    }
  }
}
