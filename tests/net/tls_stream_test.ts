import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import { nextTurn } from "../../lib/net/next_turn.ts";
import { TlsServer } from "../../lib/net/tls_server.ts";
import { TlsError } from "../../lib/net/tls_stream.ts";
import {
  FakeTime,
  MemoryStream,
  Random,
  type StreamOptions,
  streamPair,
} from "../testing.ts";
import { makeIdentity, openAnyTls, readAll, writeAll } from "./tls_testing.ts";

const IDENTITY = await makeIdentity();

/** Two ends of a TLS connection in memory, and what carries them. */
async function tlsPair(options: StreamOptions = {}) {
  const [near, end] = streamPair(options);
  const far = new Wire(end);
  const [client, server] = await Promise.all([
    openAnyTls(near),
    new TlsServer(IDENTITY).accept(far),
  ]);
  return {
    ...{ client, server, near, far },
    [Symbol.dispose]() {
      client.close();
      server.close();
    },
  };
}

/** Counts what arrives, and changes it when asked. */
class Wire implements ByteStream {
  readonly #stream: MemoryStream;
  reads = 0;
  change = (_bytes: Uint8Array): void => {};

  constructor(stream: MemoryStream) {
    this.#stream = stream;
  }

  async read(target: Uint8Array): Promise<number | null> {
    this.reads++;
    const length = await this.#stream.read(target);
    this.change(target.subarray(0, length ?? 0));
    return length;
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#stream.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#stream.closeWrite();
  }

  close(): void {
    this.#stream.close();
  }
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

/** Resolves to the message of the `TlsError` with which `promise` rejects. */
async function failure(promise: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => promise, TlsError)).message;
}

test("TlsStream carries bytes both ways, however the network cuts them", async () => {
  const bytes = new Random(1).bytes(3_000);
  for (const readLength of [1, 2, 3, 5, 7, 100, 1_000]) {
    using pair = await tlsPair({ readLength, writeLength: readLength });
    const { client, server } = pair;
    for (const [from, to] of [[client, server], [server, client]] as const) {
      const [, arrived] = await Promise.all([
        writeAll(from, bytes).then(() => from.closeWrite!()),
        readAll(to, 17),
      ]);
      assertEquals(arrived, bytes);
    }
  }
});

test("TlsStream carries many megabytes both ways at the same time, in order", async () => {
  using pair = await tlsPair({ capacity: 100_000 });
  const { client, server } = pair;
  const block = new Random(2).bytes(250_007);
  const sent = Array.from({ length: 12 }, () => block);
  const send = async (stream: ByteStream) => {
    for (const piece of sent) await writeAll(stream, piece);
    await stream.closeWrite!();
  };
  const [, , there, back] = await Promise.all([
    send(client),
    send(server),
    readAll(server),
    readAll(client),
  ]);
  for (const arrived of [there, back]) {
    assertEquals(arrived.length, 12 * block.length);
    const same = sent.every((piece, i) =>
      piece.every((byte, at) => byte === arrived[i * block.length + at])
    );
    assert(same);
  }
});

test("TlsStream.read() reads from the network only while it waits", async () => {
  using pair = await tlsPair();
  const { client, server, far } = pair;
  await writeAll(client, new Uint8Array(100_000));
  const { reads } = far;
  for (let i = 0; i < 5; i++) await nextTurn();
  assertEquals(far.reads, reads);
  const target = new Uint8Array(1);
  assertEquals(await server.read(target), 1);
  const afterFirst = far.reads;
  assertEquals(await server.read(target), 1);
  await nextTurn();
  assertEquals(far.reads, afterFirst);
});

test("TlsStream.write() takes at most 48 KiB, and waits for a peer that does not read", async () => {
  using pair = await tlsPair({ capacity: 10_000, writeLength: 10_000 });
  const { client, server } = pair;
  let isTaken = false;
  const writing = client.write(new Uint8Array(100_000))
    .then((length) => [isTaken = true, length]);
  for (let i = 0; i < 5; i++) await nextTurn();
  assertEquals(isTaken, false);
  const target = new Uint8Array(100_000);
  let length = 0;
  while (length < 48 * 1024) length += (await server.read(target))!;
  assertEquals(await writing, [true, 48 * 1024]);
});

test("TlsStream.write() waits for a peer that sends and does not read", async () => {
  using pair = await tlsPair({ capacity: 10_000, writeLength: 10_000 });
  const { client, server } = pair;
  let taken = 0;
  const send = async () => {
    for (;;) taken += await server.write(new Uint8Array(48 * 1024));
  };
  const sending = failure(send());
  const target = new Uint8Array(100);
  for (let i = 0; i < 20; i++) {
    await client.write(new Uint8Array(100));
    await server.read(target);
    await nextTurn();
  }
  assertEquals(taken, 0);
  server.close();
  await sending;
});

