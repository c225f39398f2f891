/**
 * Starts and stops the measured programs, and asks the system what they used.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";
import config from "../deno.json" with { type: "json" };
import type { Encryption } from "./dial.ts";
import type { DialectName } from "./dialects.ts";

/** Longest time for a program to start, in milliseconds. */
const START_TIMEOUT = 10_000;

/** The working folder; removed at the end. */
const WORK = new URL(".work/", import.meta.url).pathname;

/** Memory is allocated in pieces of this length in bytes, as a download does. */
const LEVEL_LENGTH = 256 * 1024;

/** How much memory is freed, as a multiple of the file's size. */
const LEVEL_SHARE = 1.1;

/** A started program. It is killed when it goes out of scope. */
export type Program = AsyncDisposable & {
  readonly pid: number;
  /** Its output, line by line. */
  readonly lines: ReadableStreamDefaultReader<string>;
  readonly stdin: WritableStreamDefaultWriter<Uint8Array>;
  /** Rejects if the program failed. */
  readonly ended: Promise<void>;
};

/** A server under test. */
export type Server = AsyncDisposable & {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly dialect: DialectName;
  /** How its clients encrypt; `undefined`: they do not. */
  readonly encryption?: Encryption;
  /** The most bytes that a client may send at a time; default: any number. */
  readonly batchLength?: number;
};

/** A server cannot take part; the message is a phrase for the table. */
export class Missing extends Error {}

/** Returns a new folder for each caller, removed at the end of its scope. */
export async function workFolder(): Promise<
  AsyncDisposable & { path: string }
