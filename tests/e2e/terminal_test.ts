import { assert, assertEquals, assertMatch } from "@std/assert";
import { encrypts, join, Server } from "./programs.ts";
import { concat, message, RawClient } from "./raw_client.ts";
import { QUIET, Terminal, terminalTest } from "./terminal.ts";

/** The text for users who join for the first time. */
const HINT = [
  "Type a line and press Enter: everyone sees it. /to NAME talks to one person.",
  "/files lists the files, /get 1 downloads the first file.",
  "/help lists the commands, /quit leaves.",
];

/** A server and Ann, welcomed, on a terminal. */
async function annOnTerminal(
  stack: AsyncDisposableStack,
): Promise<{ server: Server; terminal: Terminal }> {
  const server = stack.use(
    await Server.start({
      args: [
        ...["0", "--host", "127.0.0.1", "--welcome", "Welcome"],
        ...["--name", "Lab 3"],
      ],
    }),
  );
  const terminal = stack.use(
    new Terminal(["Ann", "127.0.0.1", String(server.port), ...QUIET]),
  );
  await terminal.shows(...HINT, "[all] >");
  return { server, terminal };
}

/** What the operator sees beside a client that speaks plain, as raw ones do. */
const MARK = encrypts ? "  not encrypted" : "";

/** The rows that introduce a server at the first visit. */
const INTRODUCTION = encrypts ? 2 : 0;

terminalTest("the prompt is below the welcome, /quit exits 0", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  assertEquals(await terminal.cursor(), `8,${5 + INTRODUCTION}`);
  await terminal.type("/quit");
  await terminal.press("Enter");
  await terminal.shows(...HINT, "exit code 0");
  await server.output.next("Ann has left (quit)");
});

terminalTest(
  "an arriving message does not disturb the line being typed",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    await terminal.type("half a sent");
    await terminal.shows("[all] > half a sent");
    await bob.send(message({ type: "say", text: "in between" }));
    await terminal.shows(
      "Bob has joined",
      "Bob: in between",
      "[all] > half a sent",
    );
    assertEquals(await terminal.cursor(), `19,${7 + INTRODUCTION}`);
    await terminal.type("ence");
    await terminal.press("Enter");
    await terminal.shows("Ann (you): half a sentence", "[all] >");
    assertEquals((await bob.message("said"))["text"], "half a sentence");
  },
);

terminalTest(
  "an arriving message does not disturb a typed line longer than the window",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    const text = "0123456789".repeat(20);
    await terminal.type(text);
    const wrapped = `[all] > ${text}`.match(/.{1,80}/g)!;
    await terminal.shows("Bob has joined", ...wrapped);
    await bob.send(message({ type: "say", text: "one" }));
    await bob.send(message({ type: "say", text: "two" }));
    await terminal.shows(
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
  "an arriving message leaves the cursor inside the typed line",
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
  "lines typed one by one are all sent, in order, while others talk",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    const numbers = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    await bob.send(concat(
      ...numbers.map((text) => message({ type: "say", text })),
    ));
    for (const line of numbers) {
      await terminal.type(`${line}\r`);
      assertEquals((await bob.message("said"))["text"], line);
    }
    await terminal.type("end");
    await terminal.shows("[all] > end");
  },
);

terminalTest("the prompt shows the recipient", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  await using bob = await join(server, "Bob");
  await terminal.shows("Bob has joined", "[all] >");
  await terminal.type("/to bob");
  await terminal.press("Enter");
  await terminal.shows(
    "Bob has joined",
    "You are now talking to Bob only (/all to talk to everyone)",
    "[@Bob] >",
  );
  await terminal.type("psst é 你");
  await terminal.press("Enter");
  await bob.output.next("Ann (private): psst é 你");
  await terminal.type("/all");
  await terminal.press("Enter");
  await terminal.shows("You are now talking to everyone", "[all] >");
});