test("TlsStream.closeWrite() ends one direction; the other goes on", async () => {
  using pair = await tlsPair();
  const { client, server } = pair;
  await client.write(new Uint8Array([1]));
  await client.closeWrite();
  assertEquals(await readAll(server), new Uint8Array([1]));
  assertEquals(await server.read(new Uint8Array(1)), null);
  await server.write(new Uint8Array([2]));
  await server.write(new Uint8Array([3]));
  await server.closeWrite!();
  assertEquals(await readAll(client), new Uint8Array([2, 3]));
  await nextTurn();
  assertEquals(await client.read(new Uint8Array(1)), null);
  assertEquals(await server.read(new Uint8Array(1)), null);
});

test("TlsStream.read() rejects when the connection is cut, and never reports an end", async () => {
  for (const isReadingBefore of [false, true]) {
    using pair = await tlsPair();
    const { client, server, near } = pair;
    await client.write(new Uint8Array([1, 2]));
    assertEquals(await server.read(new Uint8Array(9)), 2);
    const early = isReadingBefore ? server.read(new Uint8Array(9)) : undefined;
    early?.catch(() => {});
    await near.closeWrite();
    const message = await failure(early ?? server.read(new Uint8Array(9)));
    assertEquals(message, "TLS connection failed: the connection was cut");
    assertEquals(await failure(server.read(new Uint8Array(9))), message);
    assertEquals(await failure(server.write(new Uint8Array(9))), message);
    assertEquals(await failure(server.closeWrite!()), message);
  }
});

test("TlsStream gives what arrived before a cut first", async () => {
  using pair = await tlsPair();
  const { client, server, near } = pair;
  await client.write(new Uint8Array([1, 2, 3]));
  await near.closeWrite();
  assertEquals(await server.read(new Uint8Array(1)), 1);
  assertEquals(await server.read(new Uint8Array(9)), 2);
  await failure(server.read(new Uint8Array(9)));
});

test("TlsStream fails when a byte on the wire is changed", async () => {
  // The length of a record, its content, its seal. TLS 1.3 ignores what stands before.
  for (const at of [3, 4, 5, 20, -1]) {
    using pair = await tlsPair();
    const { client, server, far } = pair;
    far.change = (bytes) => bytes[at < 0 ? bytes.length + at : at]! ^= 1;
    await client.write(new Uint8Array(40));
    await client.closeWrite();
    const message = await failure(readAll(server));
    assert(message.startsWith("TLS connection failed: "), message);
    await failure(server.write(new Uint8Array(1)));
  }
});

test("TlsStream.close() rejects what waits, and closes the stream below", async () => {
  using pair = await tlsPair({ capacity: 1_000, writeLength: 1_000 });
  const { client, near } = pair;
  const waiting = [
    failure(client.read(new Uint8Array(1))),
    failure(client.write(new Uint8Array(100_000))),
  ];
  await nextTurn();
  client.close();
  const words = "TLS connection failed: the connection is closed";
  assertEquals(await Promise.all(waiting), [words, words]);
  assert(near.closed > 0);
  assertEquals(await failure(client.read(new Uint8Array(1))), words);
  assertEquals(await failure(client.write(new Uint8Array(1))), words);
  client.close();
});

test("TlsStream.close() also ends a closeWrite that waits", async () => {
  using pair = await tlsPair({ capacity: 1_000, writeLength: 1_000 });
  const { client } = pair;
  const writing = failure(client.write(new Uint8Array(40_000)));
  const closing = failure(client.closeWrite());
  await nextTurn();
  client.close();
  await Promise.all([writing, closing]);
});

test("TlsStream.read() rejects what the peer sent if this side has closed", async () => {
  using pair = await tlsPair();
  const { client, server } = pair;
  await client.write(new Uint8Array(10));
  assertEquals(await server.read(new Uint8Array(1)), 1);
  server.close();
  await failure(server.read(new Uint8Array(1)));
});

test("TlsStream.handshake() fails after its time, or if the peer leaves", async () => {
  const [, silent] = streamPair();
  using time = new FakeTime();
  const accepting = failure(
    new TlsServer(IDENTITY, { timeout: 5_000 }).accept(silent),
  );
  await time.pass(4_999);
  assertEquals(silent.closed, 0);
  await time.pass(1);
  const late = "TLS handshake failed: nothing agreed within 5 seconds";
  assertEquals(await accepting, late);
  assert(silent.closed > 0);
  assertEquals(time.pending, 0);

  const [near, far] = streamPair();
  const leaving = failure(new TlsServer(IDENTITY).accept(far));
  await near.closeWrite();
  await time.pass(0);
  const cut = "TLS handshake failed: the connection was cut";
  assertEquals(await leaving, cut);
});
