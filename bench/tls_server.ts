// deno-lint-ignore-file no-console -- speaks to bench/tls.ts over its output
/**
 * A server for `bench/tls.ts`: it takes clients over one transport and does what it is
 * told on its input, one JSON object a line; it answers one object a line.
 *
 * @module
 */

import { createServer } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { TextLineStream } from "@std/streams/text-line-stream";
import type { ByteStream } from "../lib/io/byte_stream.ts";
import { listen } from "../lib/net/listen.ts";
import { type TlsIdentity, TlsServer } from "../lib/net/tls_server.ts";

/** How the server speaks: without TLS, as the product does, or in two other ways. */
export type Transport = "plain" | "duplex" | "node" | "native";

export type ServerTask =
  /** Writes batches of 64 KiB to all clients, for some seconds. */
  | { readonly do: "fan out"; readonly seconds: number }
  /** Writes to the newest client alone. */
  | { readonly do: "send"; readonly mib: number }
  /** Writes small messages with their time to all clients. */
  | { readonly do: "talk"; readonly rate: number; readonly seconds: number };

/** What the outbox gathers at most for one write, in bytes. */
const BATCH_LENGTH = 64 * 1024;

/** A file chunk with its header, in bytes. */
const CHUNK_LENGTH = 256 * 1024;

/** One message of chat, in bytes; it begins with the time when it was written. */
export const MESSAGE_LENGTH = 64;

const streams: ByteStream[] = [];

async function main(transport: Transport, identity: TlsIdentity) {
  console.log(JSON.stringify({ port: await open(transport, identity) }));
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    console.log(JSON.stringify(await run(JSON.parse(line))));
  }
}

/** Takes clients over one transport; resolves to the port. */
async function open(
  transport: Transport,
  { certificate, key }: TlsIdentity,
): Promise<number> {
  const hostname = "127.0.0.1";
  if (transport === "native") {
    const listener = Deno.listenTls({
      ...{ hostname, port: 0, cert: certificate, key },
    });
    void (async () => {
      for await (const stream of listener) {
        stream.handshake().then(() => add(stream), () => {});
      }
    })();
    return listener.addr.port;
  }
  if (transport === "node") return await openNode({ certificate, key });
  const { acceptors, port } = listen(0, hostname);
  const tls = new TlsServer({ certificate, key });
  void (async () => {
    for (;;) {
      const { stream } = await acceptors[0]!.accept();
      if (transport === "plain") add(stream);
      else tls.accept(stream).then(add, () => {});
    }
  })();
  return port;
}

function openNode({ certificate, key }: TlsIdentity): Promise<number> {
  const secureContext = createSecureContext({
    ...{ cert: certificate, key, minVersion: "TLSv1.3" },
  });
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    const tls = new TLSSocket(socket, { isServer: true, secureContext });
    tls.on("error", () => {});
    tls.on("data", () => {});
    tls.once("secure", () => add(nodeStream(tls), { reads: false }));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as { port: number }).port);
    });
  });
}

function nodeStream(socket: TLSSocket): ByteStream {
  return {
    read: () => Promise.resolve(null),
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(
          bytes,
          (error) => error ? reject(error) : resolve(bytes.length),
        );
      }),
    close: () => socket.destroy(),
  };
}

/** Waits for the client, as a quiet session does. */
function add(stream: ByteStream, { reads = true } = {}): void {
  streams.push(stream);
  if (!reads) return;
  const buffer = new Uint8Array(128);
  const next = (): void => {
    stream.read(buffer).then((length) => length === null || next(), () => {});
  };
  next();
}

async function run(task: ServerTask): Promise<object> {
  if (task.do === "fan out") return await fanOut(task.seconds);
  if (task.do === "send") return await send(task.mib * 1024 * 1024);
  return await talk(task);
}

async function fanOut(seconds: number): Promise<object> {
  const batch = new Uint8Array(BATCH_LENGTH);
  const started = performance.now();
  const end = started + seconds * 1_000;
  let bytes = 0;
  await Promise.all(streams.map(async (stream) => {
    while (performance.now() < end) {
      await writeAll(stream, batch);
      bytes += batch.length;
    }
  }));
  return { bytes, seconds: (performance.now() - started) / 1_000 };
}

async function send(length: number): Promise<object> {
  const chunk = new Uint8Array(CHUNK_LENGTH);
  // A client has connected before the server has accepted it.
  while (streams.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const started = performance.now();
  for (let at = 0; at < length; at += chunk.length) {
    await writeAll(streams.at(-1)!, chunk);
  }
  return { bytes: length, seconds: (performance.now() - started) / 1_000 };
}

async function talk(
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<object> {
  const started = performance.now();
  const total = rate * seconds;
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, (performance.now() - started) * rate / 1_000);
    for (; sent < due; sent++) {
      const message = new Uint8Array(MESSAGE_LENGTH);
      const now = performance.timeOrigin + performance.now();
      new DataView(message.buffer).setFloat64(0, now);
      // A stream takes one write at a time: the one of the last message has to be over.
      await Promise.all(streams.map((stream) => writeAll(stream, message)));
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return {};
}

async function writeAll(stream: ByteStream, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await stream.write(at === 0 ? bytes : bytes.subarray(at));
  }
}

if (import.meta.main) {
  const [transport, identity] = Deno.args;
  await main(transport as Transport, JSON.parse(identity!));
}
