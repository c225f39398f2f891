/**
 * No ghosts: the others see within 35 seconds that a silent client has left, and the
 * log has the reason. Server and client both notice when packets between them are
 * dropped, or when the other side is frozen (SIGSTOP).
 *
 * @module
 */

import { assert } from "@std/assert";
import { join, Program, type Server } from "../e2e/programs.ts";
import { Lab, LAB_ADDRESS } from "./lab.ts";
import { figure, IS_WHOLE } from "./scale.ts";
import { startVictim } from "./victim.ts";

/** In seconds: three times ten of silence, and some for the detection. */
const LIMIT = 35;

/** The words of a client about a silent server. */
const NO_SERVER = /does not answer/;

function secondsSince(start: number): number {
  const seconds = (performance.now() - start) / 1000;
  // A busy machine may be late.
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

/** Resolves to a line of the log, which is written a little later. */
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
  // Messages that the system retransmits change nothing.
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
  // The laptop wakes: its client comes back, and gets the missed messages.
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
