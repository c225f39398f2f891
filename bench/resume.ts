/**
 * A download that is resumed: how fast the half is read again and hashed while the rest
 * arrives, beside reading and hashing the half alone. See bench/README.md.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { HALF_FOLDER } from "../lib/files/half_version.ts";
import { startMessenger, workFolder } from "./programs.ts";
import { makeRandomFile } from "./random_file.ts";
import { lineOf, startClient } from "./real_client.ts";
import {
  formatTable,
  grouped,
  median,
  note,
  print,
  readFlags,
} from "./report.ts";

/** The share of the file that has arrived when the first client is killed. */
const SHARE = 0.85;

/** Milliseconds between two looks at the half. */
const LOOK_INTERVAL = 5;

/** Longest wait for the half to grow, in milliseconds. */
const PATIENCE = 60_000;

const MIB = 1024 * 1024;

/** Bytes of a read, as the client reads a half. */
const READ_LENGTH = MIB;

const FILE_NAME = "large.bin";

type Run = { readonly length: number; readonly seconds: number };

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, { mib: 1024, runs: 5 });
  await using root = await workFolder();
  const bytes = flags.mib * MIB;
  await Deno.mkdir(`${root.path}/download`);
  await makeRandomFile(`${root.path}/download/${FILE_NAME}`, bytes);
  await using server = await startMessenger(root.path);
  const ours: number[] = [];
  const limits: number[] = [];
  for (let round = 0; round <= flags.runs; round++) {
    note(`round ${round + 1} of ${flags.runs + 1}`);
    await using folder = await workFolder();
    await leaveHalf(folder.path, server.port, bytes);
    const half = await halfIn(folder.path);
    const limit = await hash(half!);
    const run = await resume(folder.path, server.port, half!);
    if (round === 0) continue;
    ours.push(rate(run));
    limits.push(rate(limit));
  }
  const ratio = median(ours.map((ours, at) => ours / limits[at]!));
  const results = { ours: median(ours), limit: median(limits), ratio };
  print({ ...flags, ...results }, {
    json,
    lines: () =>
      formatTable([
        ["a half of 85 %, MB/s", "resumed", "read and hashed alone", "ratio"],
        ["", grouped(results.ours), grouped(results.limit), ratio.toFixed(2)],
      ]),
  });
  return 0;
}

function rate({ length, seconds }: Run): number {
  return length / seconds / 1e6;
}

/** Starts a download, and kills its client when most of it has arrived. */
async function leaveHalf(
  folder: string,
  port: number,
  bytes: number,
): Promise<void> {
  await using client = startClient(folder, port);
  await lineOf(client, /Welcome/);
  await client.stdin.write(new TextEncoder().encode(`/get ${FILE_NAME}\n`));
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    const half = await halfIn(folder);
    const { size } = half === undefined ? { size: 0 } : await Deno.stat(half);
    if (size > SHARE * bytes) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
  }
  Deno.kill(client.pid, "SIGKILL");
}

async function halfIn(folder: string): Promise<string | undefined> {
  const path = `${folder}/bench/${HALF_FOLDER}`;
  try {
    for await (const { name } of Deno.readDir(path)) {
      if (name.endsWith(".half")) return `${path}/${name}`;
    }
  } catch {
    // The client has not begun.
  }
  return undefined;
}

/** Reads and hashes a file; the next read is under way meanwhile. */
async function hash(path: string): Promise<Run> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const sha256 = createHash("sha256");
  const buffers = [new Uint8Array(READ_LENGTH), new Uint8Array(READ_LENGTH)];
  const started = performance.now();
  let reading = file.read(buffers[0]!);
  for (let turn = 0;; turn++) {
    const count = await reading;
    if (count === null) break;
    reading = file.read(buffers[(turn + 1) % 2]!);
    sha256.update(buffers[turn % 2]!.subarray(0, count));
  }
  sha256.digest();
  return { length: size, seconds: (performance.now() - started) / 1000 };
}

async function resume(
  folder: string,
  port: number,
  half: string,
): Promise<Run> {
  const { size: length } = await Deno.stat(half);
  await using client = startClient(folder, port);
  await lineOf(client, /Welcome/);
  const started = performance.now();
  await client.stdin.write(new TextEncoder().encode(`/get ${FILE_NAME}\n`));
  await lineOf(client, /^Resuming /);
  await lineOf(client, /^Saved .*verified/);
  return { length, seconds: (performance.now() - started) / 1000 };
}

if (import.meta.main) Deno.exit(await main(Deno.args));