terminalTest("an arriving text cannot act on the screen", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  using bob = await RawClient.join(server, "Bob");
  await bob.send(
    message({ type: "say", text: "\x1b[2J\x1b[H\r\x07gone\x9b2J" }),
  );
  await terminal.shows(
    "Bob has joined",
    "Bob: \\x1b[2J\\x1b[H\\r\\x07gone\\x9b2J",
    "[all] >",
  );
});

terminalTest("Ctrl+D on an empty line leaves with exit code 0", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  await terminal.press("C-d");
  await terminal.shows(...HINT, "exit code 0");
  await server.output.next("Ann has left (quit)");
});

terminalTest("the client asks until the arguments are right", async () => {
  await using server = await Server.start({
    args: ["0", "--host", "127.0.0.1", "--welcome", "Welcome"],
  });
  await using terminal = new Terminal(QUIET);
  const answers: [question: RegExp, answer: string, complaint?: string][] = [
    [
      /^Your name:$/,
      "two words",
      "The name has a space in it: use - or _ instead",
    ],
    [/^Your name:$/, " Ann "],
    [/^Server \(.*\):$/, "999", "There is no number 999 in the list"],
    [/^Server \(.*\):$/, "127.0.0.1"],
    [
      /^Port \(Enter for 12000\):$/,
      "http",
      '"http" is not a port: a port is a whole number from 1 to 65535',
    ],
    [/^Port \(Enter for 12000\):$/, String(server.port)],
  ];
  for (const [question, answer, complaint] of answers) {
    await terminal.shows(question);
    await terminal.type(answer);
    await terminal.press("Enter");
    if (complaint !== undefined) await terminal.shows(complaint, question);
  }
  await terminal.shows("Welcome", ...HINT, "[all] >");
  await server.output.next("Ann has joined");
});

terminalTest("the client finds a server without its address", async () => {
  const name = `Lab ${crypto.randomUUID()}`;
  await using server = await Server.start({
    args: ["0", "--host", "127.0.0.1", "--name", name],
  });
  await using terminal = new Terminal([...QUIET]);
  await terminal.shows(/^Your name:$/);
  await terminal.type("Ann");
  await terminal.press("Enter");
  await terminal.shows(/^Server \(.*\):$/);
  // Other servers of this machine may have answered, too.
  const row = (await terminal.rows()).find((row) => row.includes(name))!;
  const [, number, address] = /^ +(\d+) +Lab \S+ +0 people +(\S+)$/.exec(row)!;
  assertEquals(address, `127.0.0.1:${server.port}`);
  await terminal.type(number!);
  await terminal.press("Enter");
  await terminal.shows("[all] >");
  await server.output.next("Ann has joined");
});

terminalTest("Ctrl+C at a question leaves", async () => {
  await using terminal = new Terminal(QUIET);
  await terminal.shows("Your name:");
  await terminal.press("C-c");
  await terminal.shows("Your name:", "exit code 0");
});

terminalTest("a name in use leads to a question with a free one", async () => {
  await using stack = new AsyncDisposableStack();
  const { server } = await annOnTerminal(stack);
  await using other = new Terminal([
    ...["ANN", "127.0.0.1", String(server.port)],
    ...QUIET,
  ]);
  await other.shows(
    "The name Ann is in use: choose another",
    "Your name (Enter for ANN2):",
  );
  await other.press("Enter");
  await server.output.next("ANN2 has joined");
});

terminalTest("a line is held back when its recipient leaves", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  using cy = await RawClient.join(server, "Cy");
  {
    using _bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    await terminal.type("/to bob");
    await terminal.press("Enter");
    await terminal.shows("[@Bob] >");
  }
  await terminal.shows(
    "Bob has left. Your messages are on hold (/all to talk to everyone)",
    "[@Bob, not here] >",
  );
  await terminal.type("a secret");
  await terminal.press("Enter");
  await terminal.shows(
    "Not sent: Bob has left. To send it to everyone, type /all before it",
    "[@Bob, not here] > a secret",
  );
  await terminal.press("C-u");
  await terminal.type("/all hi");
  await terminal.press("Enter");
  assertEquals((await cy.message("said"))["text"], "hi");
});

