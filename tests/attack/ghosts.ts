/**
 * No ghosts: who is gone without a word is seen to leave within 35 seconds, with
 * the reason in the log. Once packets are dropped between server and client, both
 * of them notice; so they do when the other is frozen (SIGSTOP).
 *
 * @module
 */

import { assert } from "@std/assert";
import { join, Program, type Server } from "../e2e/programs.ts";
import { Lab, LAB_ADDRESS } from "./lab.ts";
import { figure, IS_WHOLE } from "./scale.ts";
import { startVictim } from "./victim.ts";

/** In seconds: three times ten of silence, and some to be found. */
const LIMIT = 35;

/** What a client says of a server that is silent. */
const NO_SERVER = /does not answer/;

function secondsSince(start: number): number {
  const seconds = (performance.now() - start) / 1000;
  // A machine that does much else may be late.
  if (IS_WHOLE) assert(seconds < LIMIT, `only after ${seconds} s`);
  return seconds;
}

/** Resolves when a program says that its server does not answer. */
async function notices(client: Program): Promise<void> {
  await Promise.any([
    client.output.next(NO_SERVER),
    client.errors.next(NO_SERVER),
  ]);
}

/** A line of the log, which is written a little later. */
async function logged(server: Server, line: string): Promise<void> {
  server.kill("SIGTERM");
  await server.exitCode();
  assert(
    server.log().some((entry) => entry.endsWith(line)),
    `no "${line}" in the log`,
  );
}

export async function attackWithPulledCable(): Promise<void> {
  if (!await Lab.isPossible()) {
    figure("SKIPPED: pulling a cable needs root and network namespaces");
    return;
  }
  await using lab = await Lab.build();
  await using server = await startVictim({
    host: LAB_ADDRESS,
    wrap: lab.on("server"),
  });
  await using witness = await joinAt(server, "Witness", lab.on("server"));
  await using ann = await joinAt(server, "Ann", lab.on("client"));
  await witness.output.next("Ann has joined");
  await ann.type("hello");
  await witness.output.next("Ann: hello");
  const start = performance.now();
  await lab.pullCable();
  // Words to be sent again and again by the system change nothing.
  await witness.type("are you there?");
  const [seen, noticed] = await Promise.all([
    witness.output.next("Ann has left").then(() => secondsSince(start)),
    notices(ann).then(() => secondsSince(start)),
  ]);
  await logged(server, 'left name="Ann" reason="no answer"');
  figure(
    `packets dropped: the others see it after ${seen.toFixed(1)} s, ` +
      `the client itself after ${noticed.toFixed(1)} s`,
  );
}

async function joinAt(
  server: Server,
  name: string,
  wrap: readonly string[],
): Promise<Program> {
  const args = [name, LAB_ADDRESS, String(server.port)];
  const client = new Program("client", args, { wrap });
  await client.output.next(/^Welcome/);
  return client;
}

export async function attackByFreezing(): Promise<void> {
  await using server = await startVictim();
  await using witness = await join(server, "Witness");
  const args = ["Ann", "127.0.0.1", String(server.port), "--reconnect"];
  await using ann = new Program("client", args);
  await ann.output.next(/^Welcome/);
  await witness.output.next("Ann has joined");
  const start = performance.now();
  ann.kill("SIGSTOP");
  await witness.output.next("Ann has left");
  const seconds = secondsSince(start);
  await witness.type("you sleep");
  ann.kill("SIGCONT");
  // A laptop that was opened again: it finds back, and hears what it has missed.
  await witness.output.next("Ann has joined");
  await ann.output.next("Witness (late): you sleep");
  await logged(server, 'left name="Ann" reason="no answer"');
  figure(
    `client frozen: the others see it after ${seconds.toFixed(1)} s; awake, ` +
      `it is back and hears what it has missed`,
  );
}

export async function attackByFreezingServer(): Promise<void> {
  await using server = await startVictim();
  await using ann = await join(server, "Ann");
  const start = performance.now();
  server.kill("SIGSTOP");
  await notices(ann);
  figure(
    `server frozen: the client says so after ${
      secondsSince(start).toFixed(1)
    } s`,
  );
}
