/**
 * Other programs that serve and fetch a file, for files.ts, and what they took.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { writeCertificate } from "./encrypted_servers.ts";
import {
  connectable,
  cpuTimes,
  freePort,
  levelMemory,
  Missing,
  peakMemory,
  type Program,
  start,
} from "./programs.ts";

/** The name of the file that is downloaded. */
export const FILE_NAME = "large.bin";

export type Run = {
  readonly seconds: number;
  /** Processor seconds of all threads. */
  readonly serverCpu: number;
  readonly clientCpu: number;
  /** Peak memory, in bytes; `NaN` for a client of several programs. */
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
  /** Whether it is hashed while it arrives, by a pipe of programs. */
  readonly pipe?: boolean;
};

export type Way = AsyncDisposable & {
  readonly name: string;
  readonly encrypts?: boolean;
  /** Downloads the file of `mib` MiB into `folder`. */
  download(folder: string, mib: number): Promise<Run>;
};

export async function nginx(root: string) {
  const port = freePort();
  const tlsPort = freePort();
  const config = `${root}/nginx.conf`;
  const { certificatePath, keyPath } = await writeCertificate(root);
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
  ssl_certificate ${certificatePath};
  ssl_certificate_key ${keyPath};
  server { listen 127.0.0.1:${port}; root ${root}/download; }
  server { listen 127.0.0.1:${tlsPort} ssl; root ${root}/download; }
}
`,
  );
  let server: Program;
  try {
    server = start("nginx", ["-e", "stderr", "-c", config], { quiet: true });
    await runCommand("curl", ["--version"]);
    await runCommand("openssl", ["version"]);
  } catch {
    throw new Missing(
      "nginx, curl or openssl is not installed: apt install nginx curl openssl",
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
export async function python(root: string): Promise<Way> {
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
export async function scp(root: string): Promise<Way> {
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
    encrypts: true,
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
  { port, folder, mib, tls = false, pipe = false, ...options }: CurlOptions & {
    port: number;
    folder: string;
    mib: number;
  },
): Promise<Run> {
  const url = `${tls ? "https" : "http"}://127.0.0.1:${port}/${FILE_NAME}`;
  if (pipe) {
    const script = 'curl -sSk "$1" | tee "$2" | openssl dgst -sha256';
    return fetchFrom(server, {
      ...{ target: folder, mib, command: "sh", isPipe: true },
      args: ["-c", script, "sh", url, `${folder}/${FILE_NAME}`],
    });
  }
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
  { target, mib, command, args, sync, hash, isStarted, isPipe }:
    & Pick<CurlOptions, "sync" | "hash">
    & {
      target: string;
      mib: number;
      command: string;
      args: readonly string[];
      /** Whether the command prints a line when it is ready, and waits for one. */
      isStarted?: boolean;
      /** Whether the command starts others, whose memory it does not have. */
      isPipe?: boolean;
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
  const clientMemory = isPipe ? NaN : await peakMemory(client.pid);
  await client.ended;
  // The shell ends well even if only the last program of a pipe does.
  if (isPipe) await checkLength(`${target}/${FILE_NAME}`, mib);
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

async function checkLength(path: string, mib: number): Promise<void> {
  const { size } = await Deno.stat(path);
  if (size !== mib * 1024 * 1024) throw new Error(`${size} bytes were saved`);
}

/** Starts watching a server; the result returns what the server has used since. */
export async function usageOf(
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
