import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { parseFlags, StartError } from "../../lib/program.ts";
import { runHost } from "../../lib/server/host.ts";
import type { Machine } from "../../lib/server/machine.ts";
import { FLAGS, readOptions } from "../../lib/server/options.ts";
import { rawMessage, readFrames, tempFolder } from "../testing.ts";

/** A computer for one run of a server: its folder, its output, its signals. */
class Computer {
  readonly folder: string;
  readonly exits: number[] = [];
  /** How often the server gave up each permission. */
  readonly given = { files: 0, network: 0 };
  /** The number of signal listeners. */
  listening = 0;
  interrupt: (interrupted: boolean) => void = () => {};
  #shown = "";
  #waiting: { pattern: RegExp; resolve: (match: string[]) => void }[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  get lines(): string[] {
    return this.#shown.trimEnd().split("\n");
  }

  get machine(): Machine {
    return {
      folder: this.folder,
      ownFolder: undefined,
      output: { write: (bytes) => this.#write(bytes) },
      input: () => undefined,
      totalMemory: () => 1024 * 1024 * 1024,
      usedMemory: () => 80_000_000,
      onStopSignal: (stop) => {
        this.listening++;
        this.interrupt = stop;
        return { [Symbol.dispose]: () => void this.listening-- };
      },
      keepNewFilesToOwner: () => void this.given.files++,
      giveBackNetwork: () => void this.given.network++,
      exit: (code) => void this.exits.push(code),
    };
  }

  /** Resolves to the groups of `pattern` once the server prints a match. */
  printed(pattern: RegExp): Promise<string[]> {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    this.#waiting.push({ pattern, resolve });
    this.#look();
    return promise;
  }

  /** Returns the content of the server's log. */
  log(): Promise<string> {
    return Deno.readTextFile(`${this.folder}/server.log`);
  }

  #write(bytes: Uint8Array): Promise<number> {
    this.#shown += new TextDecoder().decode(bytes);
    this.#look();
    return Promise.resolve(bytes.length);
  }

  #look(): void {
    this.#waiting = this.#waiting.filter(({ pattern, resolve }) => {
      const match = pattern.exec(this.#shown);
      if (match !== null) resolve([...match]);
      return match === null;
    });
  }
}

/**
 * Returns the options of this command line; without discovery, because other servers
 * may run.
 */
function options(...args: string[]) {
  return readOptions(parseFlags([...args, "--no-discovery"], FLAGS), {
    computerName: () => "Lab",
  });
}

/** Starts a server; `change` replaces parts of the computer. */
async function start(computer: Computer, change: Partial<Machine> = {}) {
  const machine = { ...computer.machine, ...change };
  const ended = runHost(options("0", "--host", "127.0.0.1"), machine);
  const listening = computer.printed(/Listening on port (\d+)/);
  const [, port] = await Promise.race([listening, ended.then(() => [])]);
  await Promise.race([computer.printed(/Press Ctrl\+C to stop/), ended]);
  return { ended, port: Number(port) };
}

/** Joins as a client; resolves to what the client gets up to the end. */
async function join(port: number, name: string) {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const hello = { type: "hello", protocol: 1, name };
  await connection.write(rawMessage(JSON.stringify(hello)));
  const told = (async () => {
    const chunks: number[] = [];
    for await (const bytes of connection.readable) chunks.push(...bytes);
    return readFrames(Uint8Array.from(chunks));
  })();
  return { connection, told };
}

