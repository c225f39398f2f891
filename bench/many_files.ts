// deno-lint-ignore-file no-console -- one of its processes speaks to the other
/**
 * One client downloads ten thousand small files while two people chat, beside rsync and
 * tar. See bench/README.md.
 *
 * @module
 */

import { ChatClient } from "../lib/client/chat_client.ts";
import { DownloadFolder } from "../lib/files/download_folder.ts";
import { connect } from "../lib/net/connect.ts";
import {
  connectable,
  freePort,
  Missing,
  start,
  startMessenger,
  workFolder,
} from "./programs.ts";
import { formatTable, grouped, median, print, readFlags } from "./report.ts";

/** Milliseconds between two chat messages. */
const CHAT_INTERVAL = 5;

/** How often each other program copies the files; the first time is a warm-up. */
const PEER_RUNS = 4;

/**
 * Runs in a process of its own: prints the round-trip times of its messages when its
 * input ends.
 */
async function bystander(port: number): Promise<number> {
  const taken: number[] = [];
  const join = async (name: string, onText: (text: string) => void) => {
    const stream = await connect({ hostname: "127.0.0.1", port });
    const { client } = await ChatClient.join(stream, {
      name,
      folder: new DownloadFolder(name),
      onEvent: (event) => event.type === "said" && onText(event.text),
    });
    return client;
  };
  const said = await join("Speaker", () => {});
  const heard = await join(
    "Bystander",
    (text) => void taken.push(performance.now() - Number(text)),
  );
  const timer = setInterval(
    () => said.say(String(performance.now())),
    CHAT_INTERVAL,
  );
  console.log("ready");
  for await (const _ of Deno.stdin.readable);
  clearInterval(timer);
  await heard.settled();
  taken.sort((a, b) => a - b);
  const at = (share: number) =>
    taken[Math.min(taken.length - 1, Math.floor(taken.length * share))];
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99), max: at(1) }));
  await Promise.all([said.leave(), heard.leave()]);
  return 0;
}

async function main(args: string[]): Promise<number> {
  if (args[0] === "bystander") return await bystander(Number(args[1]));
  const { files, length, json } = readFlags(args, {
    files: 10_000,
    length: 1024,
  });
  await using work = await workFolder();
  await using server = await startMessenger(work.path);
  for (let i = 1; i <= files!; i++) {
    const bytes = new Uint8Array(length).fill(i);
    await Deno.writeFile(`${work.path}/download/file ${i}.bin`, bytes);
  }
  await new Promise((resolve) => setTimeout(resolve, 3_000)); // The server offers files that are still.
  const other = new Deno.Command("deno", {
    args: [
      "run",
      "--allow-net",
      new URL(import.meta.url).pathname,
      "bystander",
      `${server.port}`,
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = other.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await output.read();
  const stream = await connect({ hostname: "127.0.0.1", port: server.port });
  const { client } = await ChatClient.join(stream, {
    name: "Ann",
    folder: new DownloadFolder(`${work.path}/Ann`),
    onEvent() {},
  });
  const listed = performance.now();
  const list = await client.files();
  const listing = performance.now() - listed;
  const again = performance.now();
  await client.files();
  const relisting = performance.now() - again;
  const began = performance.now();
  const fates = await Promise.allSettled(
    list.map(({ name, size }) => client.get(name, { size }).saved),
  );
  const seconds = (performance.now() - began) / 1000;
  const saved = fates.filter(({ status }) => status === "fulfilled").length;
  await client.leave();
  await other.stdin.close();
  const { value } = await output.read();
  await other.status;
  const { p50, p99, max } = JSON.parse(value!);
  const row = { seconds, listing, relisting, p50, p99, max };
  const numbers = Object.values(row).map((value: number) => value.toFixed(1));
  const peers = await measurePeers(work.path);
  print({ files: list.length, saved, ...row, peers }, {
    json,
    lines: () =>
      `${
        formatTable([
          ["files", "saved", "s", "list ms", "again ms", "p50", "p99", "max"],
          [grouped(list.length), grouped(saved), ...numbers],
        ])
      }\n\n${
        formatTable(
          Object.entries(peers).map(([name, result]) => [
            name,
            typeof result === "string" ? result : `${result.toFixed(2)} s`,
          ]),
        )
      }`,
  });
  return saved === files ? 0 : 1;
}

/** Copies the same files with other programs; resolves to seconds, or what is missing. */
async function measurePeers(
  root: string,
): Promise<Record<string, number | string>> {
  const port = freePort();
  const config = `${root}/rsyncd.conf`;
  await Deno.writeTextFile(
    config,
    `port = ${port}
address = 127.0.0.1
use chroot = no
pid file = ${root}/rsyncd.pid
[files]
path = ${root}/download
`,
  );
  const url = `rsync://127.0.0.1:${port}/files/`;
  const tarPort = freePort();
  const tar = (to: string) =>
    `tar -C '${root}/download' -c . | nc -N -l 127.0.0.1 ${tarPort} &
    for i in 1 2 3 4 5 6 7 8 9; do sleep 0.01
    nc -d 127.0.0.1 ${tarPort} | tar -C '${to}' -x 2>/dev/null && break; done`;
  const ways: [string, (to: string) => string][] = [
    ["rsync from its daemon, no flush", (to) => `rsync -a ${url} '${to}/'`],
    [
      "rsync --fsync from its daemon",
      (to) => `rsync -a --fsync ${url} '${to}/'`,
    ],
    ["tar | nc, no flush", tar],
  ];
  const results: Record<string, number | string> = {};
  try {
    const args = ["--daemon", "--no-detach", `--config=${config}`];
    await using _daemon = start("rsync", args, { quiet: true });
    await connectable(port);
    for (const [name, command] of ways) {
      const seconds: number[] = [];
      for (let run = 0; run < PEER_RUNS; run++) {
        // Removing files would slow down the creation of others for minutes (ext4).
        const to = `${root}/copy ${name} ${run}`;
        await Deno.mkdir(to);
        const began = performance.now();
        await start("sh", ["-c", command(to)]).ended;
        seconds.push((performance.now() - began) / 1000);
      }
      results[name] = median(seconds.slice(1));
    }
  } catch (error) {
    if (!(error instanceof Missing || error instanceof Deno.errors.NotFound)) {
      throw error;
    }
    results["rsync"] = "not installed: apt install rsync netcat-openbsd";
  }
  return results;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
