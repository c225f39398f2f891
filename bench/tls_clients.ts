// deno-lint-ignore-file no-console -- speaks to bench/tls.ts over its output
/**
 * The clients for `bench/tls.ts`, all in one process. They read and drop; it does what
 * it is told on its input, and answers, one JSON object a line.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";
import { CERTIFICATE_NAME } from "../lib/secure/certificate.ts";
import { MESSAGE_LENGTH } from "./tls_server.ts";

export type ClientTask =
  /** Connects this number of clients, some at a time. */
  | { readonly do: "join"; readonly clients: number; readonly parallel: number }
  /** Waits until this number of bytes has arrived since the last task. */
  | { readonly do: "hear"; readonly bytes: number }
  /** Reads small messages; tells how long each was on its way. */
  | { readonly do: "time"; readonly messages: number }
  | { readonly do: "leave" };

const [port, certificate] = [Number(Deno.args[0]), Deno.args[1]];

const clients: Deno.Conn[] = [];
const latencies: number[] = [];
let heard = 0;
let isTiming = false;
let onChange = (): void => {};

/** All clients drop what they read into the same memory. */
const dump = new Uint8Array(256 * 1024);

async function join(): Promise<void> {
  const raw = await Deno.connect({ hostname: "127.0.0.1", port });
  raw.setNoDelay();
  let stream: Deno.Conn = raw;
  if (certificate !== undefined) {
    const tls = await Deno.startTls(raw, {
      hostname: CERTIFICATE_NAME,
      caCerts: [certificate],
    });
    await tls.handshake();
    stream = tls;
  }
  clients.push(stream);
  listenTo(stream);
}

function listenTo(stream: Deno.Conn): void {
  const small = new Uint8Array(MESSAGE_LENGTH);
  const read = async () => {
    for (;;) {
      const target = isTiming ? small : clients.length > 200 ? small : dump;
      const length = await stream.read(target);
      if (length === null) return;
      heard += length;
      if (isTiming && length === MESSAGE_LENGTH) {
        const sent = new DataView(target.buffer).getFloat64(0);
        latencies.push(performance.timeOrigin + performance.now() - sent);
      }
      onChange();
    }
  };
  read().catch(() => {});
}

async function run(task: ClientTask): Promise<object> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1_000;
  if (task.do === "join") {
    let left = task.clients;
    await Promise.all(Array.from({ length: task.parallel }, async () => {
      while (left-- > 0) await join();
    }));
    heard = 0;
    return { seconds: seconds() };
  }
  if (task.do === "hear") {
    await until(() => heard >= task.bytes);
    heard = 0;
    return { seconds: seconds() };
  }
  if (task.do === "time") {
    isTiming = true;
    latencies.length = 0;
    // The reads that wait already have the large buffer: the first messages do not count.
    await until(() => latencies.length >= task.messages);
    isTiming = false;
    latencies.sort((a, b) => a - b);
    const at = (share: number) => latencies[Math.floor(share * task.messages)];
    heard = 0;
    return { p50: at(0.5), p99: at(0.99), max: latencies.at(-1) };
  }
  for (const client of clients.splice(0)) client.close();
  return {};
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    await new Promise<void>((resolve) => onChange = resolve);
  }
}

if (import.meta.main) {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    console.log(JSON.stringify(await run(JSON.parse(line))));
  }
}
