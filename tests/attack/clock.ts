/**
 * The clock of the server's computer goes back by an hour, then forward by a day: no
 * client is cut, and the server still notices silent clients in time.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "../e2e/programs.ts";
import { RawClient } from "../e2e/raw_client.ts";
import { figure } from "./scale.ts";
import { assertServes, startVictim } from "./victim.ts";

const PRELOAD = new URL("backwards_clock.ts", import.meta.url).pathname;

export async function attackClock(): Promise<void> {
  await using server = await startVictim({ flags: ["--preload", PRELOAD] });
  await using bob = await join(server, "Bob");
  // This client never answers a ping.
  using _ghost = await RawClient.join(server, "Ghost");
  const start = performance.now();
  await assertServes(server);
  server.kill("SIGUSR1");
  using silent = await RawClient.connect(server);
  const { reason } = await silent.message("closing");
  assertEquals(reason, "no hello within 5 seconds");
  await assertServes(server);
  server.kill("SIGUSR2");
  await assertServes(server);
  await bob.output.next("Ghost has left");
  const seconds = (performance.now() - start) / 1000;
  await server.output.somewhere("Ghost has left (no answer)");
  assertEquals(server.output.count("Bob has left (no answer)"), 0);
  server.kill("SIGTERM");
  await server.exitCode();
  const hours = hoursOf(server.log());
  const jumps = hours.map((hour, i) => hour - (hours[i - 1] ?? hour));
  assert(jumps.some((jump) => jump < -0.9), "the clock was not set back");
  assert(jumps.some((jump) => jump > 23.9), "the clock was not set forward");
  figure(
    `clock an hour back, then a day forward: a ghost is found after ` +
      `${seconds.toFixed(1)} s, nobody else leaves`,
  );
}

/** Returns the hours of the lines, by the clock that was set. */
function hoursOf(log: readonly string[]): number[] {
  return log.map((line) => Date.parse(line.slice(0, 19)) / 3_600_000);
}
