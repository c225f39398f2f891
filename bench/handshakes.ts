/**
 * Whether two people can chat while thousands of clients connect with TLS at once, and
 * while as many begin a handshake and say no more. See bench/README.md.
 *
 * @module
 */

import type { Encryption } from "./dial.ts";
import { startEncryptedMessenger } from "./encrypted_servers.ts";
import type { Chat } from "./handshake_pair.ts";
import type { Storm, StormKind } from "./handshake_storm.ts";
import { cpuSeconds, type Program, start, workFolder } from "./programs.ts";
import { formatTable, grouped, note, print, readFlags } from "./report.ts";

/** The longest time of a message that the goal allows, in milliseconds at p99. */
const MAX_P99 = 100;

/** Milliseconds between two phases, in which the server forgets the last clients. */
const REST = 2_000;

/** What the pair noticed in one phase, and what the storm of this phase did. */
type Row = {
  readonly name: string;
  readonly chat: Chat;
  readonly storm?: Storm & {
    readonly kind: StormKind;
    /** The server's processor seconds. */
    readonly serverCpu: number;
  };
};

const HEAD = [
  ...["", "messages", "p50 ms", "p99 ms", "max ms", "timers' p99 ms"],
  ...["done", "failed", "a second", "server CPU s"],
];

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, { clients: 2_000, seconds: 5 });
  await using folder = await workFolder();
  await using server = await startEncryptedMessenger(folder.path);
  const { pid, port } = server;
  const encryption = server.encryption!;
  const words = [String(port), JSON.stringify(encryption)];
  await using pair = run("handshake_pair.ts", words);
  await answer(pair);
  const rows: Row[] = [];
  const phase = async (
    name: string,
    work: () => Promise<Row["storm"]>,
  ): Promise<void> => {
    note(name);
    await say(pair, "begin");
    const storm = await work();
    await say(pair, "end");
    const chat = await answer(pair) as Chat;
    rows.push({ name, chat, ...(storm !== undefined && { storm }) });
    await pause(REST);
  };
  const quiet = async () => void await pause(flags.seconds * 1_000);
  const storm = (kind: StormKind) =>
    rage(kind, { ...{ pid, port, encryption }, count: flags.clients });
  await phase("nobody else (warm-up)", quiet);
  rows.length = 0;
  await phase("nobody else", quiet);
  await phase(
    `${grouped(flags.clients)} handshakes at once`,
    () => storm("whole"),
  );
  await phase("the same again", () => storm("whole"));
  await phase(
    `${grouped(flags.clients)} half handshakes at once`,
    () => storm("half"),
  );
  const problems = rows.flatMap(faultsOf);
  print({ ...flags, rows, problems }, {
    json,
    lines: () =>
      [
        formatTable([HEAD, ...rows.map(cellsOf)]),
        ...problems,
      ].join("\n"),
  });
  return problems.length === 0 ? 0 : 1;
}

/** Lets many clients connect at once; resolves when all have finished or failed. */
async function rage(
  kind: StormKind,
  { pid, port, encryption, count }: {
    pid: number;
    port: number;
    encryption: Encryption;
    count: number;
  },
): Promise<Row["storm"]> {
  const words = [String(port), JSON.stringify(encryption), kind, `${count}`];
  const before = await cpuSeconds(pid);
  // The clients get what the server and the pair leave of two cores.
  await using clients = run("handshake_storm.ts", words, { niceness: 19 });
  const storm = await answer(clients) as Storm;
  const serverCpu = await cpuSeconds(pid) - before;
  await say(clients, "end");
  return { ...storm, kind, serverCpu };
}

/** The server cuts off some clients that send no more; that is not a fault. */
function faultsOf({ name, chat, storm }: Row): string[] {
  return [
    ...(chat.p99 < MAX_P99
      ? []
      : [`OVER: ${name}: p99 is ${Math.round(chat.p99)} ms`]),
    ...(chat.problem === undefined ? [] : [`OVER: ${name}: ${chat.problem}`]),
    ...(storm === undefined || storm.failed === 0 || storm.kind === "half"
      ? []
      : [`OVER: ${name}: ${storm.failed} failed: ${storm.reason}`]),
  ];
}

function cellsOf({ name, chat, storm }: Row): string[] {
  return [
    ...[name, grouped(chat.messages)],
    ...[chat.p50, chat.p99, chat.max, chat.ownDelay].map((ms) => ms.toFixed(2)),
    ...(storm === undefined ? ["-", "-", "-", "-"] : [
      grouped(storm.done),
      grouped(storm.failed),
      grouped(storm.done / storm.seconds),
      storm.serverCpu.toFixed(2),
    ]),
  ];
}

function run(
  file: string,
  args: readonly string[],
  { niceness = 0 } = {},
): Program {
  const entry = new URL(file, import.meta.url).pathname;
  const flags = ["run", "--no-prompt", "--allow-net=127.0.0.1", entry];
  return start("nice", ["-n", `${niceness}`, "deno", ...flags, ...args]);
}

async function say(program: Program, line: string): Promise<void> {
  await program.stdin.write(new TextEncoder().encode(`${line}\n`));
}

async function answer(program: Program): Promise<unknown> {
  const { value, done } = await program.lines.read();
  if (done) throw new Error("A program of the benchmark has ended");
  return JSON.parse(value);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