terminalTest(
  "a pasted page becomes one message, after a question",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    await terminal.paste("one\n  two\nthree\n");
    await terminal.shows("[all] > one¶  two¶three");
    await terminal.press("Enter");
    assertEquals((await bob.message("said"))["text"], "one\n  two\nthree");
    await terminal.shows(
      "Ann (you): one",
      "             two",
      "           three",
      "[all] >",
    );
    const page = Array.from({ length: 21 }, (_, i) => `${i}`).join("\n");
    await terminal.paste(page);
    await terminal.press("Enter");
    await terminal.shows(/\(yes\/no\)$/);
    await terminal.answer("yes");
    assertEquals((await bob.message("said"))["text"], page);
  },
);

terminalTest("Tab completes commands, people and files", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  using _bob = await RawClient.join(server, "Bob");
  await terminal.shows("Bob has joined", "[all] >");
  const steps: [typed: string, shown: string][] = [
    ["/us", "[all] > /users"],
    ["/msg b", "[@Bob] > /msg Bob"],
    ["B", "[all] > Bob:"],
  ];
  for (const [typed, shown] of steps) {
    await terminal.type(typed);
    await terminal.press("Tab");
    await terminal.shows(shown);
    await terminal.press("C-u");
  }
  await terminal.type("/");
  await terminal.press("Tab");
  await terminal.shows(
    /^\/all +\/to +\/msg +\/reply/,
    "/downloads   /show   /quiet   /security   /clear   /help   /quit",
    "[all] > /",
  );
});

terminalTest(
  "Up recalls earlier lines that begin with the typed text",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { terminal } = await annOnTerminal(stack);
    for (
      const [line, shown] of [
        ["first", "Ann (you): first"],
        ["second", "Ann (you): second"],
        ["/users", "1 person is here"],
      ] as const
    ) {
      await terminal.type(line);
      await terminal.press("Enter");
      // A busy client that reads several lines at once treats them as a paste.
      await terminal.shows(shown, "[all] >");
    }
    await terminal.press("Up");
    await terminal.shows("[all] > /users");
    await terminal.press("Up");
    await terminal.shows("[all] > second");
    await terminal.press("C-u");
    await terminal.type("fi");
    await terminal.press("Up");
    await terminal.shows("[all] > first");
  },
);

terminalTest(
  "the line keeps its place when the window gets narrower",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    const text = "你好 🙂 e\u0301 and so on, longer than forty columns are";
    await terminal.type(text);
    await terminal.resize(40, 24);
    await bob.send(message({ type: "say", text: "hi" }));
    await terminal.shows(
      "Bob: hi",
      "[all] > 你好 🙂 e\u0301 and so on, longer than",
      " forty columns are",
    );
    await terminal.press("Enter");
    assertEquals((await bob.message("said"))["text"], text);
  },
);

terminalTest("a private message rings the bell, /quiet mutes it", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  using bob = await RawClient.join(server, "Bob");
  await bob.send(message({ type: "say", text: "nothing special" }));
  await terminal.shows("Bob: nothing special", "[all] >");
  assertEquals(terminal.bells, 0);
  await bob.send(message({ type: "tell", to: "Ann", text: "psst" }));
  await terminal.shows("Bob (private): psst", "[all] >");
  assertEquals(terminal.bells, 1);
  await terminal.type("/quiet");
  await terminal.press("Enter");
  await terminal.shows(/^Quiet mode on/, "[all] >");
  await bob.send(message({ type: "tell", to: "Ann", text: "psst again" }));
  await terminal.shows("Bob (private): psst again", "[all] >");
  assertEquals(terminal.bells, 1);
});

