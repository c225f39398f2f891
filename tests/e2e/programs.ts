/**
 * The real programs, used as a person or a script uses them: started as
 * processes with the permissions of the tasks in deno.json, lines in, lines out,
 * signals, exit codes. Nothing here sleeps: whoever waits, waits for a line or
 * for an exit, and a safety net ends a wait that would last for ever.
 *
 * @module
 */

import { assert, assertEquals, fail } from "@std/assert";
import { TextLineStream } from "@std/streams/text-line-stream";
import { type ProgramName, taskFlags } from "../../packaging/programs.ts";

/** A wait as long as this has failed, in milliseconds; a busy machine needs some seconds. */
const SAFETY_NET = 60_000;

const ROOT = new URL("../../", import.meta.url);

export type { ProgramName };

/** Variables with other commands to start the programs with, such as `dist/server.exe`. */
export const COMMANDS = {
  server: "MESSENGER_SERVER",
  client: "MESSENGER_CLIENT",
} as const;

/** Whether the server's file names may be those of another system. */
export const otherServer = Deno.env.get(COMMANDS.server) !== undefined;

/** Whether the programs know only a sudden end: on Windows, and where it is unknown what they are. */
export const noSignals = Deno.build.os === "windows" ||
  Object.values(COMMANDS).some((name) => Deno.env.get(name) !== undefined);

/** How the programs under test call `of`: `by` is the one that says it. */
export function shownCommand(by: ProgramName, of: ProgramName): string {
  const started = Deno.env.get(COMMANDS[by]) ?? "";
  const isWindows = Deno.build.os === "windows" ||
    /windeno|\.exe/.test(started);
  return isWindows ? `${of}.exe` : `./${of}`;
}

/** The words that start a program wherever one is. */
export function commandLine(
  name: ProgramName,
  args: readonly string[],
  home?: string,
): string[] {
  const command = Deno.env.get(COMMANDS[name]);
  if (command !== undefined) return [...words(command), ...args];
  return [
    ...[Deno.execPath(), "run", "--config", pathOf("deno.json")],
    ...taskFlags(name).map((flag) =>
      home !== undefined && /^--allow-(read|write)=/.test(flag)
        ? `${flag},${home}`
        : flag
    ),
    ...[pathOf(`${name}.ts`), ...args],
  ];
}

/** Divides a command at its spaces, but for those in quotation marks. */
function words(command: string): string[] {
  return Array.from(
    command.matchAll(/"([^"]*)"|\S+/g),
    ([word, quoted]) => quoted ?? word,
  );
}

/** `promise`, or a failure that says what was waited for in vain. */
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

/** What a program says on one of its outputs, line by line as it comes. */
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
   * The next line that is `pattern`, or matches it, after the one that was found
   * last; the ones between are passed over.
   */
  async next(pattern: string | RegExp): Promise<string> {
    const at = await this.#find(pattern, this.#next);
    this.#next = at + 1;
    return this.all[at]!;
  }

  /** A line wherever it stands; moves nothing. */
  async somewhere(pattern: string | RegExp): Promise<string> {
    return this.all[await this.#find(pattern, 0)]!;
  }

  /** How many lines so far are `pattern`, or match it. */
  count(pattern: string | RegExp): number {
    return this.all.filter((line) => matches(line, pattern)).length;
  }

  /** Resolves when there are more than `count` lines. Fails at the end of the output. */
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

  /** Reads no further: whoever writes there is told that nobody does. */
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
  /** Where the program runs; default: a new folder that goes with the program. */
  readonly folder?: Folder;
  /**
   * The folder of its user. The program may go there, as a compiled one may into
   * all profiles; one that is run from the sources may not.
   */
  readonly home?: string;
  /** Words before the command: a program that starts it somewhere else, or with less. */
  readonly wrap?: readonly string[];
  /** Words for `deno run`, besides those of the task. */
  readonly flags?: readonly string[];
};

