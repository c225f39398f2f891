// deno-lint-ignore-file no-console -- says its port
/**
 * Two small servers to compare with. `naive`: the obvious first version, with one write
 * for each message and receiver. `relay`: passes on all bytes without looking at them;
 * no server in this language can be faster, so it shows what the system and the load
 * generator can take.
 *
 * @module
 */

import { FrameDecoder } from "../lib/frame_decoder.ts";
import { encodeFrame, type Frame } from "../lib/framing.ts";

const LIMITS = { message: 64 * 1024, chunk: 0 };
const READ_LENGTH = 64 * 1024;
/** `{"type":"say"`: the position of the first letter that differs from `ping`. */
const TYPE_AT = 9;
const SAY = 0x73;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += await conn.write(bytes.subarray(at));
}

async function* frames(conn: Deno.Conn): AsyncGenerator<Frame[]> {
  const framing = new FrameDecoder(LIMITS);
  const buffer = new Uint8Array(READ_LENGTH);
  for (;;) {
    const length = await conn.read(buffer).catch(() => null);
    if (length === null) return;
    yield framing.push(buffer.subarray(0, length));
  }
}

function message(value: unknown): Uint8Array {
  const payload = encoder.encode(JSON.stringify(value));
  return encodeFrame({ kind: 1, payload });
}

async function naive(conn: Deno.Conn, all: Set<Deno.Conn>): Promise<void> {
  let name = "";
  for await (const some of frames(conn)) {
    for (const { payload } of some) {
      const { type, ...fields } = JSON.parse(decoder.decode(payload));
      if (type === "hello") name = fields.name;
      if (type === "ping") {
        await writeAll(conn, message({ ...fields, type: "pong" }));
      }
      if (type !== "say") continue;
      const said = message({ type: "said", from: name, text: fields.text });
      const others = [...all].filter((other) => other !== conn);
      await Promise.all(others.map((other) => writeAll(other, said)));
    }
  }
}

async function relay(conn: Deno.Conn, all: Set<Deno.Conn>): Promise<void> {
  for await (const some of frames(conn)) {
    const said = some.filter(({ payload }) => payload[TYPE_AT] === SAY);
    if (said.length > 0) {
      const bytes = concat(said.map(encodeFrame));
      const others = [...all].filter((other) => other !== conn);
      await Promise.all(others.map((other) => writeAll(other, bytes)));
    }
    for (const { payload } of some) {
      if (payload[TYPE_AT] !== 0x70) continue;
      await writeAll(conn, message({ type: "pong", n: 1 }));
    }
  }
}

function concat(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const serve = Deno.args[0] === "naive" ? naive : relay;
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(`Listening on port ${listener.addr.port}`);
const all = new Set<Deno.TcpConn>();
for await (const conn of listener) {
  conn.setNoDelay();
  all.add(conn);
  void serve(conn, all).finally(() => all.delete(conn));
}
