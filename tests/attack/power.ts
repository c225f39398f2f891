/**
 * The server is killed (`kill -9`) while it writes much: its log has whole lines
 * of UTF-8, except perhaps the last, and the next server appends to it cleanly.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Folder, type Server } from "../e2e/programs.ts";
import { message, RawClient } from "../e2e/raw_client.ts";
import { figure, scaled } from "./scale.ts";
import { assertServes, startVictim } from "./victim.ts";

const ROUNDS = 10;

/** Bytes in the log before the server may be killed; more than one writing of it. */
const LEAST_LENGTH = 300_000;

const LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [+-]\d\d:\d\d .+$/;

const STARTED = /^\S+ \S+ \S+ started /;

/** Two and four bytes for a character, so that a cut can fall inside one. */
const TEXT = "é🦄".repeat(40);

const HALF_LINE = new TextEncoder().encode(
  '2026-01-01 10:00:00.000 +00:00 #1 here:1 said text="é',
).slice(0, -1);

export async function attackWithPowerCuts(): Promise<void> {
  const rounds = scaled(ROUNDS, { least: 2 });
  using folder = new Folder();
  // As if an earlier server had been killed inside a line, and inside a character.
  folder.write("server.log", HALF_LINE);
  for (let round = 0; round < rounds; round++) {
    await using server = await startVictim({ folder });
    await talkUntilKilled(server);
    brokenLines(folder, round + 2);
  }
  await using server = await startVictim({ folder });
  await assertServes(server);
  server.kill("SIGTERM");
  assertEquals(await server.exitCode(), 0);
  const halves = brokenLines(folder, rounds + 1);
  const log = server.log();
  const starts = log.filter((line) => STARTED.test(line));
  assertEquals(starts.length, rounds + 1, "the first line of a server is lost");
  figure(
    `${rounds} servers killed while they wrote ${log.length} lines of log: ` +
      `all whole, but for ${halves} last ones`,
  );
}

/** Floods until the log has grown by enough, and kills the server in the middle of it. */
async function talkUntilKilled(server: Server): Promise<void> {
  using ann = await RawClient.join(server, "Ann");
  const said = message({ type: "say", text: TEXT });
  const batch = new Uint8Array(100 * said.length);
  for (let i = 0; i < 100; i++) batch.set(said, i * said.length);
  const start = lengthOf(server);
  while (lengthOf(server) < start + LEAST_LENGTH) await ann.send(batch);
  server.kill("SIGKILL");
  await server.exitCode();
}

function lengthOf(server: Server): number {
  return Deno.statSync(`${server.folder.path}/server.log`).size;
}

/**
 * Fails if more lines are broken than servers were killed; resolves to how many
 * are: the last line of each server may be.
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
      // Cut inside a character.
    }
    broken.push(new TextDecoder().decode(line));
  }
  assert(broken.length <= kills, broken.join("\n"));
  return broken.length;
}