terminalTest(
  "the client reconnects to a lost server, and sends the typed lines",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    server.kill("SIGKILL");
    await server.exitCode();
    await terminal.shows("[all, offline] >");
    assert((await terminal.rows()).includes(
      "Connection lost: the server or the network is gone",
    ));
    assertMatch(await terminal.status(), /^Ann @ Lab 3 \| offline, trying/);
    await terminal.type("are you back?");
    await terminal.press("Enter");
    await terminal.shows(
      "Kept, and sent when the connection is back: are you back?",
      "[all, offline] >",
    );
    await using again = await Server.start({
      folder: server.folder,
      args: [String(server.port), "--host", "127.0.0.1", "--welcome", "Again"],
    });
    await terminal.shows(
      "The server was restarted. Messages sent while you were away may be missing",
      "Again",
      "Ann (you): are you back?",
      "[all] >",
    );
    await again.output.next("Ann has joined");
  },
);

terminalTest("/quit leaves while the server is away", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  server.kill("SIGKILL");
  await terminal.shows("[all, offline] >");
  await terminal.type("/quit");
  await terminal.press("Enter");
  await terminal.shows("exit code 0");
});

terminalTest(
  "the status row is above the prompt, in reverse video, if the window is tall enough",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    assertEquals(await terminal.status(), "Ann @ Lab 3 | 1 person");
    using _bob = await RawClient.join(server, "Bob");
    await terminal.shows("Bob has joined", "[all] >");
    await terminal.type("/quiet");
    await terminal.press("Enter");
    await terminal.shows(/^Quiet mode on/, "[all] >");
    assertEquals(await terminal.status(), "Ann @ Lab 3 | 2 people | quiet");
    const painted = (await terminal.colored()).trimEnd().split("\n");
    assert(painted.at(-2)!.includes("Ann @ Lab 3"));
    assert(/\[(\d+;)*7m/.test(painted.at(-2)!));
    assertMatch(painted.at(-1)!, /\[all\] >/);
    await terminal.resize(80, 5);
    await terminal.type("x");
    await terminal.shows(/^Quiet mode on/, "[all] > x");
    await terminal.type("\x7f/users");
    await terminal.press("Enter");
    await terminal.shows("2 people are here", "[all] >");
    assertEquals(await terminal.status(), "");
  },
);

terminalTest(
  "the title shows user and server, counts unseen messages, and is restored",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    assertEquals(await terminal.title(), "Ann @ Lab 3");
    using bob = await RawClient.join(server, "Bob");
    await bob.send(message({ type: "tell", to: "Ann", text: "psst" }));
    await bob.send(message({ type: "say", text: "Ann?" }));
    await bob.send(message({ type: "say", text: "nothing" }));
    await terminal.shows("Bob: nothing", "[all] >");
    assertEquals(await terminal.title(), "(2) Ann @ Lab 3");
    await terminal.type("x");
    await terminal.shows("[all] > x");
    assertEquals(await terminal.title(), "Ann @ Lab 3");
    await terminal.press("C-c");
    await terminal.shows("[all] >");
    await terminal.press("C-c");
    await terminal.shows("exit code 0");
    assert(!(await terminal.title()).includes("Lab 3"));
  },
);

terminalTest(
  "earlier messages are below a divider, above the welcome and the hints",
  async () => {
    await using server = await Server.start({
      args: ["0", "--host", "127.0.0.1", "--welcome", "Welcome"],
    });
    using bob = await RawClient.join(server, "Bob");
    for (let i = 1; i <= 60; i++) {
      await bob.send(message({ type: "say", text: `line ${i}` }));
    }
    await bob.send(message({ type: "ping", n: 1 }));
    await bob.message("pong");
    await using terminal = new Terminal([
      ...["Ann", "127.0.0.1", String(server.port), ...QUIET],
    ]);
    await terminal.shows(
      "Bob (earlier): line 60",
      "Welcome",
      ...HINT,
      "[all] >",
    );
    await terminal.resize(80, 70);
    await terminal.type("/users");
    await terminal.press("Enter");
    await terminal.shows("2 people are here", "[all] >");
    const rows = await terminal.rows();
    assertEquals(rows.slice(1 + INTRODUCTION, 3 + INTRODUCTION), [
      "--- earlier messages ---",
      "Bob (earlier): line 11",
    ]);
  },
);

