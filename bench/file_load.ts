// deno-lint-ignore-file no-console -- one of its processes speaks to the other
/**
 * Chat during downloads: the delay of a message to a client that downloads, and to
 * others; and a hundred clients that download one file at once. See bench/README.md.
 *
 * @module
 */

import { ChatClient } from "../lib/client/chat_client.ts";
import { DownloadFolder } from "../lib/files/download_folder.ts";
import { connect } from "../lib/net/connect.ts";
import {
  cpuSeconds,
  levelMemory,
  peakMemory,
  type Program,
  type Server,
  start,
  startMessenger,
  workFolder,
} from "./programs.ts";
import { makeRandomFile } from "./random_file.ts";
import {
  formatTable,
  grouped,
  median,
  note,
  print,
  readFlags,
} from "./report.ts";

/** Milliseconds between two chat messages. */
const CHAT_INTERVAL = 5;

const MIB = 1024 * 1024;

type Latency = {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
};

/** Called when everything is ready: starts the measurement. */
type Begin = () => Promise<void>;

type Fetched = {
  readonly megabytesPerSecond: number;
  /** The server's processor seconds for 1 GiB. */
  readonly serverCpu: number;
};

/** One round of downloads, and the chat of the bystanders meanwhile. */
type Crowd = {
  readonly one: Fetched;
  readonly inTurn: Fetched;
  readonly all: Fetched;
  readonly bystander: Latency;
};

async function main(args: string[]): Promise<number> {
  if (args[0] === "bystander") return await bystander(Number(args[1]));
  const { json, ...flags } = readFlags(args, {
    mib: 1024,
    clients: 100,
    shared: 20,
    runs: 5,
  });
  await using resources = new AsyncDisposableStack();
  const { path: root } = resources.use(await workFolder());
  await Deno.mkdir(`${root}/download`);
  await makeRandomFile(`${root}/download/large.bin`, flags.mib * MIB);
  await makeRandomFile(`${root}/download/shared.bin`, flags.shared * MIB);
  const server = resources.use(await startMessenger(root));
  const same: Latency[] = [];
  const others: Latency[] = [];
  const quiet: Latency[] = [];
  const crowd: Crowd[] = [];
  for (let run = 0; run <= flags.runs; run++) {
    note(`round ${run + 1} of ${flags.runs + 1}`);
    const before = await bystanderDuring(server.port, async (begin) => {
      await levelMemory(root, flags.mib);
      await begin();
      await pause(2_000);
    });
    const during = await bystanderDuring(
      server.port,
      (begin) => chatDuringDownload(server.port, flags.mib, begin),
    );
    const one = await fetchAll(server, 1, {
      name: "large.bin",
      mib: flags.mib,
    });
    const all = await bystanderDuring(
      server.port,
      (begin) =>
        fetchAll(server, flags.clients, {
          name: "shared.bin",
          mib: flags.shared,
          begin,
        }),
    );
    const inTurn = await fetchInTurn(server, flags.clients, {
      name: "shared.bin",
      mib: flags.shared,
    });
    if (run === 0) continue; // Warms up.
    quiet.push(before.latency);
    same.push(during.result);
    others.push(during.latency);
    crowd.push({ one, inTurn, all: all.result, bystander: all.latency });
  }
  const rows: [string, readonly Latency[]][] = [
    ["others, nothing fetched", quiet],
    [`the same client, ${flags.mib} MiB under way`, same],
    [`others, ${flags.mib} MiB under way`, others],
    [
      `others, ${flags.clients} x ${flags.shared} MiB`,
      crowd.map((run) => run.bystander),
    ],
  ];
  const fetched: [string, "one" | "inTurn" | "all"][] = [
    [`one client, ${flags.mib} MiB`, "one"],
    [`one client, ${flags.clients} x ${flags.shared} MiB in turn`, "inTurn"],
    [`${flags.clients} clients, ${flags.shared} MiB each, at once`, "all"],
  ];
  const memory = await peakMemory(server.pid) / 1e6;
  const ms = (value: number) => value.toFixed(2);
  const of = (runs: readonly Latency[], key: keyof Latency) =>
    median(runs.map((run) => run[key]));
  print({ ...flags, same, others, quiet, crowd, memory }, {
    json,
    lines: () =>
      `median of ${flags.runs}\n\n${
        formatTable([
          ["a line of chat to", "p50 ms", "p99 ms", "max ms"],
          ...rows.map(([name, runs]) => [
            name,
            ms(of(runs, "p50")),
            ms(of(runs, "p99")),
            ms(of(runs, "max")),
          ]),
        ])
      }\n\n${
        formatTable([
          [
            "downloads, each verified and on the disk",
            "MB/s",
            "server CPU s/GiB",
          ],
          ...fetched.map(([name, key]) => [
            name,
            grouped(median(crowd.map((run) => run[key].megabytesPerSecond))),
            median(crowd.map((run) => run[key].serverCpu)).toFixed(2),
          ]),
        ])
      }\n\nserver ${grouped(memory)} MB`,
  });
  return 0;
}

