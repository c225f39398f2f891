/**
 * What a quiet member costs the server in memory, by the number of members; and what an
 * open socket costs a program in the same runtime.
 *
 * @module
 */

import { Crowd } from "./many.ts";
import {
  residentMemory,
  type Server,
  startBare,
  startMessenger,
  workFolder,
} from "./programs.ts";
import type { Point } from "./svg_plot.ts";

/** Connections that open at the same time. */
const AT_A_TIME = 200;

/** A program that only waits needs this long to settle, in seconds. */
const BARE_IDLE = 5;

/**
 * Returns KiB for each member after `idle` seconds without a message. Each number has a
 * server of its own; they settle at the same time.
 */
export async function measureMembers(
  numbers: readonly number[],
  { idle }: { idle: number },
): Promise<Point[]> {
  return await settled(numbers, {
    idle,
    async begin(stack, count) {
      const folder = stack.use(await workFolder());
      const server = stack.use(await startMessenger(folder.path));
      const before = await residentMemory(server.pid);
      const crowd = new Crowd(server);
      await crowd.join(count);
      return {
        server,
        before,
        check: () => {
          const { problem } = crowd.score;
          if (problem !== undefined) throw new Error(problem);
        },
      };
    },
  });
}

/** Returns KiB for each socket of a program that reads from all of them. */
export async function measureSockets(
  numbers: readonly number[],
): Promise<Point[]> {
  return await settled(numbers, {
    idle: BARE_IDLE,
    async begin(stack, count) {
      const server = stack.use(await startBare("echo"));
      const before = await residentMemory(server.pid);
      let left = count;
      const connect = async () => {
        const byte = new Uint8Array(1);
        while (left-- > 0) {
          const conn = stack.use(
            await Deno.connect({ hostname: "127.0.0.1", port: server.port }),
          );
          await conn.write(byte);
          await conn.read(byte);
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, connect));
      return { server, before, check() {} };
    },
  });
}

type Begun = {
  readonly server: Server;
  /** The server's memory without anyone, in bytes. */
  readonly before: number;
  /** Throws if somebody was cut off. */
  check(): void;
};

async function settled(
  numbers: readonly number[],
  { idle, begin }: {
    idle: number;
    begin(stack: AsyncDisposableStack, count: number): Promise<Begun>;
  },
): Promise<Point[]> {
  await using stack = new AsyncDisposableStack();
  const all: Begun[] = [];
  for (const count of numbers) all.push(await begin(stack, count));
  await new Promise((resolve) => setTimeout(resolve, idle * 1000));
  const points: Point[] = [];
  for (const [i, { server, before, check }] of all.entries()) {
    check();
    const x = numbers[i]!;
    const grown = await residentMemory(server.pid) - before;
    points.push({ x, y: grown / x / 1024 });
  }
  return points;
}
