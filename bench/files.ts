/**
 * Files: one large file from the real server to the real client over loopback, compared
 * with nginx, Python and OpenSSH. See bench/README.md.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import {
  connectable,
  cpuSeconds,
  cpuTimes,
  freePort,
  levelMemory,
  Missing,
  peakMemory,
  type Program,
  start,
  startMessenger,
  workFolder,
} from "./programs.ts";
import {
  formatTable,
  grouped,
  median,
  note,
  print,
  readFlags,
} from "./report.ts";

/**
 * Length of the random block that is repeated, in bytes: too long to be compressible.
 */
const BLOCK_LENGTH = 64 * 1024 * 1024;

/** The most bytes that `crypto.getRandomValues` returns at a time. */
const RANDOM_LENGTH = 64 * 1024;

const FILE_NAME = "large.bin";

type Run = {
  readonly seconds: number;
  /** Processor seconds of all threads. */
  readonly serverCpu: number;
  readonly clientCpu: number;
  /** Peak memory, in bytes. */
  readonly serverMemory: number;
  readonly clientMemory: number;
};

type CurlOptions = {
  /** Whether the file is flushed to the disk afterwards. */
  readonly sync?: boolean;
  /** Whether its SHA-256 is computed afterwards, as a careful user does. */
  readonly hash?: boolean;
  /** Whether it comes over TLS, as with LocalSend. */
  readonly tls?: boolean;
};

