import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import { connect } from "../../lib/net/connect.ts";
import { isTls } from "../../lib/net/first_byte.ts";
import { listen } from "../../lib/net/listen.ts";
import { TlsServer } from "../../lib/net/tls_server.ts";
import { TlsError } from "../../lib/net/tls_stream.ts";
import { Random, streamPair } from "../testing.ts";
import { makeIdentity, openAnyTls, readAll, readFirst } from "./tls_testing.ts";

const IDENTITY = await makeIdentity();
const PATIENCE = 60_000;

/** A port that speaks TLS and plain, echoes, and notes why connections failed. */
class EchoServer implements AsyncDisposable {
  readonly failures: string[] = [];
  readonly #tls: TlsServer;
  readonly #listening = listen(0, "127.0.0.1");
  readonly #running = new Set<Promise<void>>();
  readonly #streams = new Set<ByteStream>();
  readonly #accepting: Promise<void>;

  constructor(timeout = PATIENCE) {
    this.#tls = new TlsServer(IDENTITY, { timeout });
    this.#accepting = this.#accept();
  }

  get address() {
    return { hostname: "127.0.0.1", port: this.#listening.port };
  }

  async #accept(): Promise<void> {
    const [acceptor] = this.#listening.acceptors;
    for (;;) {
      const incoming = await acceptor!.accept().catch(() => undefined);
      if (incoming === undefined) return;
      const running = this.#serve(incoming.stream);
      this.#running.add(running);
      running.finally(() => this.#running.delete(running));
    }
  }

  async #serve(raw: ByteStream): Promise<void> {
    this.#streams.add(raw);
    try {
      const found = await readFirst(raw);
      const stream = isTls(found.first)
        ? await this.#tls.accept(found.stream)
        : found.stream;
      const buffer = new Uint8Array(65_536);
      for (let length; (length = await stream.read(buffer)) !== null;) {
        await stream.write(buffer.subarray(0, length));
      }
      await stream.closeWrite?.();
      stream.close();
    } catch (error) {
      this.failures.push(
        error instanceof TlsError ? error.message : `not TLS: ${error}`,
      );
      closeAnyway(raw);
    }
    this.#streams.delete(raw);
  }

  /** Resolves when all connections have ended. */
  async quiet(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    await this.#accepting;
    this.#streams.forEach(closeAnyway);
    await this.quiet();
  }
}

function closeAnyway(stream: ByteStream): void {
  try {
    stream.close();
  } catch {
    // It is closed.
  }
}

/** Checks that `stream` echoes, and closes it. */
async function checkEcho(stream: ByteStream): Promise<void> {
  const text = new TextEncoder().encode("hello");
  await stream.write(text);
  await stream.closeWrite!();
  assertEquals(await readAll(stream), text);
  closeAnyway(stream);
}

/** Returns the bytes that a TLS client sends first. */
async function clientHello(): Promise<Uint8Array> {
  const [near, far] = streamPair();
  const opening = openAnyTls(near).catch(() => {});
  const { first } = await readFirst(far);
  far.close();
  near.close();
  await opening;
  return first;
}

Deno.test("TlsServer.accept() speaks TLS 1.3 on the port of the plain wire", async () => {
  await using server = new EchoServer();
  await checkEcho(await connect(server.address));
  await checkEcho(await openAnyTls(await connect(server.address)));
  const pinned = await Deno.startTls(
    await connect(server.address) as Deno.TcpConn,
    { hostname: "room.messenger.invalid", caCerts: [IDENTITY.certificate] },
  );
  await checkEcho(pinned);
  await server.quiet();
  assertEquals(server.failures, []);
});

Deno.test({
  name: "TlsServer refuses a certificate or a key that it cannot use",
  permissions: "none",
  async fn() {
    const { certificate, key } = IDENTITY;
    const other = await makeIdentity();
    for (
      const identity of [
        { certificate, key: other.key },
        { certificate: "", key },
        { certificate, key: "no key" },
        { certificate: certificate.replace(/M/g, "N"), key },
      ]
    ) {
      await assertRejects(
        // deno-lint-ignore require-await -- the constructor throws
        async () => new TlsServer(identity),
        TypeError,
        "Cannot use the certificate of this server: ",
      );
    }
  },
});

