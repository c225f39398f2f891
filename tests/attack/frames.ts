/**
 * Random and mutated frames against the real server. Each connection joins, sends some
 * sixty odd frames that the rules allow, and proves with a `ping` that the server
 * handled them all; then it sends a frame of any kind. Some connections send such
 * frames without joining. The server must end every connection.
 *
 * @module
 */

import { assert } from "@std/assert";
import { type Server, withSafetyNet } from "../e2e/programs.ts";
import { concat, message } from "../e2e/raw_client.ts";
import { Random } from "../testing.ts";
import { OddFrames } from "./odd_frames.ts";
import { figure, SCALE, scaled, SEED } from "./scale.ts";

const TOTAL = 1_000_000;

/** The number of connections at a time. */
const AT_ONCE = 24;

/** Most allowed frames that one connection sends. */
const MAX_ALLOWED = 120;

/** The answer that proves that everything before it was handled. */
const PROOF = 123_456_789;

const TEMPLATES = [
  { type: "hello", protocol: 1, name: "Ann" },
  { type: "say", text: "hello" },
  { type: "tell", to: "Eve1", text: "psst" },
  { type: "users" },
  { type: "files" },
  { type: "get", id: 1, name: "file.bin", offset: 299_990, window: 1000 },
  { type: "took", id: 1, size: 10 },
  { type: "cancel", id: 1 },
  { type: "ping", n: 1 },
  { type: "pong", n: 1 },
];

/** The {@linkcode TEMPLATES} whose answers are short and need no disk. */
const CHEAP = TEMPLATES.filter(({ type }) => !/files|get|users/.test(type));

/** Sends at least {@linkcode TOTAL} frames, fewer at a small scale. */
export async function attackWithFrames(
  server: Server,
  scale = SCALE,
): Promise<void> {
  const total = scaled(TOTAL, { least: 10_000, scale });
  const start = performance.now();
  const score = { sent: 0, proven: 0, connections: 0, ended: 0 };
  const attackers = Array.from({ length: AT_ONCE }, async (_, i) => {
    const attacker = new Attacker(server.port, new Random(SEED + i));
    while (score.sent < total) {
      const result = await attacker.attack(`Eve${i}x${score.connections++}`);
      score.sent += result.sent;
      score.proven += result.proven;
      score.ended++;
    }
  });
  await Promise.all(attackers);
  const seconds = (performance.now() - start) / 1000;
  assert(score.proven > score.sent / 2, "most frames were not even read");
  figure(
    `${score.sent} odd frames (${score.proven} proven to be handled) on ` +
      `${score.connections} connections in ${
        seconds.toFixed(1)
      } s, seed ${SEED}`,
  );
}

class Attacker {
  readonly #port: number;
  readonly #random: Random;
  readonly #odd: OddFrames;
  readonly #cheap: OddFrames;

  constructor(port: number, random: Random) {
    this.#port = port;
    this.#random = random;
    this.#odd = new OddFrames(random, TEMPLATES);
    this.#cheap = new OddFrames(random, CHEAP);
  }

  /** Runs one connection from start to end. */
  async attack(name: string): Promise<{ sent: number; proven: number }> {
    using conn = await Deno.connect({
      hostname: "127.0.0.1",
      port: this.#port,
    });
    const isStranger = this.#random.below(8) === 0;
    const allowed = isStranger ? 0 : 1 + this.#random.below(MAX_ALLOWED);
    const frames: Uint8Array[] = [];
    if (!isStranger) {
      // Half of the clients can come back, so the server keeps their seats.
      const token = this.#random.below(2) === 0 ? "" : undefined;
      frames.push(message({ type: "hello", protocol: 1, name, token }));
      for (let i = 0; i < allowed; i++) frames.push(this.#allowed());
      frames.push(message({ type: "ping", n: PROOF }));
    }
    frames.push(this.#odd.wild());
    // Half-closes only after the proof: at a half-close, the server drops its queue.
    const leave = () => void conn.closeWrite().catch(() => {});
    const heard = hear(conn, leave);
    await this.#send(conn, concat(...frames));
    if (isStranger) leave();
    const isProven = await withSafetyNet(
      heard,
      () => `the end of a connection, seed ${SEED}`,
    );
    assert(isStranger || isProven, `an allowed frame ended it, seed ${SEED}`);
    return { sent: allowed + 1, proven: allowed };
  }

  /** Returns a frame that the rules allow after hello. */
  #allowed(): Uint8Array {
    const random = this.#random;
    switch (random.below(16)) {
      case 0:
        return message({ type: "say", text: this.#odd.text() });
      case 1: {
        const to = random.pick(["nobody", this.#odd.text().slice(0, 1024)]);
        return message({ type: "tell", to, text: this.#odd.text() });
      }
      case 2:
        return this.#odd.adorned();
      case 3:
      case 4:
      case 5:
      case 6:
        return this.#cheap.unknown();
      default:
        return this.#cheap.adorned();
    }
  }

  /**
   * Sends the bytes in up to three pieces; the server may have closed the connection.
   */
  async #send(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
    try {
      for (let pieces = this.#random.below(3); pieces > 0; pieces--) {
        const cut = this.#random.below(bytes.length);
        await write(conn, bytes.subarray(0, cut));
        bytes = bytes.subarray(cut);
      }
      await write(conn, bytes);
    } catch {
      // The server no longer reads from a client that breaks the rules.
    }
  }
}

async function write(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await conn.write(bytes.subarray(at));
  }
}

const NEEDLE = new TextEncoder().encode(`"n":${PROOF}}`);

/** Reads to the end. Resolves to whether the proof arrived, and reports it at once. */
async function hear(
  conn: Deno.TcpConn,
  onProof: () => void,
): Promise<boolean> {
  const buffer = new Uint8Array(16 * 1024);
  let kept = 0;
  let isProven = false;
  for (;;) {
    const count = await conn.read(buffer.subarray(kept)).catch(() => null);
    if (count === null) return isProven;
    const end = kept + count;
    if (!isProven && includes(buffer, NEEDLE, end)) {
      isProven = true;
      onProof();
    }
    kept = Math.min(NEEDLE.length - 1, end);
    buffer.copyWithin(0, end - kept, end);
  }
}

function includes(buffer: Uint8Array, needle: Uint8Array, end: number) {
  const last = end - needle.length;
  for (let at = buffer.indexOf(needle[0]!); at >= 0 && at <= last;) {
    if (needle.every((byte, i) => buffer[at + i] === byte)) return true;
    at = buffer.indexOf(needle[0]!, at + 1);
  }
  return false;
}
