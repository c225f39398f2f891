/**
 * How fast the real client downloads files of several sizes, and what each step of a
 * download reaches alone.
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  levelMemory,
  startBare,
  startMessenger,
  workFolder,
} from "./programs.ts";
import { makeRandomFile, randomBlock } from "./random_file.ts";
import { lineOf, startClient } from "./real_client.ts";
import { median } from "./report.ts";
import type { Limit, Point } from "./svg_plot.ts";

const MIB = 1024 * 1024;

/** The server offers files that have not changed for this long, in milliseconds. */
const STILL_TIME = 3_000;

/** A file below this length is downloaded several times in each round: it takes little. */
const SMALL = 16 * MIB;
const REPEATS = 5;

/** The client's name, and of its folder. */
const CLIENT = "bench";

/** The pieces of the disk's limit, as a download writes them. */
const PIECE_LENGTH = 256 * 1024;

/** Returns the points, in MB/s, until `end` (of `performance.now()`) has come. */
export async function measureFiles(
  lengths: readonly number[],
  { runs, end }: { runs: number; end: number },
): Promise<Point[]> {
  await using resources = new AsyncDisposableStack();
  const { path: root } = resources.use(await workFolder());
  await Deno.mkdir(`${root}/download`);
  for (const length of lengths) {
    await makeRandomFile(`${root}/download/${nameOf(length)}`, length);
  }
  await new Promise((resolve) => setTimeout(resolve, STILL_TIME));
  const server = resources.use(await startMessenger(root));
  const rates = lengths.map((): number[] => []);
  // The first round is a warm-up: the server hashes each file.
  for (let round = 0; round <= runs && performance.now() < end; round++) {
    await using folder = await workFolder();
    await using client = startClient(folder.path, server.port);
    await lineOf(client, /Welcome/);
    for (const [i, length] of lengths.entries()) {
      if (length >= SMALL) await levelMemory(folder.path, length / MIB);
      for (let n = 0; n < (length < SMALL ? REPEATS : 1); n++) {
        const started = performance.now();
        await client.stdin.write(
          new TextEncoder().encode(`/get ${nameOf(length)}\n`),
        );
        await lineOf(client, /^Saved .*verified/);
        const seconds = (performance.now() - started) / 1000;
        // The client does not download a file that it already has.
        await Deno.remove(`${folder.path}/${CLIENT}/${nameOf(length)}`);
        if (round > 0) rates[i]!.push(length / seconds / 1e6);
      }
    }
  }
  return lengths.map((x, i) => ({ x, y: rates[i]! }))
    .filter(({ y }) => y.length > 0)
    .map(({ x, y }) => ({ x, y: median(y) }));
}

/** Returns what each step of a download of `mib` MiB reaches alone, in MB/s. */
export async function measureFileLimits(
  { mib, runs }: { mib: number; runs: number },
): Promise<Limit[]> {
  const steps = [
    { name: "loopback alone", run: copyOverLoopback },
    { name: "SHA-256 alone", run: hashAlone },
    { name: "disk alone", run: writeAlone },
  ];
  const limits: Limit[] = [];
  for (const { name, run } of steps) {
    const seconds: number[] = [];
    // The first is a warm-up.
    for (let i = 0; i <= runs; i++) seconds.push(await run(mib));
    limits.push({ name, y: mib * MIB / median(seconds.slice(1)) / 1e6 });
  }
  return limits;
}

/** One program sends, this one reads and drops; returns seconds, as the next two do. */
async function copyOverLoopback(mib: number): Promise<number> {
  await using server = await startBare("pour");
  using conn = await Deno.connect({
    hostname: "127.0.0.1",
    port: server.port,
  });
  const buffer = new Uint8Array(MIB);
  const asked = new Uint8Array(4);
  new DataView(asked.buffer).setUint32(0, mib);
  const started = performance.now();
  await conn.write(asked);
  while (await conn.read(buffer) !== null);
  return (performance.now() - started) / 1000;
}

/** With node:crypto, which is the program's own SHA-256. */
function hashAlone(mib: number): Promise<number> {
  const block = randomBlock(MIB);
  const started = performance.now();
  const hash = createHash("sha256");
  for (let i = 0; i < mib; i++) hash.update(block);
  hash.digest();
  return Promise.resolve((performance.now() - started) / 1000);
}

/** To the system, and at the end with a flush to the disk. */
async function writeAlone(mib: number): Promise<number> {
  await using folder = await workFolder();
  await levelMemory(folder.path, mib);
  const piece = randomBlock(PIECE_LENGTH);
  using file = await Deno.open(`${folder.path}/disk`, {
    write: true,
    createNew: true,
  });
  const started = performance.now();
  for (let at = 0; at < mib * MIB;) at += await file.write(piece);
  await file.sync();
  return (performance.now() - started) / 1000;
}

function nameOf(length: number): string {
  return `length-${length}.bin`;
}
