import { assertEquals } from "@std/assert";
import { Server } from "./programs.ts";
import { message, RawClient } from "./raw_client.ts";
import { QUIET, Terminal, terminalTest } from "./terminal.ts";

/** A server, Bob on the raw wire, and Ann on a terminal of this size. */
async function annAndBob(
  stack: AsyncDisposableStack,
  options: ConstructorParameters<typeof Terminal>[1] = {},
) {
  const server = stack.use(
    await Server.start({
      args: ["0", "--host", "127.0.0.1", "--welcome", "Welcome"],
    }),
  );
  const port = String(server.port);
  const terminal = stack.use(
    new Terminal(["Ann", "127.0.0.1", port, ...QUIET], options),
  );
  if (options.shell) {
    await terminal.shows("$");
    await terminal.type(terminal.command);
    await terminal.press("Enter");
  }
  await terminal.shows("[all] >");
  const bob = stack.use(await RawClient.join(server, "Bob"));
  await terminal.shows("Bob has joined", "[all] >");
  return { server, terminal, bob };
}

/** Resolves to the number of rows on the screen that look like the prompt. */
async function promptRows(terminal: Terminal): Promise<number> {
  const rows = await terminal.rows();
  return rows.filter((row) => row.startsWith("[all] >")).length;
}

const CODE = Array.from(
  { length: 200 },
  (_, i) => `\tfor (let i = ${i}; i < n; i++) f(i);`,
).join("\n");

terminalTest("200 pasted lines of code are one complete message", async () => {
  await using stack = new AsyncDisposableStack();
  const { terminal, bob } = await annAndBob(stack);
  await terminal.paste(CODE);
  await terminal.shows(/f\(i\);$/);
  await terminal.press("Enter");
  await terminal.shows(/\(yes\/no\)$/);
  await terminal.answer("yes");
  assertEquals((await bob.message("said"))["text"], CODE);
});

terminalTest(
  "pasted lines are one message, even if the terminal does not mark them",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { terminal, bob } = await annAndBob(stack);
    const lines = Array.from({ length: 25 }, (_, i) => `line ${i}`);
    await terminal.type(lines.map((line) => `${line}\r`).join(""));
    await terminal.shows(/line 24$/);
    await terminal.press("Enter");
    await terminal.shows(/\(yes\/no\)$/);
    await terminal.answer("yes");
    assertEquals((await bob.message("said"))["text"], lines.join("\n"));
  },
);

terminalTest("a text too long for a message stays a draft", async () => {
  await using stack = new AsyncDisposableStack();
  const { terminal } = await annAndBob(stack);
  await terminal.paste("x".repeat(60_000));
  const draft = [/rows above$|^x+$/, ...Array(20).fill(/^x+$/)];
  await terminal.shows(...draft);
  await terminal.press("Enter");
  await terminal.shows(/^Not sent: .* in parts$/, ...draft);
  await terminal.press("C-l");
  await terminal.shows(/^Welcome|^$|rows above$|^x+$/, ...draft);
  await terminal.press("C-u");
  await terminal.shows("[all] >");
});

terminalTest(
  "a resized window loses nothing and shows nothing twice",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { terminal, bob } = await annAndBob(stack);
    const chat = Array.from({ length: 6 }, (_, i) => `Bob: chat ${i}`);
    for (const [i] of chat.entries()) {
      await bob.send(message({ type: "say", text: `chat ${i}` }));
    }
    await terminal.shows(...chat, "[all] >");
    const draft = "0123456789".repeat(9);
    await terminal.type(draft);
    await terminal.shows(/89$/);
    for (const columns of [50, 120, 79, 33, 80]) {
      await terminal.resize(columns, 24);
      const typed = `[all] > ${draft}`;
      const wished: string[] = [];
      for (let at = 0; at < typed.length; at += columns) {
        wished.push(typed.slice(at, at + columns).trimEnd());
      }
      await terminal.shows(...chat, ...wished);
      const rows = await terminal.rows();
      assertEquals(rows.filter((row) => row.startsWith("[all]")).length, 1);
    }
  },
);

terminalTest("a held draft of three rows is erased completely", async () => {
  await using stack = new AsyncDisposableStack();
  const { terminal } = await annAndBob(stack);
  await terminal.paste(Array(25).fill("seven letters").join("\n"));
  await terminal.press("Enter");
  await terminal.shows(/\(yes\/no\)$/);
  await terminal.answer("no");
  await terminal.shows(/seven letters$/);
  await terminal.press("BSpace");
  await terminal.shows(/seven letter$/);
  await terminal.press("C-u");
  await terminal.shows(/^Not sent: 25 lines/, "[all] >");
});

terminalTest("Ctrl+C clears the line first, then leaves", async () => {
  await using stack = new AsyncDisposableStack();
  const { terminal, server } = await annAndBob(stack);
  await terminal.type("half a line");
  await terminal.shows("[all] > half a line");
  await terminal.press("C-c");
  await terminal.shows("[all] >");
  await terminal.press("C-c");
  await terminal.shows("exit code 0");
  await server.output.next("Ann has left (quit)");
});

terminalTest(
  "Ctrl+Z stops the client, and fg restores it unchanged",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { terminal, bob } = await annAndBob(stack, { shell: true });
    await terminal.type("half");
    await terminal.shows("[all] > half");
    for (let i = 0; i < 3; i++) {
      await terminal.press("C-z");
      await terminal.shows("$");
      // Nothing of the client remains between the chat and the shell's output.
      assertEquals(await promptRows(terminal), 0);
      await bob.send(message({ type: "say", text: `meanwhile ${i}` }));
      await terminal.type("fg");
      await terminal.press("Enter");
      await terminal.shows(`Bob: meanwhile ${i}`, "[all] > half");
      assertEquals(await promptRows(terminal), 1);
    }
    await terminal.type(" a line");
    await terminal.shows("[all] > half a line");
    await terminal.press("Enter");
    assertEquals((await bob.message("said"))["text"], "half a line");
  },
);

terminalTest("Ctrl+Z without a shell changes nothing", async () => {
  await using stack = new AsyncDisposableStack();
  const { terminal, bob } = await annAndBob(stack);
  await terminal.type("half");
  await terminal.shows("[all] > half");
  await terminal.press("C-z");
  await bob.send(message({ type: "say", text: "hello" }));
  await terminal.shows("Bob: hello", "[all] > half");
  await terminal.type("!");
  await terminal.shows("[all] > half!");
});

terminalTest("a dumb terminal gets no codes", async () => {
  await using stack = new AsyncDisposableStack();
  const { terminal, bob } = await annAndBob(stack, { term: "dumb" });
  await terminal.type("helo");
  await terminal.press("BSpace");
  await terminal.press("BSpace");
  await terminal.type("llo");
  await terminal.press("Enter");
  assertEquals((await bob.message("said"))["text"], "hello");
  const codes = terminal.stream.match(/%output \S+ .*\\033\[[^\n]*/g) ?? [];
  // Deno itself clears its progress row before the program begins.
  const own = codes.filter((code) =>
    !/ (\\033\[0G\\033\[2K\\033\[J)+$/.test(code)
  );
  assertEquals(own, []);
});