terminalTest("the joins of a whole class take a few rows", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  const others = Array.from({ length: 30 }, (_, i) => `P${i}`);
  const members: RawClient[] = [];
  for (const name of others) {
    members.push(stack.use(await RawClient.join(server, name)));
  }
  const last = members.at(-1)!;
  await last.send(message({ type: "say", text: "all here" }));
  await terminal.shows("P29: all here", "[all] >");
  const rows = await terminal.rows();
  assert(rows.includes("P0 has joined"));
  assert(rows.length < 20, rows.join("\n"));
  assertEquals(await terminal.status(), "Ann @ Lab 3 | 31 people");
});

terminalTest("the client asks before it sends a bare word", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  using bob = await RawClient.join(server, "Bob");
  await terminal.shows("Bob has joined", "[all] >");
  const question = "Did you mean the command /quit? (yes = /quit, no = send " +
    '"quit" to everyone)';
  await terminal.type("quit");
  await terminal.press("Enter");
  await terminal.shows(question);
  await terminal.answer("");
  await terminal.shows(
    /^Not sent: "quit"/,
    "  to everyone",
    "[all] > quit",
  );
  await terminal.press("C-u");
  await terminal.type("help");
  await terminal.press("Enter");
  await terminal.shows(/^Did you mean the command \/help\?/);
  await terminal.answer("no");
  assertEquals((await bob.message("said"))["text"], "help");
});

/** A lesson of a minute, as Ann sees and types it. */
async function lesson(
  stack: AsyncDisposableStack,
  { size, flags }: { size: number[]; flags: readonly string[] },
): Promise<Terminal> {
  const server = stack.use(
    await Server.start({
      args: ["0", "--host", "127.0.0.1", "--welcome", "Welcome to lab 3!"],
    }),
  );
  server.folder.write("download/plan.pdf", new Uint8Array(1_200_000));
  server.folder.write("download/map.png", new Uint8Array(90_000));
  const terminal = stack.use(
    new Terminal(
      ["Ann", "127.0.0.1", String(server.port), "--no-history-file", ...flags],
      { size },
    ),
  );
  await terminal.shows("[all] >");
  const bob = stack.use(await RawClient.join(server, "Bob"));
  await terminal.shows(/Bob has joined$/, "[all] >");
  const words =
    "Has everybody found the exercise? It is in the file plan.pdf, " +
    "more on https://example.org/course/networks/exercise-7.html";
  await bob.send(message({ type: "say", text: words }));
  await terminal.shows(/exercise-7\.html$/, "[all] >");
  const lines: [typed: string, last: RegExp][] = [
    ["yes, thank you", /Ann \(you\): yes, thank you$/],
    ["/files", /plan\.pdf +1\.2 MB$/],
    ["/get plan.pdf", /Saved Ann\/plan\.pdf/],
  ];
  for (const [typed, last] of lines) {
    await terminal.type(typed);
    await terminal.press("Enter");
    if (typed.startsWith("/get")) await terminal.shows("[all] >");
    await terminal.shows(...rowsEnding(last));
  }
  await bob.send(message({ type: "tell", to: "Ann", text: "psst, lunch?" }));
  await terminal.shows(/Bob \(private\): psst, lunch\?$/, "[all] >");
  await terminal.type("/to bob");
  await terminal.press("Enter");
  await terminal.shows("[@Bob] >");
  await terminal.type("in five min");
  await terminal.shows("[@Bob] > in five min");
  return terminal;
}

const rowsEnding = (last: RegExp): (string | RegExp)[] => [last, "[all] >"];

terminalTest("golden: a lesson on 80 columns", async () => {
  await using stack = new AsyncDisposableStack();
  const terminal = await lesson(stack, { size: [80, 24], flags: [] });
  await terminal.looksLike("lesson-80");
});