> {
  await Deno.mkdir(WORK, { recursive: true });
  const path = await Deno.makeTempDir({ dir: WORK });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/**
 * Gives every download the same start: earlier writes are on the disk, and `mib` MiB of
 * memory are free and belong to this machine. A virtual machine may return memory to
 * its host after some idle seconds, and getting it back takes longer than a download,
 * so a program that starts later would seem slow.
 */
export async function levelMemory(folder: string, mib: number): Promise<void> {
  const path = `${folder}/scratch`;
  const block = new Uint8Array(LEVEL_LENGTH);
  {
    using file = await Deno.open(path, { write: true, createNew: true });
    const length = mib * LEVEL_SHARE * 1024 * 1024;
    for (let at = 0; at < length;) at += await file.write(block);
  }
  await new Deno.Command("sync").output();
  await Deno.remove(path);
}

export function start(
  command: string,
  args: readonly string[],
  { quiet = false, ...options }: {
    cwd?: string;
    env?: Record<string, string>;
    quiet?: boolean;
  } = {},
): Program {
  const child = new Deno.Command(command, {
    args: [...args],
    ...options,
    stdin: "piped",
    stdout: "piped",
    stderr: quiet ? "null" : "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  return {
    pid: child.pid,
    lines,
    stdin: child.stdin.getWriter(),
    get ended() {
      return child.status.then(({ success, code }) => {
        if (!success) throw new Error(`${command} ended with code ${code}`);
      });
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // The process has ended.
      }
      await drain(lines);
      await child.status;
    },
  };
}

/** Keeps reading, so that the program never waits for its own output. */
async function drain(lines: Program["lines"]): Promise<void> {
  while (!(await lines.read()).done);
}

/** Only on this machine, without the limit on floods, because the load is a flood. */
const SERVER_FLAGS = [
  ...["--host", "127.0.0.1", "--max-rate", "0"],
  ...["--max-clients", "50000"],
];

/**
 * Starts the real server, with the permissions of the task `server`, in `folder`, with
 * further V8 flags and further flags of its own.
 */
export async function startMessenger(
  folder: string,
  extra: readonly string[] = [],
  flagsOfServer: readonly string[] = [],
): Promise<Server> {
  const [, ...flags] = config.tasks.server.command.split(" ");
  const entry = new URL(`../${flags.pop()}`, import.meta.url).pathname;
  const [run, ...rest] = flags;
  const program = start(
    "deno",
    [run!, ...extra, ...rest, entry, "0", ...SERVER_FLAGS, ...flagsOfServer],
    { cwd: folder },
  );
  return await serverOf(program, { name: "messenger", dialect: "lan" });
}

/** Starts a small server to compare with, see reference_server.ts. */
export async function startReference(mode: "naive" | "relay"): Promise<Server> {
  const entry = new URL("reference_server.ts", import.meta.url).pathname;
  const args = ["run", "--no-prompt", "--allow-net=127.0.0.1", entry, mode];
  const dialect = mode === "naive" ? "lan" : "relay";
  return await serverOf(start("deno", args), { name: mode, dialect });
}

/** Starts a server that does almost nothing, as a limit, see bare_server.ts. */
export async function startBare(
  mode: "relay" | "echo" | "pour",
): Promise<Server> {
  const entry = new URL("bare_server.ts", import.meta.url).pathname;
  const args = ["run", "--no-prompt", "--allow-net=127.0.0.1", entry, mode];
  const about = { name: `bare ${mode}`, dialect: "relay" } as const;
  return await serverOf(start("deno", args), about);
}

export async function startNats(
  extra: readonly string[] = [],
): Promise<Server> {
  const port = freePort();
  const args = ["--addr", "127.0.0.1", "--port", String(port), ...extra];
  return await foreign("nats-server", args, { port, dialect: "nats" });
}

/** `settings` returns more of the configuration file, for a server on this port. */
export async function startNgircd(
  folder: string,
  settings: (port: number) => string = (port) => `Ports = ${port}`,
): Promise<Server> {
  const port = freePort();
  const path = `${folder}/ngircd.conf`;
  await Deno.writeTextFile(
    path,
    `[Global]
Name = bench.local
Info = bench
Listen = 127.0.0.1
${settings(port)}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
`,
  );
  const args = ["--nodaemon", "--config", path];
  return await foreign("ngircd", args, { port, dialect: "irc" });
}

async function foreign(
  command: string,
  args: readonly string[],
  { port, dialect }: { port: number; dialect: DialectName },
): Promise<Server> {
  let program: Program;
  try {
    program = start(command, args, { quiet: true });
  } catch {
    throw new Missing(
      `${command} is not installed: apt install ${command}`,
    );
  }
  try {
    await connectable(port);
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
  void drain(program.lines).catch(() => {});
  return {
    name: command,
    pid: program.pid,
    port,
    dialect,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** Waits for a server that prints its port. */
async function serverOf(
  program: Program,
  about: { name: string; dialect: DialectName },
): Promise<Server> {
  for (;;) {
    const { value, done } = await program.lines.read();
    if (done) throw new Error(`${about.name} ended at once`);
    const port = /port (\d+)/.exec(value)?.[1];
    if (port === undefined) continue;
    void drain(program.lines).catch(() => {});
    return {
      ...about,
      pid: program.pid,
      port: Number(port),
      [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
    };
  }
}

export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

export async function connectable(port: number): Promise<void> {
  const end = performance.now() + START_TIMEOUT;
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Returns the processor seconds of a process, without its children. */
export async function cpuSeconds(pid: number): Promise<number> {
  const { own } = await cpuTimes(pid);
  return own;
}

/**
 * Returns the processor seconds of a process and, separately, those of its ended
 * children.
 */
export async function cpuTimes(
  pid: number,
): Promise<{ own: number; children: number }> {
  const stat = await proc(pid, "stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticksPerSecond = 100;
  const seconds = (at: number) =>
    (Number(fields[at]) + Number(fields[at + 1])) / ticksPerSecond;
  return { own: seconds(11), children: seconds(13) };
}

/** Returns the peak memory of a process, in bytes. */
export async function peakMemory(pid: number): Promise<number> {
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(await proc(pid, "status"))?.[1];
  return Number(kib) * 1024;
}

/** Returns the current memory of a process, in bytes. */
export async function residentMemory(pid: number): Promise<number> {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(await proc(pid, "status"))?.[1];
  return Number(kib) * 1024;
}

/** Reads /proc with `cat`, because Deno itself needs all permissions for that. */
async function proc(pid: number, file: string): Promise<string> {
  const { stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/${file}`],
  }).output();
  return new TextDecoder().decode(stdout);
}
