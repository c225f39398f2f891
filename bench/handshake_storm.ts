// deno-lint-ignore-file no-console -- the benchmark reads what it says
/**
 * Many clients that connect at once, for handshakes.ts, in a process of their own:
 * `handshake_storm.ts PORT ENCRYPTION KIND COUNT`. It prints a {@linkcode Storm} when
 * each of them has what it came for, and ends at a line of input.
 *
 * @module
 */

import type { ByteStream } from "../lib/io/byte_stream.ts";
import { openTls } from "../lib/net/tls_open.ts";
import { dial, type Encryption } from "./dial.ts";

/** What the clients do: the whole handshake, or only its first message. */
export type StormKind = "whole" | "half";

export type Storm = {
  /** Handshakes that succeeded, or first messages that the server answered. */
  readonly done: number;
  readonly failed: number;
  /** From the first connection to the last handshake or failure. */
  readonly seconds: number;
  /** Why the first one failed. */
  readonly reason?: string;
};

/** Bytes of the server's first answer: more would not change what it had to do. */
const ANSWER_LENGTH = 4_096;

/** Longest wait for the server's first answer, in milliseconds. */
const PATIENCE = 30_000;

async function rage(
  port: number,
  { encryption, kind, count }: {
    encryption: Encryption;
    kind: StormKind;
    count: number;
  },
): Promise<{ storm: Storm; streams: readonly ByteStream[] }> {
  const hello = await firstWords();
  const streams: ByteStream[] = [];
  let reason: string | undefined;
  const started = performance.now();
  await Promise.all(Array.from({ length: count }, async () => {
    try {
      streams.push(
        kind === "whole"
          ? await dial(port, encryption)
          : await dialHalf(port, hello),
      );
    } catch (error) {
      reason ??= error instanceof Error ? error.message : String(error);
    }
  }));
  const storm = {
    done: streams.length,
    failed: count - streams.length,
    seconds: (performance.now() - started) / 1_000,
    ...(reason !== undefined && { reason }),
  };
  return { storm, streams };
}

/** Says the first words of a handshake, waits for the answer, and says no more. */
async function dialHalf(port: number, hello: Uint8Array): Promise<ByteStream> {
  const stream = await dial(port);
  const timer = setTimeout(() => stream.close(), PATIENCE);
  try {
    for (let at = 0; at < hello.length;) {
      at += await stream.write(hello.subarray(at));
    }
    const length = await stream.read(new Uint8Array(ANSWER_LENGTH));
    if (length !== null) return stream;
    throw new Error("The server hung up");
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves to a ClientHello, which TLS writes before it reads. */
async function firstWords(): Promise<Uint8Array> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const over = new AbortController();
  const stream: ByteStream = {
    read: () => new Promise(() => {}),
    write: (bytes) => {
      resolve(bytes.slice());
      return Promise.resolve(bytes.length);
    },
    close: () => {},
  };
  const opening = openTls(stream, { timeout: PATIENCE, signal: over.signal });
  const hello = await promise;
  over.abort();
  await opening.catch(() => {});
  return hello;
}

if (import.meta.main) {
  const [port, encryption, kind, count] = Deno.args;
  // Its connections must stay alive until the end.
  const { storm, streams } = await rage(Number(port), {
    encryption: JSON.parse(encryption!),
    kind: kind as StormKind,
    count: Number(count),
  });
  console.log(JSON.stringify(storm));
  await Deno.stdin.read(new Uint8Array(1));
  for (const stream of streams) stream.close();
  Deno.exit(0);
}
