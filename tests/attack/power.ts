/**
 * The server is killed (`kill -9`) while it writes much: its log has whole lines of
 * UTF-8, except perhaps the last, and the next server appends to it cleanly.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Folder, type Server } from "../e2e/programs.ts";
import { concat, message, RawClient } from "../e2e/raw_client.ts";
import { figure, scaled } from "./scale.ts";
import { assertServes, startVictim } from "./victim.ts";

const ROUNDS = 10;

/** The bytes in the log before the server is killed: more than one write. */
const LEAST_LENGTH = 300_000;

const LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d\d:\d\d .+$/;

/** The number of messages sent at a time. */
const BATCH = 10;

const STARTED = /^\S+ \S+ \S+ started /;

/** Characters of two and four bytes, so that a cut can fall inside one. */
const TEXT = "é🦄".repeat(40);

const HALF_LINE = new TextEncoder().encode(
  '2026-01-01 10:00:00.000 +00:00 #1 here:1 said text="é',
).slice(0, -1);

export async function attackWithPowerCuts(): Promise<void> {
  const rounds = scaled(ROUNDS, { least: 2 });
  let lines = 0;
  let broken = 0;
  for (let round = 0; round < rounds; round++) {
    using folder = new Folder();
    // As if an earlier server had been killed inside a character.
    folder.write("server.log", HALF_LINE);
    {
      await using server = await startVictim({ folder });
      await talkUntilKilled(server);
    }
    const left = folder.read("server.log");
    await using server = await startVictim({ folder });
    await assertServes(server);
    server.kill("SIGTERM");
    assertEquals(await server.exitCode(), 0);
    assertEquals(folder.read("server.log").subarray(0, left.length), left);
    const log = server.log();
    const starts = log.filter((line) => STARTED.test(line));
    assertEquals(starts.length, 2, "the first line of a server is lost");
    lines += log.length;
    broken += brokenLines(folder, 2) - 1;
  }
  figure(
    `${rounds} servers killed while they wrote ${lines} lines of log: all ` +
      `are whole, but for ${broken} last ones; the next server began its own`,
  );
}

/**
 * Floods until the log has grown enough, then kills the server in the middle of a
 * write.
 */
async function talkUntilKilled(server: Server): Promise<void> {
  using ann = await RawClient.join(server, "Ann");
  const said = message({ type: "say", text: TEXT });
  const batch = concat(...Array.from({ length: BATCH }, () => said));
  const start = lengthOf(server);
  while (lengthOf(server) < start + LEAST_LENGTH) {
    await ann.send(batch);
    // Slow enough that the log is not rotated before the server is killed.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  server.kill("SIGKILL");
  await server.exitCode();
}

function lengthOf({ folder }: Server): number {
  return Deno.statSync(`${folder.path}/server.log`).size;
}

/**
 * Fails if more lines are broken than servers were killed: the last line of each may
 * be. Returns the number of broken lines.
 */
function brokenLines(folder: Folder, kills: number): number {
  const bytes = folder.read("server.log");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const broken: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    const line = bytes.subarray(at, end < 0 ? bytes.length : end);
    at += line.length + 1;
    try {
      if (end >= 0 && LINE.test(decoder.decode(line))) continue;
    } catch {
      // The line was cut inside a character.
    }
    broken.push(new TextDecoder().decode(line));
  }
  assert(broken.length <= kills, broken.join("\n"));
  return broken.length;
}
