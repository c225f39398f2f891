import { assert, assertEquals, assertMatch } from "@std/assert";
import { commandLine, Folder, withSafetyNet } from "./programs.ts";
import { message, RawClient } from "./raw_client.ts";

const CLIENTS = 20;
const MESSAGES = 20;

/**
 * Enough visitors to fill a pipe, a terminal and the server's own queue: 80 bytes or
 * more each.
 */
const VISITORS = 4_000;

/** Wraps a command in another. */
type Wrap = (command: readonly string[]) => readonly string[];

const HIDDEN = /… (\d+) lines not shown, see server\.log/;

/** Records the server's process id, and its exit code where the script waits for it. */
const START = `mkfifo ended
trap : HUP
sh -c 'echo $$ > pid; exec "$@"' sh "$@"
echo $? > ended
`;

/** A server whose output is read only on demand. */
class Unread implements AsyncDisposable {
  readonly folder = new Folder();
  /** All output read so far. */
  text = "";
  port = 0;
  readonly #process: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #exitCode: Promise<number> | undefined;

  constructor(wrap: Wrap) {
    this.folder.write("start.sh", START);
    const server = commandLine("server", [
      "0",
      "--host",
      "127.0.0.1",
      "--no-discovery",
    ]);
    const [program, ...args] = wrap(["sh", "start.sh", ...server]);
    this.#process = new Deno.Command(program!, {
      args,
      cwd: this.folder.path,
      env: { NO_COLOR: "1", TERM: "xterm" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#output = this.#process.stdout.getReader();
    this.#input = this.#process.stdin.getWriter();
  }

  static async start(
    wrap: Wrap,
  ): Promise<Unread> {
    const server = new Unread(wrap);
    const [, port] = await server.read(/Listening on port (\d+)/);
    await server.read(/Ctrl\+C to stop|up 0 min/);
    server.port = Number(port);
    return server;
  }

  /** Reads on until `wished` appears. */
  async read(wished: RegExp): Promise<RegExpExecArray> {
    const decoder = new TextDecoder();
    const search = async () => {
      for (;;) {
        const found = wished.exec(this.text);
        if (found !== null) return found;
        const { value, done } = await this.#output.read();
        if (done) throw new Error(`Output ended without ${wished}`);
        this.text += decoder.decode(value, { stream: true });
      }
    };
    return await withSafetyNet(search(), () => `${wished} in ${this.text}`);
  }

  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  /** The id of the server's own process. */
  get pid(): number {
    return Number(this.folder.readText("pid"));
  }

  /** Closes the terminal, as the X of its window does. */
  hangUp(): void {
    this.#process.kill("SIGKILL");
  }

  /** Resolves to the exit code of the server, read or not. */
  exitCode(): Promise<number> {
    this.#exitCode ??= Deno.readTextFile(`${this.folder.path}/ended`)
      .then(Number);
    return withSafetyNet(this.#exitCode, () => "the end of the server");
  }

  /** Ends it, and resolves to its standard error. */
  async close(): Promise<string> {
    try {
      Deno.kill(this.pid, "SIGKILL");
    } catch {
      // Already ended.
    }
    await this.exitCode();
    await this.#input.abort().catch(() => {});
    await this.#output.cancel().catch(() => {});
    const { stderr, status } = this.#process;
    const [errors] = await Promise.all([new Response(stderr).text(), status]);
    return errors;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#process.stderr.locked) await this.close();
    this.folder[Symbol.dispose]();
  }
}

/**
 * {@linkcode VISITORS} clients come and go; the window would have to show twice as many
 * lines.
 */
async function visits(server: Unread): Promise<void> {
  const name = (number: number) => `visitor-with-a-long-name-${number}`;
  for (let number = 0; number < VISITORS; number++) {
    using visitor = await RawClient.connect(server);
    await visitor.send(
      message({ type: "hello", protocol: 1, name: name(number) }),
    );
    await visitor.message("welcome");
  }
}

/** All clients send a message, and all receive all others. */
async function chat(server: Unread): Promise<void> {
  using stack = new DisposableStack();
  const clients: RawClient[] = [];
  for (let i = 0; i < CLIENTS; i++) {
    clients.push(stack.use(await RawClient.join(server, `Ann${i}`)));
  }
  const talking = clients.map(async (client, i) => {
    for (let n = 0; n < MESSAGES; n++) {
      await client.send(message({ type: "say", text: `${i} says ${n}` }));
    }
  });
  const listening = clients.map(async (client, i) => {
    const heard = new Set<string>();
    while (heard.size < (CLIENTS - 1) * MESSAGES) {
      heard.add((await client.message("said"))["text"]);
    }
    assert(!heard.has(`${i} says 0`));
  });
  await Promise.all([...talking, ...listening]);
}

const unix = { ignore: Deno.build.os === "windows" };
const hasScript = !unix.ignore && await exists("script");

async function exists(program: string): Promise<boolean> {
  const which = new Deno.Command("which", { args: [program], stdout: "null" });
  return (await which.output().catch(() => undefined))?.success === true;
}

const wraps: Record<string, Wrap> = {
  "a pipe": (command) => command,
  "a terminal": (command) => {
    const line = command.map((word) => `'${word}'`).join(" ");
    return ["script", "-qfec", line, "/dev/null"];
  },
};

for (const [where, wrap] of Object.entries(wraps)) {
  Deno.test({
    name: `server continues when its output is not read, ${where}`,
    ignore: where === "a pipe" ? unix.ignore : !hasScript,
    async fn() {
      await using server = await Unread.start(wrap);
      const read = server.text.length;
      await visits(server);
      await chat(server);
      // No output was read so far; now all of it is.
      const [, hidden] = await server.read(HIDDEN);
      assert(Number(hidden) > 100, hidden);
      await server.type("/say and on\r\n");
      await server.read(/server: and on/);
      await server.type("/quit\r\n");
      await server.read(/Closed/);
      assertEquals(await server.exitCode(), 0);
      assertEquals(await server.close(), "");
      const shown = server.text.slice(read).match(/Connection from/g)?.length;
      assert(shown! < VISITORS, "the window was never full");
      const log = server.folder.readText("server.log");
      const count = (event: RegExp) => log.match(event)?.length;
      assertEquals(count(/ connected$/gm), VISITORS + CLIENTS);
      assertEquals(count(/ joined name=/gm), VISITORS + CLIENTS);
      assertEquals(count(/ left name=/gm), VISITORS + CLIENTS);
      assertEquals(count(/ said from="Ann\d+"/gm), CLIENTS * MESSAGES);
    },
  });

  Deno.test({
    name:
      `server tells all users and stops although its output is not read, ${where}`,
    ignore: where === "a pipe" ? unix.ignore : !hasScript,
    async fn() {
      await using server = await Unread.start(wrap);
      await visits(server);
      using ann = await RawClient.join(server, "Ann");
      Deno.kill(server.pid, "SIGTERM");
      const { reason } = await ann.message("closing");
      assertEquals(reason, "the server has shut down");
      ann[Symbol.dispose]();
      assertEquals(await server.exitCode(), 0);
      assertMatch(server.folder.readText("server.log"), / stopped\n$/);
    },
  });
}

Deno.test({
  name: "server tells all users and stops when its terminal is closed",
  ignore: !hasScript,
  async fn() {
    await using server = await Unread.start(wraps["a terminal"]!);
    using ann = await RawClient.join(server, "Ann");
    server.hangUp();
    const { reason } = await ann.message("closing");
    assertEquals(reason, "the server has shut down");
    ann[Symbol.dispose]();
    assertEquals(await server.exitCode(), 0);
    assertMatch(server.folder.readText("server.log"), / stopped\n$/);
  },
});
