/**
 * Thousands of connects and resets a second, while people log in and talk.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Server } from "../e2e/programs.ts";
import { figure, ms, SCALE, scaled } from "./scale.ts";
import { assertServes, canRun } from "./victim.ts";

/** The number of connections per second. */
const RATE = 2_000;

const SECONDS = 10;

const SCRIPT = new URL("resets.py", import.meta.url).pathname;

export async function attackWithResets(
  server: Server,
  scale = SCALE,
): Promise<void> {
  if (!await canRun("python3", "--version")) {
    figure("SKIPPED: connects and resets need python3");
    return;
  }
  const seconds = scaled(SECONDS, { least: 1, scale });
  let isOver = false;
  const attack = new Deno.Command("python3", {
    args: [SCRIPT, String(server.port), String(RATE), String(seconds)],
  }).output().finally(() => isOver = true);
  const logins: number[] = [];
  for (let last = false; !last;) {
    last = isOver;
    logins.push(await assertServes(server));
  }
  const { success, stdout, stderr } = await attack;
  assert(success, new TextDecoder().decode(stderr));
  const [count, failed, time] = new TextDecoder().decode(stdout).split(" ")
    .map(Number) as [number, number, number];
  assertEquals(failed, 0, "the server refused connections");
  figure(
    `${count} connects and resets in ${time} s, meanwhile ${logins.length} ` +
      `logins, the longest ${ms(Math.max(...logins))}`,
  );
  // A busy machine may not manage this many: that proves less, but is no failure.
  if (scale >= 1) assert(count >= RATE * SECONDS * 0.9, `only ${count} resets`);
}
