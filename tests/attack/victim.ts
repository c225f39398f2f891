/**
 * The server under attack: starts it, measures what it costs the machine, and checks
 * that it still serves.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { Server, type StartOptions } from "../e2e/programs.ts";
import { type Message, message, RawClient } from "../e2e/raw_client.ts";
import { figure, IS_WHOLE } from "./scale.ts";

/** The file that everyone can download, and its hash. */
const FILE = new Uint8Array(300_000).map((_, i) => i * 31 + (i >> 8));
const FILE_HASH = createHash("sha256").update(FILE).digest("hex");

/**
 * How long the test waits for memory, in milliseconds: the runtime decides when to
 * release it.
 */
const PATIENCE = 60_000;

/** The time between two measurements of a process, in milliseconds. */
const LOOK_INTERVAL = 250;

/** The allowed growth of memory, as a factor. */
const TOLERANCE = 1.1;

/** Additional growth in bytes in the short form, where the runtime is still growing. */
const SHORT_TOLERANCE = IS_WHOLE ? 0 : 64 * 1024 * 1024;

/** No limit on floods: the default limit would slow the attackers down. */
const NO_RATE = ["--max-rate", "0"];

/**
 * Starts a server with a file to download, without a limit on floods; `args` follow the
 * port.
 */
export async function startVictim(
  { args = [], host = "127.0.0.1", ...options }: StartOptions & {
    readonly args?: readonly string[];
    readonly host?: string;
  } = {},
): Promise<Server> {
  const server = await Server.start({
    ...options,
    args: ["0", "--host", host, ...NO_RATE, ...args],
  });
  server.folder.write("download/file.bin", FILE);
  return server;
}

/**
 * Counts the names, each used once: a guest of an earlier round may still be leaving.
 */
let guests = 0;

/**
 * Lets two people log in, talk, list files and download one. Fails if anything is
 * missing; resolves to the milliseconds of a login.
 */
export async function assertServes(
  server: { readonly port: number },
): Promise<number> {
  const number = ++guests;
  const start = performance.now();
  using ann = await RawClient.join(server, `Ann.${number}`);
  const login = performance.now() - start;
  using bob = await RawClient.join(server, `Bob.${number}`);
  await ann.send(message({ type: "say", text: "hello" }));
  await ann.send(message({ type: "tell", to: `Bob.${number}`, text: "psst" }));
  await heard(bob, { type: "said", from: `Ann.${number}`, text: "hello" });
  await heard(bob, { type: "told", from: `Ann.${number}`, text: "psst" });
  await bob.send(message({ type: "users" }));
  const { names } = await bob.message("users");
  assert(names.includes(`Ann.${number}`), "the list of users lacks one");
  await bob.send(message({ type: "get", id: 1, name: "file.bin" }));
  assertEquals(await fetched(bob, 1), FILE_HASH);
  for (const client of [ann, bob]) {
    await client.send(message({ type: "bye" }));
    await client.rest();
  }
  return login;
}

/** Skips everything until `expected` arrives; other fields do not matter. */
export async function heard(
  client: RawClient,
  expected: Message,
): Promise<void> {
  for (;;) {
    const given = await client.message(expected.type);
    const keys = Object.keys(expected);
    if (keys.every((key) => given[key] === expected[key])) return;
  }
}

/** Resolves to the SHA-256 of the download with this `id`, as it arrived. */
async function fetched(client: RawClient, id: number): Promise<string> {
  const hash = createHash("sha256");
  for (;;) {
    const arrival = await client.next();
    assert(arrival !== undefined, "the connection ended during a download");
    if (arrival.kind === 2) {
      if (arrival.id === id) hash.update(arrival.data);
    } else if (arrival.message["id"] === id) {
      assert(arrival.message.type !== "refused", arrival.message["text"]);
      if (arrival.message.type === "end") return hash.digest("hex");
    }
  }
}

/** The memory and the open files of a process. */
export type Usage = { readonly memory: number; readonly files: number };

export async function usage(pid: number): Promise<Usage> {
  const status = await outputOf("cat", `/proc/${pid}/status`);
  const files = await outputOf("ls", `/proc/${pid}/fd`);
  return {
    memory: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024,
    files: files.trimEnd().split("\n").length,
  };
}

/**
 * Resolves to the usage of the process once it has closed the connections of all people
 * who left.
 */
export async function calmUsage(pid: number): Promise<Usage> {
  for (let before = await usage(pid);;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
    const now = await usage(pid);
    if (now.files >= before.files) return now;
    before = now;
  }
}

/**
 * Waits until the process uses no more than `before`: no more open files, and memory
 * within a tenth. Fails if that takes too long.
 */
export async function assertRecovers(
  server: Server,
  { before, about }: { readonly before: Usage; readonly about: string },
): Promise<void> {
  const start = performance.now();
  let now = await usage(server.pid);
  const most = Math.max(
    before.memory * TOLERANCE,
    before.memory + SHORT_TOLERANCE,
  );
  const isBack = () => now.files <= before.files && now.memory <= most;
  while (!isBack() && performance.now() - start < PATIENCE) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
    now = await usage(server.pid);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const text = `${about}: memory ${mib(before)} -> ${mib(now)}, ` +
    `open files ${before.files} -> ${now.files}, after ${seconds} s`;
  figure(text);
  assert(isBack(), `not as before: ${text}`);
}

/** Checks that the log contains no fault of the server, and standard error is empty. */
export async function assertNoFailure(server: Server): Promise<void> {
  assertEquals(server.errors.all, []);
  for (const name of server.folder.list()) {
    if (!name.startsWith("server.log")) continue;
    // Searches logs with `grep`, because they are large.
    const path = `${server.folder.path}/${name}`;
    const found = await outputOf("grep", "-m", "3", "-E", FAILURE, path);
    assertEquals(found, "");
  }
}

/** `2026-11-23 06:35:58.123 +00:00 #3 127.0.0.1:53122 failure stack="…` */
const FAILURE = "^[^ ]+ [^ ]+ [^ ]+ (#[0-9]+ [^ ]+ )?failure ";

function mib({ memory }: Usage): string {
  return `${(memory / 1024 / 1024).toFixed(0)} MiB`;
}

/** Resolves to whether this machine has a command and allows it. */
export async function canRun(
  command: string,
  ...args: readonly string[]
): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args: [...args] }).output())
      .success;
  } catch {
    return false;
  }
}

/**
 * Resolves to the output of a command. A test may read /proc only with all permissions;
 * `cat` needs none.
 */
export async function outputOf(
  command: string,
  ...args: readonly string[]
): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args: [...args] })
    .output();
  return new TextDecoder().decode(stdout);
}