/** A program that runs. Disposing of it ends it, however it does, and waits. */
export class Program implements AsyncDisposable {
  /** Where it runs. */
  readonly folder: Folder;
  readonly output: Lines;
  readonly errors: Lines;
  readonly #ownsFolder: boolean;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;

  constructor(
    name: ProgramName,
    args: readonly string[],
    { folder, home, wrap = [], flags = [] }: StartOptions = {},
  ) {
    this.folder = folder ?? new Folder();
    this.#ownsFolder = folder === undefined;
    const [deno, ...rest] = commandLine(name, args, home);
    rest.splice(1, 0, ...flags);
    const [command, ...words] = [...wrap, deno!, ...rest];
    this.#process = new Deno.Command(command!, {
      args: words,
      cwd: this.folder.path,
      env: {
        NO_COLOR: "1",
        ...(home !== undefined && { HOME: home, USERPROFILE: home }),
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

  /** Types `text` as it is. */
  async typeRaw(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** Says that nothing more will be typed. */
  async endInput(): Promise<void> {
    await this.#input.close();
  }

  /** Ctrl+C, `kill`, and so on. Windows knows only the sudden end: `SIGKILL`. */
  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Resolves to the exit code when the program has ended and all it said was read. */
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
      // Ended already.
    }
    await this.#input.abort().catch(() => {});
    await this.exitCode();
    if (this.#ownsFolder) this.folder[Symbol.dispose]();
  }
}

/** A server that people can join. */
export class Server extends Program {
  /** The port that it shows. */
  port = 0;

  /** Starts one that this machine alone can reach, on a free port, unless `args` say otherwise. */
  static async start(
    { args = ["0", "--host", "127.0.0.1"], ...options }: StartOptions & {
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
   * Its log so far, line by line, what was put aside included. Complete only when
   * it has stopped.
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

/** Starts a client and leaves open what comes of it. */
export function startClient(
  { port }: { port: number },
  name: string,
  options?: StartOptions,
): Program {
  return new Program("client", [name, "127.0.0.1", String(port)], options);
}

/** The first line, or a failure that shows what the program had to complain of. */
async function started(program: Program, pattern: RegExp): Promise<string> {
  try {
    return await program.output.next(pattern);
  } catch (cause) {
    await program[Symbol.asyncDispose]();
    fail(`${cause}\n${program.errors.all.join("\n")}`);
  }
}

/** Lets a program run to its end, with `input` typed. */
export async function run(
  name: ProgramName,
  args: readonly string[],
  { input = [], ...options }: StartOptions & {
    readonly input?: readonly string[];
  } = {},
): Promise<{ code: number; output: string[]; errors: string[] }> {
  await using program = new Program(name, args, options);
  // A program that has ended by now does not read.
  await program.type(...input).catch(() => {});
  await program.endInput().catch(() => {});
  return {
    code: await program.exitCode(),
    output: program.output.all,
    errors: program.errors.all,
  };
}

/** A new, empty folder that goes when it is disposed of. */
export class Folder implements Disposable {
  readonly path: string;

  /** In `parent`, by default where the system keeps such folders. */
  constructor(parent?: string) {
    const prefix = "messenger-";
    this.path = Deno.makeTempDirSync({
      prefix,
      ...(parent !== undefined && { dir: parent }),
    });
  }

  /** Names in a folder inside, sorted; none if it is not there. */
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

  /** A file of zeros that takes no room on most disks; `size` is in bytes. */
  writeSparse(name: string, size: number): void {
    this.write(name, "");
    Deno.truncateSync(`${this.path}/${name}`, size);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Fails unless the two hold the same bytes; of large ones it prints nothing. */
export function assertSameBytes(
  actual: Uint8Array,
  expected: Uint8Array,
): void {
  assertEquals(actual.length, expected.length, "different length");
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  assert(at === -1, `different from byte ${at} on`);
}

/** Whether this machine has IPv6 at all. */
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
