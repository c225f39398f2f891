import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import { ConnectError } from "../../lib/net/connect.ts";
import { listen } from "../../lib/net/listen.ts";
import { connectTls } from "../../lib/net/tls_client.ts";
import { TlsServer } from "../../lib/net/tls_server.ts";
import { TlsError } from "../../lib/net/tls_stream.ts";
import { makeIdentity, readAll, type TestIdentity } from "./tls_testing.ts";

const IDENTITY = await makeIdentity();
const OTHER = await makeIdentity();
const HELLO = new TextEncoder().encode("hello");
const PERMISSIONS: Deno.PermissionOptions = { net: ["127.0.0.1"] };

/** A port on which `answer` serves each connection. */
class Port implements AsyncDisposable {
  readonly #listening = listen(0, "127.0.0.1");
  readonly #running: Promise<void>;
  connections = 0;

  constructor(answer: (stream: ByteStream, nth: number) => Promise<void>) {
    this.#running = this.#run(answer);
  }

  get address() {
    return { hostname: "127.0.0.1", port: this.#listening.port };
  }

  async #run(
    answer: (stream: ByteStream, nth: number) => Promise<void>,
  ): Promise<void> {
    const [acceptor] = this.#listening.acceptors;
    const all: Promise<void>[] = [];
    for (;;) {
      const incoming = await acceptor!.accept().catch(() => undefined);
      if (incoming === undefined) break;
      const { stream } = incoming;
      const served = answer(stream, ++this.connections).catch(() => {});
      all.push(served.then(() => closeAnyway(stream)));
    }
    await Promise.all(all);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    await this.#running;
  }
}

function closeAnyway(stream: ByteStream): void {
  try {
    stream.close();
  } catch {
    // It is closed.
  }
}

/** Greets over TLS. */
function secured(identity: TestIdentity): Port {
  return new Port(async (stream) => {
    const tls = await new TlsServer(identity).accept(stream);
    await tls.write(HELLO);
    await tls.closeWrite!();
    await tls.read(new Uint8Array(1)).catch(() => {});
    tls.close();
  });
}

/** Greets without TLS, and reads nothing. */
function plain(): Port {
  return new Port(async (stream) => {
    await stream.write(new Uint8Array([0, 0, 0, 3, 1, 123, 125]));
    await stream.closeWrite!();
    await readAll(stream);
  });
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: PERMISSIONS, fn });
}

test("connectTls() learns the certificate at the first visit, and checks it later", async () => {
  await using port = secured(IDENTITY);
  for (const known of [undefined, IDENTITY.der]) {
    const outcome = await connectTls(port.address, { known });
    assert(outcome.kind === "encrypted");
    assertEquals(outcome.certificate, IDENTITY.der);
    assertEquals(await readAll(outcome.stream), HELLO);
    closeAnyway(outcome.stream);
  }
  assertEquals(port.connections, 2);
});

test("connectTls() reports a changed certificate, and no stream", async () => {
  await using port = secured(OTHER);
  const outcome = await connectTls(port.address, { known: IDENTITY.der });
  assertEquals(outcome, {
    kind: "changed certificate",
    certificate: OTHER.der,
  });
});

test("connectTls() reports a plain server, and no stream, whether it is known or not", async () => {
  for (const known of [undefined, IDENTITY.der]) {
    await using port = plain();
    const outcome = await connectTls(port.address, { known });
    assertEquals(outcome, {
      kind: "plain",
      first: new Uint8Array([0, 0, 0, 3, 1, 123, 125]),
    });
  }
});

test("connectTls() takes a server that hangs up without an answer for a plain one, unless it knows it", async () => {
  const hangUp = async (stream: ByteStream) => {
    await stream.read(new Uint8Array(10));
  };
  await using port = new Port(hangUp);
  assertEquals(await connectTls(port.address), {
    kind: "plain",
    first: new Uint8Array(0),
  });
  await using other = new Port(hangUp);
  const { der: known } = IDENTITY;
  await assertRejects(() => connectTls(other.address, { known }), TlsError);
});

test("connectTls() takes the known certificate also before and after its time", async () => {
  for (const from of [1990, 2090]) {
    const identity = await makeIdentity({ from });
    await using port = secured(identity);
    const outcome = await connectTls(port.address, { known: identity.der });
    assert(outcome.kind === "encrypted");
    assertEquals(outcome.certificate, identity.der);
    assertEquals(await readAll(outcome.stream), HELLO);
    outcome.stream.close();
  }
});

test("connectTls() gives up after its time, or with its signal", async () => {
  for (const known of [undefined, IDENTITY.der]) {
    const controller = new AbortController();
    // Deno keeps a connection whose handshake is given up until the server closes it.
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    await using port = new Port(async (stream, nth) => {
      await stream.read(new Uint8Array(1));
      if (nth === 2) controller.abort();
      await over;
    });
    await assertRejects(
      () => connectTls(port.address, { known, timeout: 30 }),
      TlsError,
      "TLS handshake failed: nothing agreed within 0.03 seconds",
    );
    await assertRejects(
      () => connectTls(port.address, { known, signal: controller.signal }),
      TlsError,
      "TLS handshake failed: ",
    );
    await assertRejects(
      () => connectTls(port.address, { known, signal: controller.signal }),
      ConnectError,
    );
    end();
  }
});

test("connectTls() explains that nothing is listening", async () => {
  const port = plain();
  const { address } = port;
  await port[Symbol.asyncDispose]();
  await assertRejects(() => connectTls(address), ConnectError);
});

test("connectTls() rejects reads when the connection is cut", async () => {
  await using port = new Port(async (stream) => {
    const tls = await new TlsServer(IDENTITY).accept(stream);
    await tls.write(HELLO);
    await tls.read(new Uint8Array(1));
  });
  const outcome = await connectTls(port.address, { known: IDENTITY.der });
  assert(outcome.kind === "encrypted");
  const { stream } = outcome;
  await stream.read(new Uint8Array(9));
  await stream.write(new Uint8Array([1]));
  await assertRejects(() => readAll(stream), Error, "close_notify");
  closeAnyway(stream);
});
