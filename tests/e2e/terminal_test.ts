import { assert, assertEquals } from "@std/assert";
import {
  commandLine,
  Folder,
  join,
  Lines,
  Server,
  withSafetyNet,
} from "./programs.ts";
import { concat, message, RawClient } from "./raw_client.ts";

/** Why there is no terminal to test on, if there is none. */
const missing = Deno.build.os === "windows"
  ? "tmux does not run on Windows"
  : hasTmux()
  ? undefined
  : "tmux is not installed";

function terminalTest(name: string, fn: () => Promise<void>): void {
  const reason = missing === undefined ? "" : ` (left out: ${missing})`;
  Deno.test({
    name: `terminal: ${name}${reason}`,
    ignore: missing !== undefined,
    fn,
  });
}

function hasTmux(): boolean {
  try {
    return new Deno.Command("tmux", { args: ["-V"] }).outputSync().success;
  } catch {
    return false;
  }
}

/** A client on a terminal of 80 columns and 24 rows, typed at and looked at. */
class Terminal implements AsyncDisposable {
  readonly folder = new Folder();
  readonly #socket = `messenger-${crypto.randomUUID()}`;
  readonly #watcher: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #events: Lines;

  constructor(args: readonly string[]) {
    const command = commandLine("client", args).map(quoted).join(" ");
    // In control mode tmux says when something was written to the terminal.
    this.#watcher = new Deno.Command("tmux", {
      args: [
        ...["-L", this.#socket, "-f", "/dev/null", "-u", "-C"],
        ...["new-session", "-x", "80", "-y", "24"],
        `${command}; echo "exit code $?"; exec cat`,
      ],
      cwd: this.folder.path,
      env: { TERM: "xterm-256color" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#watcher.stdin.getWriter();
    this.#events = new Lines(this.#watcher.stdout);
  }

  /** Types keys as they are. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  /** Presses a key by its name, such as `Enter` or `C-c`. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /** The rows down to the last that is not empty, without spaces at the end. */
  async rows(): Promise<string[]> {
    const screen = await this.#tmux("capture-pane", "-p");
    return screen.trimEnd().split("\n").map((row) => row.trimEnd());
  }

  /** Column and row of the cursor, from 0. */
  async cursor(): Promise<string> {
    const format = "#{cursor_x},#{cursor_y}";
    return (await this.#tmux("display-message", "-p", format)).trim();
  }

  /** Waits until the screen is as wished; looks again whenever something was written. */
  async shows(...last: string[]): Promise<void> {
    let rows: string[] = [];
    const search = async () => {
      for (;;) {
        const seen = this.#events.all.length;
        rows = await this.rows().catch(() => []);
        if (last.every((row, i) => rows.at(i - last.length) === row)) return;
        await this.#events.more(seen);
      }
    };
    await withSafetyNet(
      search(),
      () =>
        `the last rows\n${last.join("\n")}\nbut they are\n${rows.join("\n")}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {});
    await this.#input.abort().catch(() => {});
    await this.#watcher.status;
    await this.#events.ended;
    this.folder[Symbol.dispose]();
  }

  async #tmux(...args: string[]): Promise<string> {
    const tmux = new Deno.Command("tmux", {
      args: ["-L", this.#socket, "-u", ...args],
      stderr: "piped",
    });
    const { success, stdout, stderr } = await tmux.output();
    const decoder = new TextDecoder();
    assert(success, decoder.decode(stderr));
    return decoder.decode(stdout);
  }
}

/** For `sh`. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A server and, on a terminal, Ann, who has been welcomed. */
async function annOnTerminal(
  stack: AsyncDisposableStack,
): Promise<{ server: Server; terminal: Terminal }> {
  const server = stack.use(
    await Server.start({
      args: ["0", "--host", "127.0.0.1", "--welcome", "Welcome"],
    }),
  );
  const terminal = stack.use(
    new Terminal(["Ann", "127.0.0.1", String(server.port)]),
  );
  await terminal.shows("Welcome", "[all] >");
  return { server, terminal };
}

terminalTest("the prompt stands below the welcome, /quit exits 0", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  assertEquals(await terminal.cursor(), "8,1");
  await terminal.type("/quit");
  await terminal.press("Enter");
  await terminal.shows("[all] > /quit", "exit code 0");
  await server.output.next("Ann has left (quit)");
});

terminalTest(
  "a line that arrives does not disturb what is being typed",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    await terminal.type("half a sent");
    await terminal.shows("[all] > half a sent");
    await bob.send(message({ type: "say", text: "in between" }));
    await terminal.shows(
      "Welcome",
      "Bob has joined",
      "Bob: in between",
      "[all] > half a sent",
    );
    assertEquals(await terminal.cursor(), "19,3");
    await terminal.type("ence");
    await terminal.press("Enter");
    await terminal.shows("[all] > half a sentence", "[all] >");
    assertEquals((await bob.message("said"))["text"], "half a sentence");
  },
);

terminalTest(
  "a line that arrives does not disturb a typed line longer than the window",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    const text = "0123456789".repeat(20);
    await terminal.type(text);
    const wrapped = `[all] > ${text}`.match(/.{1,80}/g)!;
    await terminal.shows("Welcome", "Bob has joined", ...wrapped);
    await bob.send(message({ type: "say", text: "one" }));
    await bob.send(message({ type: "say", text: "two" }));
    await terminal.shows(
      "Welcome",
      "Bob has joined",
      "Bob: one",
      "Bob: two",
      ...wrapped,
    );
    await terminal.press("Enter");
    assertEquals((await bob.message("said"))["text"], text);
  },
);

terminalTest(
  "a line that arrives leaves the cursor inside the typed line",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    await terminal.type("abd");
    await terminal.press("Left");
    await terminal.shows("[all] > abd");
    await bob.send(message({ type: "say", text: "hi" }));
    await terminal.shows("Bob: hi", "[all] > abd");
    await terminal.type("c");
    await terminal.press("Enter");
    assertEquals((await bob.message("said"))["text"], "abcd");
  },
);

terminalTest(
  "a typed line that fills its row, with wide letters, is not disturbed",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    const text = "é 你 🦄 " + "x".repeat(72 - 8);
    await terminal.type(text);
    await terminal.shows("Bob has joined", `[all] > ${text}`);
    for (const line of ["one", "two"]) {
      await bob.send(message({ type: "say", text: line }));
    }
    await terminal.shows(
      "Bob has joined",
      "Bob: one",
      "Bob: two",
      `[all] > ${text}`,
    );
    await terminal.type("yz");
    await terminal.shows("Bob: two", `[all] > ${text}`, "yz");
    await terminal.press("Enter");
    assertEquals((await bob.message("said"))["text"], `${text}yz`);
  },
);

terminalTest(
  "pasted lines are all sent, in order, while others talk",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    const numbers = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    await Promise.all([
      terminal.type(numbers.map((line) => `${line}\r`).join("")),
      bob.send(concat(
        ...numbers.map((text) => message({ type: "say", text })),
      )),
    ]);
    for (const line of numbers) {
      assertEquals((await bob.message("said"))["text"], line);
    }
    await terminal.type("end");
    await terminal.shows("[all] > end");
  },
);

terminalTest("the prompt shows whom one talks to", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  await using bob = await join(server, "Bob");
  await terminal.shows("Bob has joined", "[all] >");
  await terminal.type("/to bob");
  await terminal.press("Enter");
  await terminal.shows(
    "[all] > /to bob",
    "Your lines now go to Bob only (/all for everyone)",
    "[@Bob] >",
  );
  await terminal.type("psst é 你");
  await terminal.press("Enter");
  await bob.output.next("Ann (private): psst é 你");
  await terminal.type("/all");
  await terminal.press("Enter");
  await terminal.shows("Your lines now go to everyone", "[all] >");
});

terminalTest("what arrives cannot act on the screen", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  using bob = await RawClient.join(server, "Bob");
  await bob.send(
    message({ type: "say", text: "\x1b[2J\x1b[H\r\x07gone\x9b2J" }),
  );
  await terminal.shows(
    "Welcome",
    "Bob has joined",
    "Bob: \\x1b[2J\\x1b[H\\r\\x07gone\\x9b2J",
    "[all] >",
  );
});

terminalTest(
  "Ctrl+C leaves with exit code 0, whatever is being typed",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    await terminal.type("half a sent");
    await terminal.shows("[all] > half a sent");
    await terminal.press("C-c");
    await terminal.shows("[all] > half a sent", "exit code 0");
    await server.output.next("Ann has left (quit)");
  },
);

terminalTest("Ctrl+D on an empty line leaves with exit code 0", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  await terminal.press("C-d");
  await terminal.shows("[all] >", "exit code 0");
  await server.output.next("Ann has left (quit)");
});

terminalTest("what is missing is asked for, until it is right", async () => {
  await using server = await Server.start({
    args: ["0", "--host", "127.0.0.1", "--welcome", "Welcome"],
  });
  await using terminal = new Terminal([]);
  const answers: [question: string, answer: string, complaint?: string][] = [
    [
      "Your name:",
      "two words",
      "The name has a space in it: use - or _ instead",
    ],
    ["Your name:", " Ann "],
    ["Server (Enter for this computer):", ""],
    [
      "Port (Enter for 12000):",
      "http",
      '"http" is not a port: a port is a whole number from 1 to 65535',
    ],
    ["Port (Enter for 12000):", String(server.port)],
  ];
  for (const [question, answer, complaint] of answers) {
    await terminal.shows(question);
    await terminal.type(answer);
    await terminal.press("Enter");
    if (complaint !== undefined) await terminal.shows(complaint, question);
  }
  await terminal.shows("Welcome", "[all] >");
  await server.output.next("Ann has joined");
});

terminalTest("Ctrl+C at a question leaves", async () => {
  await using terminal = new Terminal([]);
  await terminal.shows("Your name:");
  await terminal.press("C-c");
  await terminal.shows("Your name:", "exit code 0");
});