terminalTest("golden: a lesson on 40 columns", async () => {
  await using stack = new AsyncDisposableStack();
  const terminal = await lesson(stack, {
    size: [40, 36],
    flags: ["--no-time"],
  });
  await terminal.looksLike("lesson-40");
});

terminalTest("golden: a lesson without colours and symbols", async () => {
  await using stack = new AsyncDisposableStack();
  const terminal = await lesson(stack, { size: [80, 24], flags: ["--plain"] });
  await terminal.looksLike("lesson-80");
  // deno-lint-ignore no-control-regex -- codes are what it looks for
  assertEquals(/\x1b\[[0-9;]*m/.test(await terminal.colored()), false);
});

terminalTest("golden: help in one screen", async () => {
  await using stack = new AsyncDisposableStack();
  const { terminal } = await annOnTerminal(stack);
  await terminal.type("/help");
  await terminal.press("Enter");
  await terminal.shows(/^Tab completes/, "[all] >");
  await terminal.looksLike("help");
});

terminalTest("golden: the server's window", async () => {
  await using terminal = new Terminal(
    ["0", "--host", "127.0.0.1", "--name", "Lab 3", "--no-discovery"],
    { program: "server" },
  );
  await terminal.shows(/0 people \| 0 messages/, ">");
  const rows = await terminal.rows();
  const port = Number(/Listening on port (\d+)/.exec(rows.join("\n"))![1]);
  {
    using bob = await RawClient.join({ port }, "Bob");
    await bob.send(message({ type: "say", text: "hello" }));
    await terminal.shows(/1 person \| 1 message \|/, ">");
    await terminal.type("/users");
    await terminal.press("Enter");
    await terminal.shows(`  Bob  127.0.0.1${MARK}`, /1 person/, ">");
  }
  await terminal.shows(/Bob has left \(connection lost\)$/, /0 people/, ">");
  await terminal.type("/fils");
  await terminal.press("Enter");
  await terminal.shows(/^There is no command \/fils/, /0 people/, ">");
  await terminal.type("half a line");
  await terminal.shows("> half a line");
  await terminal.looksLike("server");
  await terminal.press("C-u");
  await terminal.type("/quit");
  await terminal.press("Enter");
  await terminal.shows(/Closed$/, "exit code 0");
});

/**
 * A server on a terminal, with Ann and Bob in it, and the operator's actions against
 * them.
 */
async function moderation(
  stack: AsyncDisposableStack,
  size: [number, number],
): Promise<Terminal> {
  const terminal = stack.use(
    new Terminal(
      ["0", "--host", "127.0.0.1", "--name", "Lab 3", "--no-discovery"],
      { program: "server", size },
    ),
  );
  await terminal.shows(/0 people/, ">");
  const rows = await terminal.rows();
  const port = Number(/Listening on port (\d+)/.exec(rows.join("\n"))![1]);
  const enter = async (line: string) => {
    await terminal.type(line);
    await terminal.press("Enter");
  };
  const ann = stack.use(await RawClient.join({ port }, "Ann"));
  stack.use(await RawClient.join({ port }, "Bob"));
  await terminal.shows(/2 people/, ">");
  await enter("/kick Bbo");
  // A busy server that reads two lines at once treats them as a paste.
  await terminal.shows(/mean Bob\?$/, /2 people/, ">");
  await terminal.type("/mu");
  await terminal.press("Tab");
  await terminal.shows("> /mute");
  await terminal.type("b");
  await terminal.press("Tab");
  await terminal.shows("> /mute Bob");
  await terminal.press("Enter");
  await terminal.shows(/^Bob is muted/, /2 people/, ">");
  await enter("/say Ten minutes left");
  assertEquals((await ann.message("said"))["from"], "server");
  await enter("Please save your work");
  await terminal.shows(/\(yes\/no\)$/);
  await terminal.answer("yes");
  assertEquals((await ann.message("said"))["text"], "Please save your work");
  await enter("users");
  await terminal.shows(/users$/, /2 people/, ">");
  await enter("/kick Bob too many words");
  await terminal.shows(/words\)$/, /1 person \|/, ">");
  assertStatusInReverse(await terminal.colored());
  await enter("/lock");
  await terminal.shows(/1 person \(locked\)/, ">");
  await enter("/ban 10.0.0.7");
  await terminal.shows(/undo\)$/, /1 person/, ">");
  await enter("/ban Rob he knows why");
  await terminal.shows(/is here now\./, /1 person/, ">");
  await enter("/ban");
  await terminal.shows(/^ {2}10.0.0.7 {2}address$/, /1 person/, ">");
  await enter("/users");
  await terminal.shows(
    `  Ann  127.0.0.1${MARK}`,
    /1 person \(locked\)/,
    ">",
  );
  return terminal;
}