/** Sends messages to a client that downloads; resolves to their delays. */
async function chatDuringDownload(
  port: number,
  mib: number,
  begin: Begin,
): Promise<Latency> {
  await using folder = await workFolder();
  const times: number[] = [];
  const receiver = await join(port, "Receiver", folder.path, (text) => {
    times.push(performance.now() - Number(text));
  });
  const sender = await join(port, "Sender", folder.path);
  await levelMemory(folder.path, mib);
  await begin();
  const download = receiver.get("large.bin");
  await download.started;
  const timer = setInterval(
    () => sender.tell("Receiver", String(performance.now())),
    CHAT_INTERVAL,
  );
  const { size } = await download.saved;
  clearInterval(timer);
  if (size !== mib * 1024 * 1024) throw new Error(`${size} bytes were saved`);
  await sender.leave();
  await receiver.leave();
  return latencyOf(times);
}

/** Lets `count` clients download one file at once; resolves to their combined speed. */
async function fetchAll(
  server: Server,
  count: number,
  { name, mib, begin }: { name: string; mib: number; begin?: Begin },
): Promise<Fetched> {
  await using folder = await workFolder();
  const clients = await Promise.all(
    Array.from(
      { length: count },
      (_, i) => join(server.port, `Fetcher${i}`, `${folder.path}/${i}`),
    ),
  );
  await levelMemory(folder.path, count * mib);
  await begin?.();
  const fetched = await timed(
    server,
    count * mib,
    () => Promise.all(clients.map((client) => client.get(name).saved)),
  );
  await Promise.all(clients.map((client) => client.leave()));
  return fetched;
}

/** Lets one client download one file `count` times. */
async function fetchInTurn(
  server: Server,
  count: number,
  { name, mib }: { name: string; mib: number },
): Promise<Fetched> {
  await using folder = await workFolder();
  const client = await join(server.port, "Fetcher", folder.path);
  await levelMemory(folder.path, count * mib);
  const fetched = await timed(server, count * mib, async () => {
    for (let i = 0; i < count; i++) await client.get(name).saved;
  });
  await client.leave();
  return fetched;
}

/** Runs `work`, which downloads `mib` MiB. */
async function timed(
  server: Server,
  mib: number,
  work: () => Promise<unknown>,
): Promise<Fetched> {
  const used = await cpuSeconds(server.pid);
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1000;
  return {
    megabytesPerSecond: mib * 1024 * 1024 / seconds / 1e6,
    serverCpu: (await cpuSeconds(server.pid) - used) / (mib / 1024),
  };
}

/**
 * Runs `work` while two people chat in a process of their own, from the moment `work`
 * says so.
 */
async function bystanderDuring<T>(
  port: number,
  work: (begin: Begin) => Promise<T>,
): Promise<{ result: T; latency: Latency }> {
  const entry = new URL(import.meta.url).pathname;
  await using program: Program = start("deno", [
    "run",
    "--no-prompt",
    "--allow-net=127.0.0.1",
    entry,
    "bystander",
    String(port),
  ]);
  await program.lines.read(); // The process is running.
  const result = await work(() => program.stdin.write(new Uint8Array(1)));
  await program.stdin.close();
  const { value } = await program.lines.read();
  return { result, latency: JSON.parse(value!) as Latency };
}

/** Two people who chat, measured from the first byte of the input to its end. */
async function bystander(port: number): Promise<number> {
  const times: number[] = [];
  const receiver = await join(port, "Ben", ".", (text) => {
    times.push(performance.now() - Number(text));
  });
  const sender = await join(port, "Ada", ".");
  console.log("ready");
  const timer = setInterval(
    () => sender.tell("Ben", String(performance.now())),
    CHAT_INTERVAL,
  );
  await Deno.stdin.read(new Uint8Array(1));
  times.length = 0;
  await Deno.stdin.read(new Uint8Array(1));
  clearInterval(timer);
  await sender.settled();
  await receiver.settled();
  console.log(JSON.stringify(latencyOf(times)));
  await sender.leave();
  await receiver.leave();
  return 0;
}

async function join(
  port: number,
  name: string,
  folder: string,
  onTold: (text: string) => void = () => {},
): Promise<ChatClient> {
  const stream = await connect({ hostname: "127.0.0.1", port });
  const { client } = await ChatClient.join(stream, {
    name,
    folder: new DownloadFolder(folder),
    onEvent: (event) => {
      if (event.type === "told") onTold(event.text);
    },
  });
  return client;
}

function latencyOf(times: readonly number[]): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ??
      NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function pause(delay: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