Deno.test("runHost() serves a client, and ends in order on a signal", async () => {
  await using folder = await tempFolder();
  const computer = new Computer(folder.path);
  const { ended, port } = await start(computer);
  assertEquals(computer.given, { files: 1, network: 1 });
  const { told } = await join(port, "Ann");
  await computer.printed(/Ann has joined/);
  computer.interrupt(true);
  assertEquals(await ended, 0);
  const types = (await told).map(({ type, reason }) => reason ?? type);
  assertEquals(types, ["welcome", "the server has shut down"]);
  assertEquals(computer.listening, 0);
  assertEquals(computer.exits, []);
  const shown = computer.lines.filter((line) => !/^Connection/.test(line));
  assertEquals(shown.slice(0, 2), [
    `Listening on port ${port} of 127.0.0.1`,
    "People join by typing:",
  ]);
  assertMatch(shown[2]!, new RegExp(`client(.exe)? NAME 127.0.0.1 ${port}$`));
  assertMatch(
    shown[3]!,
    /^Encrypted\. Fingerprint: [0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}$/,
  );
  assertEquals(shown.slice(4), [
    "Press Ctrl+C to stop",
    "Ann has joined",
    "Closing: telling everybody (Ctrl+C again to stop at once)",
    "Ann has left (the server is closing)",
    "Closed",
  ]);
  const events = (await computer.log()).trimEnd().split("\n")
    .map((line) => line.replace(/^\S+ \S+ \S+ /, "").replace(/ version=.*/, ""))
    .map((line) => line.replace(/^#1 \S+ /, ""));
  assertEquals(events, [
    "started",
    "connected",
    'joined name="Ann"',
    'left name="Ann" reason="the server is closing"',
    "stopped",
  ]);
});

Deno.test("runHost() carries out the operator's lines, and /quit ends it", async () => {
  await using folder = await tempFolder();
  const computer = new Computer(folder.path);
  const input = ReadableStream.from([
    new TextEncoder().encode("/stats\n/quit the lesson is over\n"),
  ]).getReader();
  const { ended, port } = await start(computer, {
    input: () => ({
      read: async (target) => {
        const { value, done } = await input.read();
        if (done) return null;
        target.set(value);
        return value.length;
      },
    }),
  });
  assert(port > 0);
  assertEquals(await ended, 0);
  assertMatch(computer.lines.join("\n"), /80(\.0)? MB/);
});

Deno.test("runHost() logs an uncaught error, and continues to serve", async () => {
  await using folder = await tempFolder();
  const computer = new Computer(folder.path);
  const { ended, port } = await start(computer);
  reportError(new Error("a fault in a timer"));
  void Promise.reject(new Error("a fault in a promise"));
  const { connection, told } = await join(port, "Ann");
  await computer.printed(/Ann has joined/);
  await connection.write(rawMessage('{"type":"bye"}'));
  assertEquals((await told).map(({ type }) => type), ["welcome"]);
  computer.interrupt(false);
  assertEquals(await ended, 0);
  const log = await computer.log();
  assertStringIncludes(log, 'failure stack="Error: a fault in a timer\\n');
  assertStringIncludes(log, 'failure stack="Error: a fault in a promise\\n');
});

Deno.test("runHost() ends at once on a second Ctrl+C, and not before", async () => {
  await using folder = await tempFolder();
  const computer = new Computer(folder.path);
  const { ended, port } = await start(computer);
  const { told } = await join(port, "Ann");
  await computer.printed(/Ann has joined/);
  const now = performance.now;
  try {
    // However slow this computer is, both arrive at the same time.
    const pressed = Reflect.apply(now, performance, []);
    performance.now = () => pressed;
    computer.interrupt(true);
    computer.interrupt(true); // The same press, which arrives twice.
    assertEquals(computer.exits, []);
    performance.now = () => Reflect.apply(now, performance, []) + 10_000;
    computer.interrupt(false); // A signal that nobody typed.
    assertEquals(computer.exits, []);
    performance.now = () => Reflect.apply(now, performance, []) + 20_000;
    computer.interrupt(true);
    assertEquals(computer.exits, [1]);
  } finally {
    performance.now = now;
  }
  await ended;
  await told;
});

/** Returns a free port of this computer. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

Deno.test("runHost() closes everything if the log cannot be opened", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/server.log`);
  const { machine, listening, lines } = new Computer(folder.path);
  const port = freePort();
  await assertRejects(
    () => runHost(options(`${port}`, "--host", "127.0.0.1"), machine),
    StartError,
    "Cannot open the log",
  );
  assertEquals([listening, lines], [0, [""]]);
  Deno.listen({ hostname: "127.0.0.1", port }).close();
});

Deno.test("runHost() closes everything, and logs the fault, if the start fails late", async () => {
  await using folder = await tempFolder();
  const computer = new Computer(folder.path);
  const port = freePort();
  const fail = () => {
    throw new TypeError("a fault in the start");
  };
  await assertRejects(
    () =>
      runHost(options(`${port}`, "--host", "127.0.0.1"), {
        ...computer.machine,
        giveBackNetwork: fail,
      }),
    TypeError,
    "a fault in the start",
  );
  assertEquals(computer.listening, 0);
  assertMatch(computer.lines[0]!, /^Listening on port/);
  assertMatch(await computer.log(), /failure stack="TypeError: a fault in/);
  Deno.listen({ hostname: "127.0.0.1", port }).close();
});

Deno.test("runHost() says that a port is in use, and creates no log", async () => {
  await using folder = await tempFolder();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  await assertRejects(
    () =>
      runHost(
        options(`${port}`, "--host", "127.0.0.1"),
        new Computer(folder.path).machine,
      ),
    StartError,
    `Port ${port} is in use`,
  );
  listener.close();
  assertEquals([...Deno.readDirSync(folder.path)], []);
});
