/**
 * Files: one large file from the real server to the real client over loopback, compared
 * with nginx, Python and OpenSSH. See bench/README.md.
 *
 * @module
 */

import {
  FILE_NAME,
  nginx,
  python,
  type Run,
  scp,
  usageOf,
  type Way,
} from "./file_peers.ts";
import {
  cpuSeconds,
  levelMemory,
  Missing,
  peakMemory,
  startMessenger,
  workFolder,
} from "./programs.ts";
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

/** The default first; then a client that meets the server, and neither with TLS. */
const MESSENGERS = ["TLS", "TLS, first visit", "plain"] as const;

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, { mib: 1024, runs: 5 });
  await using resources = new AsyncDisposableStack();
  const { path: root } = resources.use(await workFolder());
  const bytes = flags.mib * 1024 * 1024;
  await Deno.mkdir(`${root}/download`);
  await makeRandomFile(`${root}/download/${FILE_NAME}`, bytes);
  const ways: Way[] = [];
  for (const kind of MESSENGERS) {
    ways.push(resources.use(await messenger(root, kind)));
  }
  const missing: string[] = [];
  try {
    const server = resources.use(await nginx(root));
    const after = (
      name: string,
      options: Parameters<typeof server.download>[2],
    ) =>
      ways.push({
        ...server,
        name,
        encrypts: options.tls === true,
        download: (folder, mib) => server.download(folder, mib, options),
      });
    after("nginx + curl", {});
    after("nginx + curl + sync", { sync: true });
    after("nginx + curl, openssl dgst", { hash: true });
    after("nginx with TLS + curl", { tls: true });
    after("nginx with TLS + curl, openssl dgst", { tls: true, hash: true });
    after("nginx with TLS + curl | openssl dgst", { tls: true, pipe: true });
    ways.push({
      ...server,
      name: "limit: nginx, SHA-256, no disk",
      download: (folder, mib) => server.limit(folder, mib),
    });
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    missing.push(error.message);
  }
  for (const peer of [python, scp]) {
    try {
      ways.push(resources.use(await peer(root)));
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      missing.push(error.message);
    }
  }
  const results = ways.map(({ name, encrypts = false }) => ({
    ...{ name, encrypts },
    runs: [] as Run[],
  }));
  // The first round is a warm-up.
  for (let round = 0; round <= flags.runs; round++) {
    note(`round ${round + 1} of ${flags.runs + 1}`);
    for (const [i, way] of ways.entries()) {
      await using folder = await workFolder();
      const run = await way.download(folder.path, flags.mib);
      if (round > 0) results[i]!.runs.push(run);
    }
  }
  const rows = results.map(({ name, encrypts, runs }) => ({
    ...{ name, encrypts },
    megabytesPerSecond: median(
      runs.map(({ seconds }) => bytes / seconds / 1e6),
    ),
    serverCpu: median(runs.map((run) => run.serverCpu)),
    clientCpu: median(runs.map((run) => run.clientCpu)),
    serverMegabytes: median(runs.map((run) => run.serverMemory / 1e6)),
    clientMegabytes: median(runs.map((run) => run.clientMemory / 1e6)),
    seconds: runs.map(({ seconds }) => seconds),
  }));
  /** Encrypted ways are compared with each other, and plain ones with each other. */
  const ours = (encrypts: boolean) =>
    rows.find((row) => row.encrypts === encrypts)!.megabytesPerSecond;
  print({ ...flags, results: rows, missing }, {
    json,
    lines: () =>
      `${flags.mib} MiB, median of ${flags.runs}\n\n${
        formatTable([
          [
            "way",
            "MB/s",
            "ours/it",
            "server CPU s",
            "client CPU s",
            "server MB",
            "client MB",
          ],
          ...rows.map((row) => [
            row.name,
            grouped(row.megabytesPerSecond),
            (ours(row.encrypts) / row.megabytesPerSecond).toFixed(2),
            row.serverCpu.toFixed(2),
            row.clientCpu.toFixed(2),
            grouped(row.serverMegabytes),
            Number.isNaN(row.clientMegabytes)
              ? "-"
              : grouped(row.clientMegabytes),
          ]),
          ...missing.map((text) => [text]),
        ])
      }`,
  });
  return 0;
}

/**
 * The real programs; the time is from the line `/get` to the line `Saved`. A client that
 * knows the server from the warm-up checks its certificate with Deno's own TLS; on a
 * first visit it uses `node:tls`, which is slower.
 */
async function messenger(
  root: string,
  kind: typeof MESSENGERS[number],
): Promise<Way> {
  // Deno separates paths by commas.
  const home = `${root}/${kind.replaceAll(/\W+/g, "-")}`;
  const state = `${home}/state`;
  await Deno.mkdir(`${home}/download`, { recursive: true });
  await Deno.mkdir(state);
  await Deno.link(
    `${root}/download/${FILE_NAME}`,
    `${home}/download/${FILE_NAME}`,
  );
  const encrypts = kind !== "plain";
  const flags = encrypts ? [] : ["--no-encryption"];
  const server = await startMessenger(home, [], flags);
  const memory = kind === "TLS, first visit" ? {} : { state };
  return {
    name: `messenger, ${kind}`,
    encrypts,
    async download(folder, mib) {
      await using client = startClient(folder, server.port, memory);
      await lineOf(client, /Welcome/);
      await levelMemory(folder, mib);
      const usage = await usageOf(server.pid);
      const used = await cpuSeconds(client.pid);
      const started = performance.now();
      await client.stdin.write(
        new TextEncoder().encode(`/get ${FILE_NAME}\n`),
      );
      await lineOf(client, /^Saved .*verified/);
      const seconds = (performance.now() - started) / 1000;
      return {
        seconds,
        clientCpu: await cpuSeconds(client.pid) - used,
        clientMemory: await peakMemory(client.pid),
        ...await usage(),
      };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

if (import.meta.main) Deno.exit(await main(Deno.args));
