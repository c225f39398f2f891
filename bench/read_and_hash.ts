// deno-lint-ignore-file no-console -- an entry file speaks to the benchmark
/**
 * The limit for a verified download: reads a file from an HTTP server and computes its
 * SHA-256, without a disk and without anything else. Prints `ready`, begins at a line of
 * its input, and ends when the server closes: `read_and_hash.ts PORT NAME`.
 *
 * @module
 */

import { createHash } from "node:crypto";

const BUFFER_LENGTH = 1024 * 1024;

async function main([port, name]: string[]): Promise<number> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(BUFFER_LENGTH);
  console.log("ready");
  await Deno.stdin.read(new Uint8Array(1));
  using connection = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(port),
  });
  const request = `GET /${name} HTTP/1.0\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  let at = 0;
  for (;;) {
    const length = await connection.read(buffer.subarray(at));
    if (length === null) break;
    at += length;
    // Buffers filled whole: fewer calls.
    if (at < buffer.length) continue;
    hash.update(buffer);
    at = 0;
  }
  hash.update(buffer.subarray(0, at)).digest();
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