/** Asserts that the status is in reverse video, and nothing else is. */
function assertStatusInReverse(colored: string): void {
  // deno-lint-ignore no-control-regex -- the code for reverse is what it looks for
  const reversed = [...colored.matchAll(/\x1b\[[\d;]*\b7m([^\x1b\n]+)/g)];
  assertEquals(reversed.length, 1);
  assert(/\| 1 person \|/.test(reversed[0]![1]!), reversed[0]![1]);
}

for (const size of [[80, 24], [40, 24]] satisfies [number, number][]) {
  terminalTest(
    `golden: the operator's actions, ${size[0]} columns`,
    async () => {
      await using stack = new AsyncDisposableStack();
      const terminal = await moderation(stack, size);
      await terminal.looksLike(`operator-${size[0]}`);
    },
  );
}

const HELP_SCREENS: [name: string, size: number[], last: RegExp][] = [
  ["operator-help", [80, 24], /you typed\.$/],
  ["operator-help-40", [40, 24], /explains one command\.$/],
];

for (const [name, size, last] of HELP_SCREENS) {
  terminalTest(
    `golden: the operator's help in one screen, ${size}`,
    async () => {
      await using terminal = new Terminal(["0", "--host", "127.0.0.1"], {
        program: "server",
        size,
      });
      await terminal.shows(/0 people/, ">");
      await terminal.type("/help");
      await terminal.press("Enter");
      await terminal.shows(last, /0 people/, ">");
      await terminal.looksLike(name);
    },
  );
}

terminalTest(
  "a line typed in the server's window is sent only after a yes",
  async () => {
    await using terminal = new Terminal(
      ["0", "--host", "127.0.0.1", "--no-discovery"],
      { program: "server" },
    );
    await terminal.shows(/0 people/, ">");
    const rows = await terminal.rows();
    const port = Number(/Listening on port (\d+)/.exec(rows.join("\n"))![1]);
    using ann = await RawClient.join({ port }, "Ann");
    await terminal.shows(/1 person/, ">");
    await terminal.type("half a secret");
    await terminal.press("Enter");
    const question = 'Say this to everyone as "server"? (yes/no)';
    await terminal.shows("half a secret", /1 person/, question);
    await terminal.answer("no");
    await terminal.shows(/1 person/, "> half a secret");
    await terminal.press("C-u");
    await terminal.paste("one\n  two");
    await terminal.press("Enter");
    await terminal.shows(question);
    await terminal.answer("yes");
    await terminal.shows(/server: one$/, /^ +two$/, /1 person/, ">");
    await terminal.type("、usres");
    await terminal.press("Enter");
    await terminal.shows(/^There is no command \/usres/, /1 person/, ">");
    await terminal.type("//etc");
    await terminal.press("Enter");
    await terminal.shows(/server: \/etc$/, /1 person/, ">");
    assertEquals((await ann.message("said"))["text"], "one\n  two");
    assertEquals((await ann.message("said"))["text"], "/etc");
  },
);

terminalTest(
  "a kicked client says why in one line, and does not reconnect by itself",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    await server.type("/kick Ann too many words");
    await terminal.shows(
      ...HINT,
      "The operator removed you: too many words",
      "exit code 1",
    );
  },
);
