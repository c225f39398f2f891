/**
 * The real programs, used as a person or a script uses them: started as processes with
 * the permissions of the tasks in deno.json, lines in, lines out, signals, exit codes.
 * Nothing here sleeps: each wait is for a line or for an exit, and a timeout ends a
 * wait that would never end.
 *
 * @module
 */

import { assert, assertEquals, fail } from "@std/assert";
import { TextLineStream } from "@std/streams/text-line-stream";
import { type ProgramName, taskFlags } from "../../packaging/programs.ts";

/** Milliseconds after which a wait has failed; a busy machine needs some seconds. */
const SAFETY_NET = 60_000;

const ROOT = new URL("../../", import.meta.url);

export type { ProgramName };

/**
 * Environment variables with other commands for the programs, such as
 * `dist/server.exe`.
 */
export const COMMANDS = {
  server: "MESSENGER_SERVER",
  client: "MESSENGER_CLIENT",
} as const;

/** Whether the server has the file name rules of another system. */
export const otherServer = isForWindows("server");

/**
 * Whether a program was started by another command than `deno run`: it then has its
 * permissions for good, and no modules can be loaded before its own.
 */
export const isPacked = Object.values(COMMANDS)
  .some((name) => Deno.env.get(name) !== undefined);

/**
 * Whether the server encrypts. The packed programs of these tests are made with Deno 2.6,
 * in which `node:tls` cannot serve over a stream; a release is made with the pinned Deno.
 */
export const encrypts = Deno.env.get(COMMANDS.server) === undefined;

/** Whether a program can only be killed, and has no modes: one of them is for Windows. */
export const noSignals = Deno.build.os === "windows" ||
  Object.keys(COMMANDS).some((name) => isForWindows(name as ProgramName));

/**
 * Returns how a program names the program `of` in its messages; `by` is the program
 * that prints.
 */
export function shownCommand(by: ProgramName, of: ProgramName): string {
  return Deno.build.os === "windows" || isForWindows(by)
    ? `${of}.exe`
    : `./${of}`;
}

/** Returns whether the command for a program starts a Windows program. */
function isForWindows(name: ProgramName): boolean {
  return /windeno|\.exe/.test(Deno.env.get(COMMANDS[name]) ?? "");
}

/** Returns the words that start a program in any folder. */
export function commandLine(
  name: ProgramName,
  args: readonly string[],
  { home, permissions = taskFlags(name), encryptsAnyway = false }: Pick<
    StartOptions,
    "home" | "permissions" | "encryptsAnyway"
  > = {},
): string[] {
  const command = Deno.env.get(COMMANDS[name]);
  if (command !== undefined) {
    const isUnable = name === "server" && !encrypts && !encryptsAnyway;
    const unable = isUnable ? ["--no-encryption"] : [];
    return [...words(command), ...unable, ...args];
  }
  return [
    ...[Deno.execPath(), "run", "--config", pathOf("deno.json")],
    ...permissions.map((flag) =>
      home !== undefined && /^--allow-(read|write)=/.test(flag)
        ? `${flag},${home}`
        : flag
    ),
    ...[pathOf(`${name}.ts`), ...args],
  ];
}

/** Returns the words of a command: splits it at its spaces, except inside quotation marks. */
export function words(command: string): string[] {
  return Array.from(
    command.matchAll(/"([^"]*)"|\S+/g),
    ([word, quoted]) => quoted ?? word,
  );
}

/**
 * Resolves like `promise`, or rejects after the timeout with a message that says what
 * was expected.
 */
