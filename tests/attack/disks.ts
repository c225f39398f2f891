/**
 * A disk that is full, or read-only. With a full disk the server continues without its
 * log and says so; with a read-only one it says so and does not start. The client says
 * that a download failed, keeps no file that only seems complete, and can resume when
 * there is space. The small disks are in a mount namespace of the program, and
 * disappear with it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Program, Server } from "../e2e/programs.ts";
import { message, RawClient } from "../e2e/raw_client.ts";
import { figure } from "./scale.ts";
import { canRun, heard, outputOf, startVictim } from "./victim.ts";

/** Starts a program in a folder that is a separate disk; `$0` holds its options. */
const MOUNT = 'mount -t tmpfs -o "$0" none . && cd "$PWD" && exec "$@"';

/** A file that is too large for the small disk, and one that fits. */
const LARGE = 3_000_000;
const SMALL = 100_000;

const SIZE = "size=1m";

/** Returns the words that start a program on a new disk. */
function onDisk(options: string): string[] {
  return ["unshare", "--mount", "sh", "-c", MOUNT, options];
}

export async function attackDisks(): Promise<void> {
  const trial = `cd /tmp && ${MOUNT}`;
  if (!await canRun("unshare", "--mount", "sh", "-c", trial, SIZE, "true")) {
    figure("SKIPPED: small disks need root, mount and unshare");
    return;
  }
  await Promise.all([
    logOnFullDisk(),
    logOnReadOnlyDisk(),
    downloadToFullDisk(),
    downloadToReadOnlyDisk(),
  ]);
}

/** Checks that two people can talk, whatever the disk does. */
async function assertTalk(server: Server, text: string): Promise<void> {
  using ann = await RawClient.join(server, `Ann.${text}`);
  using bob = await RawClient.join(server, `Bob.${text}`);
  await ann.send(message({ type: "say", text }));
  await heard(bob, { type: "said", from: `Ann.${text}`, text });
}

async function logOnFullDisk(): Promise<void> {
  await using server = await startVictim({ wrap: onDisk(SIZE) });
  await inside(server, "fallocate", "-l", "900k", "filler");
  let line: string | undefined;
  const complaint = server.output.somewhere(/^Cannot write .*log/)
    .then((found) => line = found);
  using ann = await RawClient.join(server, "Ann");
  for (let i = 0; i < 10; i++) {
    const text = `${i} ${"x".repeat(30_000)}`;
    await ann.send(message({ type: "say", text }));
  }
  // The server notices a partial write only at the next one.
  for (let i = 0; line === undefined; i++) await assertTalk(server, `full${i}`);
  await complaint;
  // The log resumes by itself when there is space again.
  await inside(server, "rm", "filler");
  for (let i = 0, isBack = false; !isBack; i++) {
    await assertTalk(server, `again${i}`);
    isBack = (await inside(server, "cat", "server.log")).includes("again");
  }
  assertEquals(server.output.count(/^Cannot write .*log/), 1);
  await server.output.somewhere(
    /^Writing to server\.log again: .* written late, none is missing$/,
  );
  // The part that fitted was not written twice.
  const lines = (await inside(server, "cat", "server.log")).trimEnd()
    .split("\n");
  assertEquals(lines.filter((row) => !/^\d{4}-\d\d-\d\d /.test(row)), []);
  assertEquals(new Set(lines).size, lines.length);
  assertEquals(server.errors.all, []);
  server.kill("SIGTERM");
  assertEquals(await server.exitCode(), 0);
  figure(`log on a full disk: "${line}", and it goes on when there is room`);
}

async function logOnReadOnlyDisk(): Promise<void> {
  const wrap = onDisk(`${SIZE},ro`);
  await using server = new Program("server", ["0"], { wrap });
  const line = await server.errors.somewhere(/^Cannot open the log/);
  assertEquals(await server.exitCode(), 1);
  assertEquals(server.output.all, []);
  figure(`log on a read-only disk: "${line}"`);
}

/** Starts a client whose folder is a new disk. */
async function clientOnDisk(
  server: Server,
  options: string,
): Promise<Program> {
  server.folder.writeSparse("download/large.bin", LARGE);
  server.folder.writeSparse("download/small.bin", SMALL);
  const args = ["Ann", "127.0.0.1", String(server.port)];
  const client = new Program("client", args, { wrap: onDisk(options) });
  await client.output.next(/^Welcome/);
  return client;
}

/** Resolves to the output of a command on the disk that only the program sees. */
async function inside(
  program: Program,
  ...command: string[]
): Promise<string> {
  const where = ["-t", String(program.pid), "--mount", "--wd"];
  return await outputOf("nsenter", ...where, ...command);
}

async function downloadToFullDisk(): Promise<void> {
  await using server = await startVictim();
  await using client = await clientOnDisk(server, SIZE);
  await client.type("/get large.bin");
  const line = await complaintOf(client, "large.bin");
  const files = (await inside(client, "find", "Ann")).split("\n");
  assert(!files.includes("Ann/large.bin"), files.join());
  // Half of the file may stay, to resume from; without it there is space again.
  await inside(client, "rm", "-rf", "Ann/.messenger");
  await client.type("/get small.bin");
  await client.output.next(/^Saved .*small\.bin/);
  await client.type("/quit");
  await client.exitCode();
  figure(`download to a full disk: "${line}"`);
}

async function downloadToReadOnlyDisk(): Promise<void> {
  await using server = await startVictim();
  await using client = await clientOnDisk(server, `${SIZE},ro`);
  await client.type("/get small.bin");
  const line = await complaintOf(client, "small.bin");
  await client.type("/users");
  await client.output.next(/Ann/);
  figure(`download to a read-only disk: "${line}"`);
}

/** Resolves to the line that says that a file was not saved. */
async function complaintOf(client: Program, name: string): Promise<string> {
  const pattern = new RegExp(`${name}.*(No space|full|Read-only|read-only)`);
  return await Promise.any([
    client.output.somewhere(pattern),
    client.errors.somewhere(pattern),
  ]);
}