type Way = AsyncDisposable & {
  readonly name: string;
  /** Downloads the file of `mib` MiB into `folder`. */
  download(folder: string, mib: number): Promise<Run>;
};

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, { mib: 1024, runs: 5 });
  await using resources = new AsyncDisposableStack();
  const { path: root } = resources.use(await workFolder());
  await makeFile(`${root}/download`, flags.mib);
  const ways = [resources.use(await messenger(root))];
  const missing: string[] = [];
  try {
    const server = resources.use(await nginx(root));
    const after = (name: string, options: CurlOptions) =>
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
  const bytes = flags.mib * 1024 * 1024;
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

export async function makeFile(folder: string, mib: number): Promise<void> {
  await Deno.mkdir(folder);
  using file = await Deno.open(`${folder}/${FILE_NAME}`, {
    write: true,
    createNew: true,
  });
  const block = new Uint8Array(BLOCK_LENGTH);
  for (let at = 0; at < block.length; at += RANDOM_LENGTH) {
    crypto.getRandomValues(block.subarray(at, at + RANDOM_LENGTH));
  }
  for (let left = mib * 1024 * 1024; left > 0;) {
    left -= await file.write(block.subarray(0, Math.min(left, block.length)));
  }
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

/** Starts the real client in `folder`. */
export function startClient(folder: string, port: number): Program {
  const entry = new URL("../client.ts", import.meta.url).pathname;
  return start("deno", [
    "run",
    "--no-prompt",
    "--allow-net",
    "--allow-read=.",
    "--allow-write=.",
    entry,
    "bench",
    "127.0.0.1",
    String(port),
  ], { cwd: folder });
}

/** Waits for a line. Throws if the program prints another line first. */
export async function lineOf(program: Program, wanted: RegExp): Promise<void> {
  const { value } = await program.lines.read();
  if (value === undefined || !wanted.test(value)) {
    throw new Error(`The client said ${value ?? "nothing"}`);
  }
}

async function nginx(root: string) {
  const port = freePort();
  const tlsPort = freePort();
  const config = `${root}/nginx.conf`;
  await runCommand("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-nodes", "-days", "1"],
    ...["-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=localhost"],
    ...["-keyout", `${root}/tls.key`, "-out", `${root}/tls.crt`],
  ]).catch(() => {
    throw new Missing("openssl is not installed: apt install openssl");
  });
  await Deno.writeTextFile(
    config,
    `daemon off;
master_process off;
pid ${root}/nginx.pid;
error_log stderr crit;
events {}
http {
  sendfile on;
  access_log off;
  client_body_temp_path ${root}/body;
  proxy_temp_path ${root}/proxy;
  fastcgi_temp_path ${root}/fastcgi;
  uwsgi_temp_path ${root}/uwsgi;
  scgi_temp_path ${root}/scgi;
  ssl_certificate ${root}/tls.crt;
  ssl_certificate_key ${root}/tls.key;
  server { listen 127.0.0.1:${port}; root ${root}/download; }
  server { listen 127.0.0.1:${tlsPort} ssl; root ${root}/download; }
}
`,
  );
  let server: Program;
  try {
    server = start("nginx", ["-e", "stderr", "-c", config], { quiet: true });
    await runCommand("curl", ["--version"]);
  } catch {
    throw new Missing(
      "nginx or curl is not installed: apt install nginx curl",
    );
  }
  await connectable(port);
  return {
    download: (folder: string, mib: number, options: CurlOptions) =>
      curlFrom(server, {
        ...{ port: options.tls ? tlsPort : port, folder, mib },
        ...options,
      }),
    limit: (folder: string, mib: number) =>
      fetchFrom(server, {
        ...{ target: folder, mib, command: "deno" },
        args: [
          ...["run", "--no-prompt", "--no-check", "--allow-net=127.0.0.1"],
          ...[fileURLToPath(new URL("read_and_hash.ts", import.meta.url))],
          ...[String(port), FILE_NAME],
        ],
        isStarted: true,
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Python's own file server. */
async function python(root: string): Promise<Way> {
  const port = freePort();
  const args = ["-m", "http.server", String(port), "--bind", "127.0.0.1"];
  let server: Program;
  try {
    server = start("python3", args, { cwd: `${root}/download`, quiet: true });
    await runCommand("curl", ["--version"]);
  } catch {
    throw new Missing("python3 or curl is not installed");
  }
  await connectable(port);
  return {
    name: "http.server + curl",
    download: (folder, mib) => curlFrom(server, { port, folder, mib }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/**
 * An SSH server with keys and settings of its own. It encrypts and authenticates each
 * piece, but does not hash the whole file.
 */
async function scp(root: string): Promise<Way> {
  const port = freePort();
  const folder = `${root}/ssh`;
  await Deno.mkdir(folder, { mode: 0o700 });
  const key = `${folder}/key`;
  const config = `${folder}/sshd_config`;
  await Deno.writeTextFile(
    config,
    `ListenAddress 127.0.0.1
Port ${port}
HostKey ${key}
AuthorizedKeysFile ${key}.pub
PidFile ${folder}/sshd.pid
StrictModes no
UsePAM no
Subsystem sftp internal-sftp
`,
  );
  let server: Program;
  try {
    await runCommand("ssh-keygen", [
      "-q",
      "-t",
      "ed25519",
      "-N",
      "",
      "-f",
      key,
    ]);
    // sshd starts itself again for each client, and needs its full path for that.
    const args = ["-D", "-e", "-f", config];
    server = start("/usr/sbin/sshd", args, { quiet: true });
  } catch {
    throw new Missing(
      "scp or sshd is not installed: apt install openssh-client openssh-server",
    );
  }
  try {
    await connectable(port);
  } catch {
    await server[Symbol.asyncDispose]();
    throw new Missing(
      "sshd did not start: as root it needs a folder /run/sshd",
    );
  }
  const options = [
    ...["-i", key, "-P", String(port), "-q", "-F", "none", "-B"],
    ...["-o", "StrictHostKeyChecking=no"],
    ...["-o", `UserKnownHostsFile=${folder}/known_hosts`],
  ];
  return {
    name: "sshd + scp",
    download: (target, mib) =>
      fetchFrom(server, {
        target,
        mib,
        command: "scp",
        args: [
          ...options,
          `127.0.0.1:${root}/download/${FILE_NAME}`,
          `${target}/${FILE_NAME}`,
        ],
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function curlFrom(
  server: Program,
  { port, folder, mib, tls = false, ...options }: CurlOptions & {
    port: number;
    folder: string;
    mib: number;
  },
): Promise<Run> {
  const url = `${tls ? "https" : "http"}://127.0.0.1:${port}/${FILE_NAME}`;
  return fetchFrom(server, {
    target: folder,
    mib,
    command: "curl",
    args: ["-sSk", "-o", `${folder}/${FILE_NAME}`, url],
    ...options,
  });
}

/** Measures a command from its start to its end, or from its first line. */
async function fetchFrom(
  server: Program,
  { target, mib, command, args, sync, hash, isStarted = false }:
    & Pick<CurlOptions, "sync" | "hash">
    & {
      target: string;
      mib: number;
      command: string;
      args: readonly string[];
      /** Whether the command prints a line when it is ready, and waits for one. */
      isStarted?: boolean;
    },
): Promise<Run> {
  await levelMemory(target, mib);
  const usage = await usageOf(server.pid);
  const { children: used } = await cpuTimes(Deno.pid);
  let started = performance.now();
  await using client = start(command, args);
  if (isStarted) {
    await client.lines.read();
    started = performance.now();
    await client.stdin.write(new TextEncoder().encode("\n"));
  }
  // The system reports the memory of running programs only; the peak comes early.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const clientMemory = await peakMemory(client.pid);
  await client.ended;
  if (sync) {
    using file = await Deno.open(`${target}/${FILE_NAME}`, { write: true });
    await file.sync();
  }
  if (hash) {
    await runCommand("openssl", ["dgst", "-sha256", `${target}/${FILE_NAME}`]);
  }
  const seconds = (performance.now() - started) / 1000;
  const { children } = await cpuTimes(Deno.pid);
  return {
    seconds,
    clientCpu: children - used,
    clientMemory,
    ...await usage(),
  };
}

/** Starts watching a server; the result returns what the server has used since. */
async function usageOf(
  pid: number,
): Promise<() => Promise<Pick<Run, "serverCpu" | "serverMemory">>> {
  const total = async () => {
    const { own, children } = await cpuTimes(pid);
    return own + children;
  };
  const before = await total();
  return async () => ({
    serverCpu: await total() - before,
    serverMemory: await peakMemory(pid),
  });
}

async function runCommand(
  command: string,
  args: readonly string[],
): Promise<void> {
  const { success } = await new Deno.Command(command, {
    args: [...args],
    stdout: "null",
  }).output();
  if (!success) throw new Error(`${command} failed`);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
