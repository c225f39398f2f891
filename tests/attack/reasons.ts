/**
 * However somebody goes, the log says why: all the reasons but `no answer`,
 * which takes its time in ghosts.ts.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Server } from "../e2e/programs.ts";
import { frame, message, RawClient } from "../e2e/raw_client.ts";
import { figure } from "./scale.ts";

const NOISE = message({ type: "ping", n: 1 });

/** Messages in one writing of somebody who floods. */
const BATCH = 500;

export async function attackForReasons(): Promise<void> {
  // With its limit on floods: nothing else is said here.
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

/** Sends much too much until it is thrown out. */
async function flood(client: RawClient): Promise<void> {
  const bytes = new Uint8Array(BATCH * NOISE.length);
  for (let i = 0; i < BATCH; i++) bytes.set(NOISE, i * NOISE.length);
  const hearing = client.rest();
  while (await client.send(bytes).then(() => true, () => false));
  // The last words may be lost in the noise: who still sends is reset.
  await hearing;
}

/** Some who talk, slowly enough, until the deaf one has had too much. */
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
  // Not closed: that could cut off what just comes in the middle of a frame.
  await talker.conn.closeWrite();
  await hearing;
}
