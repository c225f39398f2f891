/**
 * The log says why each client has left: every reason but `no answer`, which takes
 * longer and is in ghosts.ts.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Server } from "../e2e/programs.ts";
import { frame, message, RawClient } from "../e2e/raw_client.ts";
import { figure } from "./scale.ts";

const NOISE = message({ type: "ping", n: 1 });

/** The number of messages in one write of a client that floods. */
const BATCH = 500;

export async function attackForReasons(): Promise<void> {
  // This server keeps its limit on floods.
  await using server = await Server.start();
  const join = (name: string) => RawClient.join(server, name);
  const expected: Record<string, RegExp> = {
    Quitter: /^quit$/,
    Vanisher: /^connection lost$/,
    Breaker: /^protocol violation: Frame has unknown kind 9$/,
    Kicked: /^kicked/,
    Flooder: /^flooding$/,
    Deaf: /^too slow$/,
  };
  using flooder = await join("Flooder");
  const flooding = flood(flooder);
  using quitter = await join("Quitter");
  await quitter.send(message({ type: "bye" }));
  await quitter.rest();
  (await join("Vanisher")).conn.close();
  using breaker = await join("Breaker");
  await breaker.send(frame(9, new Uint8Array(1)));
  await breaker.rest();
  using kicked = await join("Kicked");
  await server.type("/kick Kicked");
  await kicked.rest();
  using _deaf = await join("Deaf");
  await silence(server);
  await flooding;
  for (const name of Object.keys(expected)) {
    await server.output.somewhere(new RegExp(`^${name} has left`));
  }
  server.kill("SIGTERM");
  await server.exitCode();
  const log = server.log();
  for (const [name, reason] of Object.entries(expected)) {
    const left = log.filter((line) => line.includes(` left name="${name}"`));
    assertEquals(left.length, 1, name);
    const given = /reason="(.*)"$/.exec(left[0]!)?.[1] ?? "";
    assert(reason.test(given), `${name} has left: ${given}`);
  }
  figure(`reasons in the log: ${Object.keys(expected).length} of all kinds`);
}

/** Sends far too much until the server cuts the client. */
async function flood(client: RawClient): Promise<void> {
  const bytes = new Uint8Array(BATCH * NOISE.length);
  for (let i = 0; i < BATCH; i++) bytes.set(NOISE, i * NOISE.length);
  // The last words may get lost, or be cut off: a client that still sends is reset.
  const hearing = client.rest().catch((error: Error) => {
    if (!error.message.includes("ended inside a frame")) throw error;
  });
  while (await client.send(bytes).then(() => true, () => false));
  await hearing;
}

/**
 * Talks too slowly for a flood, until the server cuts the client that reads nothing.
 */
async function silence(server: Server): Promise<void> {
  const gone = server.output.somewhere("Deaf has left (too slow)");
  let isOver = false;
  void gone.finally(() => isOver = true);
  const said = message({ type: "say", text: "x".repeat(40_000) });
  using talker = await RawClient.join(server, "Talker");
  const hearing = talker.rest();
  while (!isOver) {
    await talker.send(said);
    await new Promise((resolve) => setTimeout(resolve, 11));
  }
  await gone;
  // Not closed entirely: that could cut off a frame that is arriving.
  await talker.conn.closeWrite();
  await hearing;
}
