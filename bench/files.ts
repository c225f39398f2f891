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

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, { mib: 1024, runs: 5 });
  await using resources = new AsyncDisposableStack();
  const { path: root } = resources.use(await workFolder());
  const bytes = flags.mib * 1024 * 1024;
  await Deno.mkdir(`${root}/download`);
  await makeRandomFile(`${root}/download/${FILE_NAME}`, bytes);
  const ways = [resources.use(await messenger(root))];
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
        download: (folder, mib) => server.download(folder, mib, options),
      });
    after("nginx + curl", {});
    after("nginx + curl + sync", { sync: true });
    after("nginx + curl, openssl dgst", { hash: true });
    after("nginx with TLS + curl", { tls: true });
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
  const results = ways.map(({ name }) => ({ name, runs: [] as Run[] }));
  // The first round is a warm-up.
  for (let round = 0; round <= flags.runs; round++) {
    note(`round ${round + 1} of ${flags.runs + 1}`);
    for (const [i, way] of ways.entries()) {
      await using folder = await workFolder();
      const run = await way.download(folder.path, flags.mib);
      if (round > 0) results[i]!.runs.push(run);
    }
  }
  const rows = results.map(({ name, runs }) => ({
    name,
    megabytesPerSecond: median(
      runs.map(({ seconds }) => bytes / seconds / 1e6),
    ),
    serverCpu: median(runs.map((run) => run.serverCpu)),
    clientCpu: median(runs.map((run) => run.clientCpu)),
    serverMegabytes: median(runs.map((run) => run.serverMemory / 1e6)),
    clientMegabytes: median(runs.map((run) => run.clientMemory / 1e6)),
    seconds: runs.map(({ seconds }) => seconds),
  }));
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
            (rows[0]!.megabytesPerSecond / row.megabytesPerSecond).toFixed(2),
            row.serverCpu.toFixed(2),
            row.clientCpu.toFixed(2),
            grouped(row.serverMegabytes),
            grouped(row.clientMegabytes),
          ]),
          ...missing.map((text) => [text]),
        ])
      }`,
  });
  return 0;
}

/** The real programs; the time is from the line `/get` to the line `Saved`. */
async function messenger(root: string): Promise<Way> {
  const server = await startMessenger(root);
  return {
    name: "messenger",
    async download(folder, mib) {
      await using client = startClient(folder, server.port);
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