Deno.test("TlsServer.accept() refuses clients that know only TLS 1.2, and garbage", async () => {
  await using server = new EchoServer();
  const old = await connect(server.address);
  await assertRejects(
    () => openAnyTls(old, { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" }),
    TlsError,
  );
  const hello = await clientHello();
  for (
    const bytes of [
      // A record of 40 bytes that is no ClientHello.
      [22, 3, 1, 0, 40, ...new Random(7).bytes(40)],
      // No TLS record follows.
      [...hello, 0, 1, 2, 3, 4, 5, 6, 7],
      [...hello, ...new Random(8).bytes(5_000)],
      // The length of the record is more than TLS allows.
      [22, 3, 1, 255, 255, 1, 2, 3],
      // The same ClientHello once more.
      [...hello, ...hello],
    ]
  ) {
    const stream = await connect(server.address);
    await stream.write(Uint8Array.from(bytes));
    await readAll(stream).catch(() => {});
    closeAnyway(stream);
  }
  await server.quiet();
  assertEquals(server.failures.length, 6);
  for (const words of server.failures) {
    assertMatch(
      words,
      /^TLS handshake failed: (peer|received|cannot decrypt)[^(]*(\([^ ]*\))?$/,
    );
  }
  await checkEcho(await openAnyTls(await connect(server.address)));
});

Deno.test({
  name: "TlsServer.accept() fails once, wherever the handshake is cut",
  permissions: "none",
  async fn() {
    const server = new TlsServer(IDENTITY);
    for (const isFromClient of [true, false]) {
      for (let length = 0;; length++) {
        const [near, end] = streamPair();
        const far = cutAfter(end, length, isFromClient);
        const [client, accepted] = await Promise.allSettled([
          openAnyTls(near),
          server.accept(far),
        ]);
        const both = [client, accepted];
        for (const result of both) {
          if (result.status === "fulfilled") result.value.close();
          else assert(result.reason instanceof TlsError, String(result.reason));
        }
        assert(end.closed > 0);
        if (both.every(({ status }) => status === "fulfilled")) break;
        assert(length < 2_048);
      }
    }
  },
});

/** A stream that carries `length` bytes in one direction, and is then cut. */
function cutAfter(
  stream: ByteStream,
  length: number,
  isIncoming: boolean,
): ByteStream {
  let left = length;
  return {
    async read(target) {
      if (!isIncoming) return await stream.read(target);
      if (left === 0) {
        stream.close();
        return null;
      }
      const read = await stream.read(target.subarray(0, left));
      left -= read ?? 0;
      return read;
    },
    async write(bytes) {
      if (isIncoming) return await stream.write(bytes);
      const piece = bytes.subarray(0, left);
      left -= piece.length;
      if (piece.length > 0) return await stream.write(piece);
      stream.close();
      throw new Error("Connection reset");
    },
    close: () => stream.close(),
  };
}

Deno.test("TlsServer.accept() serves others during 500 half handshakes", async () => {
  await using server = new EchoServer();
  const hello = await clientHello();
  const halves = await Promise.all(
    Array.from({ length: 500 }, async (_, i) => {
      const stream = await connect(server.address);
      // Some stop in the middle of the ClientHello, others after it.
      await stream.write(hello.subarray(0, i % 2 === 0 ? 100 : undefined));
      return stream;
    }),
  );
  await checkEcho(await openAnyTls(await connect(server.address)));
  assertEquals(server.failures, []);
  // Closing with unread bytes resets the connection.
  halves.forEach(closeAnyway);
  await server.quiet();
  assertEquals(server.failures.length, 500);
  for (const words of server.failures) {
    assert(words.startsWith("TLS handshake failed: "), words);
  }
});

Deno.test("TlsServer.accept() ends half handshakes after their time", async () => {
  await using server = new EchoServer(50);
  const stream = await connect(server.address);
  await stream.write((await clientHello()).subarray(0, 100));
  assertEquals(await readAll(stream), new Uint8Array(0));
  closeAnyway(stream);
  await server.quiet();
  assertEquals(server.failures, [
    "TLS handshake failed: nothing agreed within 0.05 seconds",
  ]);
});

Deno.test("TlsServer.accept() survives peers that reset the connection at once", async () => {
  await using server = new EchoServer();
  const hello = await clientHello();
  for (let i = 0; i < 50; i++) {
    const stream = await connect(server.address);
    await stream.write(hello);
    if (i % 2 === 0) await stream.read(new Uint8Array(1));
    closeAnyway(stream);
  }
  await server.quiet();
  assertEquals(server.failures.length, 50);
  await checkEcho(await openAnyTls(await connect(server.address)));
});

Deno.test({
  name: "TlsServer.accept() lets a peer that never reads wait, and nobody else",
  // Wine's loopback takes bytes that nobody reads without end.
  ignore: Deno.build.os === "windows",
  async fn() {
    await using server = new EchoServer();
    const rude = await openAnyTls(await connect(server.address));
    const flood = (async () => {
      for (;;) await rude.write(new Uint8Array(48 * 1024));
    })().catch(() => {});
    await checkEcho(await openAnyTls(await connect(server.address)));
    rude.close();
    await flood;
    await server.quiet();
  },
});

Deno.test({
  name: "TlsServer.accept() takes a turn before each step",
  permissions: "none",
  async fn() {
    const [near, far] = streamPair({ readLength: 64 });
    let turns = 0;
    const server = new TlsServer(IDENTITY, {
      turns: {
        turn() {
          turns++;
          return Promise.resolve();
        },
      },
    });
    const [client, accepted] = await Promise.all([
      openAnyTls(near),
      server.accept(far),
    ]);
    assert(turns >= 6, String(turns));
    const before = turns;
    await client.write(new Uint8Array([1]));
    assertEquals(await accepted.read(new Uint8Array(9)), 1);
    assertEquals(turns, before);
    client.close();
    accepted.close();
  },
});