export async function withSafetyNet<T>(
  promise: Promise<T>,
  describe: () => string,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`Waited too long: ${describe()}`)),
    SAFETY_NET,
  );
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The lines of one of a program's outputs, as they arrive. */
export class Lines {
  readonly all: string[] = [];
  /** Resolves at the end of the output. */
  readonly ended: Promise<void>;
  #next = 0;
  #isOver = false;
  readonly #closing = new AbortController();
  #changed = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.ended = this.#read(stream);
  }

  /**
   * Resolves to the next line that equals or matches `pattern`, after the one found
   * last; skips the lines in between.
   */
  async next(pattern: string | RegExp): Promise<string> {
    const at = await this.#find(pattern, this.#next);
    this.#next = at + 1;
    return this.all[at]!;
  }

  /** Resolves to a line at any position; does not move on. */
  async somewhere(pattern: string | RegExp): Promise<string> {
    return this.all[await this.#find(pattern, 0)]!;
  }

  /** Returns how many lines so far equal or match `pattern`. */
  count(pattern: string | RegExp): number {
    return this.all.filter((line) => matches(line, pattern)).length;
  }

  /**
   * Resolves when there are more than `count` lines. Rejects at the end of the output.
   */
  async more(count: number): Promise<void> {
    while (this.all.length <= count) {
      if (this.#isOver) throw new Error("Output has ended");
      await this.#changed.promise;
    }
  }

  #find(pattern: string | RegExp, start: number): Promise<number> {
    const search = async () => {
      for (let at = start;;) {
        for (; at < this.all.length; at++) {
          if (matches(this.all[at]!, pattern)) return at;
        }
        if (this.#isOver) throw new Error(`Output ended without ${wanted()}`);
        await this.#changed.promise;
      }
    };
    const wanted = () => `${pattern} in:\n${this.all.join("\n")}`;
    return withSafetyNet(search(), wanted);
  }

  /** Stops reading: the program's next write fails. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.ended;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const { signal } = this.#closing;
    const lines = stream
      .pipeThrough(new TextDecoderStream(), { signal })
      .pipeThrough(new TextLineStream());
    try {
      for await (const line of lines) {
        this.all.push(line);
        this.#tell();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    this.#isOver = true;
    this.#tell();
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function matches(line: string, pattern: string | RegExp): boolean {
  return typeof pattern === "string" ? line === pattern : pattern.test(line);
}

export type StartOptions = {
  /** The program's folder; default: a new folder, removed with the program. */
  readonly folder?: Folder;
  /**
   * The user's home folder. The program may use it, as a compiled program may use all
   * profiles; a program run from the sources may not.
   */
  readonly home?: string;
  /**
   * Words before the command: a program that starts it elsewhere, or with fewer rights.
   */
  readonly wrap?: readonly string[];
  /** Flags for `deno run`, besides those of the task. */
  readonly flags?: readonly string[];
  /** Whether a packed server gets its certificate, although no client can use it. */
  readonly encryptsAnyway?: boolean;
  /** Flags for `deno run` in place of the task's permissions. */
  readonly permissions?: readonly string[];
};

/** A running program. Disposing of it ends the program in any state, and waits. */
export class Program implements AsyncDisposable {
  /** The program's folder. */
  readonly folder: Folder;
  readonly output: Lines;
  readonly errors: Lines;
  readonly #ownsFolder: boolean;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;

  constructor(
    name: ProgramName,
    args: readonly string[],
    { folder, wrap = [], flags = [], home, ...options }: StartOptions = {},
  ) {
    this.folder = folder ?? new Folder();
    this.#ownsFolder = folder === undefined;
    const [deno, ...rest] = commandLine(name, args, {
      ...options,
      ...(home !== undefined && { home }),
    });
    if (flags.length > 0 && isPacked) {
      throw new TypeError(`A packed program takes no flags: ${flags}`);
    }
    rest.splice(1, 0, ...flags);
    const [command, ...words] = [...wrap, deno!, ...rest];
    this.#process = new Deno.Command(command!, {
      args: words,
      cwd: this.folder.path,
      env: {
        NO_COLOR: "1",
        ...(home !== undefined && {
          ...{ HOME: home, USERPROFILE: home, DENO_DIR: denoFolder() },
        }),
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.output = new Lines(this.#process.stdout);
    this.errors = new Lines(this.#process.stderr);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Types lines, each with its Enter. */
  async type(...lines: string[]): Promise<void> {
    await this.typeRaw(lines.map((line) => `${line}\n`).join(""));
  }

  /** Types `text` unchanged. */
  async typeRaw(text: string | Uint8Array<ArrayBuffer>): Promise<void> {
    const isText = typeof text === "string";
    await this.#input.write(isText ? new TextEncoder().encode(text) : text);
  }

  /** Ends the input. */
  async endInput(): Promise<void> {
    await this.#input.close();
  }

  /** Sends a signal: Ctrl+C, `kill`, and so on. Windows has only `SIGKILL`. */
  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /**
   * Resolves to the exit code when the program has ended and all its output was read.
   */
  async exitCode(): Promise<number> {
    const ended = Promise.all([
      this.#process.status,
      this.output.ended,
      this.errors.ended,
    ]);
    const [{ code }] = await withSafetyNet(
      ended,
      () =>
        `the end of the program, which said:\n${this.output.all.join("\n")}`,
    );
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.kill("SIGKILL");
    } catch {
      // Already ended.
    }
    await this.#input.abort().catch(() => {});
    await this.exitCode();
    if (this.#ownsFolder) this.folder[Symbol.dispose]();
  }
}

/** A free port that only this machine can reach, and that no client of another test finds. */
const OWN_ROOM = ["0", "--host", "127.0.0.1", "--no-discovery"];

/** A server that people can join. */
export class Server extends Program {
  /** The port that the server prints. */
  port = 0;

  /**
   * Starts a server that only this machine can reach, on a free port, unless `args` say
   * otherwise.
   */
  static async start(
    { args = OWN_ROOM, ...options }: StartOptions & {
      readonly args?: readonly string[];
    } = {},
  ): Promise<Server> {
    const server = new Server("server", args, options);
    const line = await started(server, /^Listening on port \d+/);
    server.port = Number(/\d+/.exec(line)![0]);
    await server.output.next("Press Ctrl+C to stop");
    return server;
  }

  /**
   * Returns its log so far, line by line, rotated files included. Complete only after
   * the server has stopped.
   */
  log(): string[] {
    const { folder } = this;
    const old = folder.list().filter((name) => /^server\.log\.\d$/.test(name));
    return [...old.reverse(), "server.log"]
      .flatMap((name) => folder.readText(name).trimEnd().split("\n"));
  }
}

/** Starts a client and waits until it has been welcomed. */
export async function join(
  server: Server,
  name: string,
  options?: StartOptions,
): Promise<Program> {
  const client = startClient(server, name, options);
  await started(client, /^Welcome/);
  return client;
}

/** Starts a client without waiting for its result. */
export function startClient(
  { port }: { port: number },
  name: string,
  options?: StartOptions,
  words: readonly string[] = [],
): Program {
  const args = [name, "127.0.0.1", String(port), ...words];
  return new Program("client", args, options);
}

/** Resolves to the first line, or rejects with the program's errors. */
async function started(program: Program, pattern: RegExp): Promise<string> {
  try {
    return await program.output.next(pattern);
  } catch (cause) {
    await program[Symbol.asyncDispose]();
    fail(`${cause}\n${program.errors.all.join("\n")}`);
  }
}

/** Runs a program to its end, with `input` typed. */
export async function run(
  name: ProgramName,
  args: readonly string[],
  { input = [], ...options }: StartOptions & {
    readonly input?: readonly string[];
  } = {},
): Promise<{ code: number; output: string[]; errors: string[] }> {
  await using program = new Program(name, args, options);
  // A program that has already ended does not read.
  await program.type(...input).catch(() => {});
  await program.endInput().catch(() => {});
  return {
    code: await program.exitCode(),
    output: program.output.all,
    errors: program.errors.all,
  };
}

/** A new, empty folder, removed when it is disposed of. */
export class Folder implements Disposable {
  readonly path: string;

  /** Creates it in `parent`, by default where the system keeps temporary folders. */
  constructor(parent?: string) {
    const prefix = "messenger-";
    this.path = Deno.makeTempDirSync({
      prefix,
      ...(parent !== undefined && { dir: parent }),
    });
  }

  /**
   * Returns the names in a folder inside, sorted; none if the folder does not exist.
   */
  list(name = "."): string[] {
    try {
      return Array.from(
        Deno.readDirSync(`${this.path}/${name}`),
        (entry) => entry.name,
      ).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  makeFolder(name: string): void {
    Deno.mkdirSync(`${this.path}/${name}`, { recursive: true });
  }

  read(name: string): Uint8Array {
    return Deno.readFileSync(`${this.path}/${name}`);
  }

  readText(name: string): string {
    return Deno.readTextFileSync(`${this.path}/${name}`);
  }

  write(name: string, data: string | Uint8Array): void {
    const path = `${this.path}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (typeof data === "string") Deno.writeTextFileSync(path, data);
    else Deno.writeFileSync(path, data);
  }

  /** Writes a file of `size` zero bytes, which takes no space on most disks. */
  writeSparse(name: string, size: number): void {
    this.write(name, "");
    Deno.truncateSync(`${this.path}/${name}`, size);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/**
 * Returns a new folder that the programs accept as a user's home: one of the programs'
 * own permissions, if they have them for good.
 */
export function homeFolder(): Folder {
  return new Folder(isPacked ? "/home" : undefined);
}

/** Where this Deno keeps its packages, whatever the home folder. */
export function denoFolder(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).outputSync();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/** Fails unless both hold the same bytes; prints no content of large ones. */
export function assertSameBytes(
  actual: Uint8Array,
  expected: Uint8Array,
): void {
  assertEquals(actual.length, expected.length, "different length");
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  assert(at === -1, `different from byte ${at} on`);
}

/** Returns whether this machine has IPv6. */
export function hasIPv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

function pathOf(file: string): string {
  const { pathname } = new URL(file, ROOT);
  const path = decodeURIComponent(pathname);
  return Deno.build.os === "windows" ? path.slice(1) : path;
}
