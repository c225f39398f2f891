import { assertEquals } from "@std/assert";
import { join, type Program, run, Server } from "./programs.ts";
import { message, RawClient } from "./raw_client.ts";
import { QUIET, Terminal, terminalTest } from "./terminal.ts";

/** A server, and Ann on a terminal of this size. */
async function annOnTerminal(
  stack: AsyncDisposableStack,
  size: readonly [number, number] = [80, 24],
) {
  const server = stack.use(
    await Server.start({ args: ["0", "--host", "127.0.0.1"] }),
  );
  const args = ["Ann", "127.0.0.1", String(server.port), ...QUIET];
  const terminal = stack.use(new Terminal(args, { size: [...size] }));
  await terminal.shows("[all] >");
  return { server, terminal };
}

/** Runs a script of Ann's in these bytes, while Bob and Cleo are here. */
async function script(bytes: Uint8Array<ArrayBuffer>) {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  await using cleo = await join(server, "Cleo");
  await bob.output.next("Cleo has joined");
  await using ann = await join(server, "Ann");
  await ann.typeRaw(bytes);
  await ann.endInput();
  const code = await ann.exitCode();
  await bob.output.next("Ann has left");
  await cleo.output.next("Ann has left");
  const heard = ({ output }: Program) =>
    output.all.filter((line) => line.startsWith("Ann"))
      .filter((line) => !/^Ann has /.test(line));
  return {
    code,
    bob: heard(bob),
    cleo: heard(cleo),
    said: ann.output.all.slice(1),
  };
}

function utf16(text: string, { big = false } = {}): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) {
    view.setUint16(2 * at, text.charCodeAt(at), !big);
  }
  return bytes;
}

const SCRIPT = "/msg Bob sécret 你\r\nfor all\r\n";

Deno.test("a script may be saved by PowerShell or Notepad", async () => {
  const scripts = [
    utf16(`\ufeff${SCRIPT}`),
    utf16(`\ufeff${SCRIPT}`, { big: true }),
    utf16(SCRIPT),
    utf16(SCRIPT, { big: true }),
    new TextEncoder().encode(`\ufeff${SCRIPT}\x1a`),
  ];
  for (const bytes of scripts) {
    const { code, bob, cleo } = await script(bytes);
    assertEquals(code, 0);
    assertEquals(bob, ["Ann (private): sécret 你", "Ann: for all"]);
    assertEquals(cleo, ["Ann: for all"]);
  }
});

Deno.test("a script that is not text stops before it sends anything of that line", async () => {
  const latin = Uint8Array.from(
    "one\ntwo\n/msg Bob caf\xe9 secret\n/all later\n",
    (character) => character.charCodeAt(0),
  );
  const { code, bob, cleo, said } = await script(latin);
  assertEquals(code, 1);
  assertEquals(bob, ["Ann: one", "Ann: two"]);
  assertEquals(cleo, bob);
  assertEquals(said, ["Line 3 is not UTF-8: save the file as UTF-8"]);
  for (const text of ["a\rb", "a\0b", "a\x1b[2Jb"]) {
    const bytes = new TextEncoder().encode(`${text}\n/all later\n`);
    const { code, bob } = await script(bytes);
    assertEquals([code, bob], [1, []]);
  }
});

Deno.test("a command is never sent as a text, whatever replaces its slash", async () => {
  const sure = [
    ...["／msg", "、msg", "∕msg", "⁄msg", "⧸msg", "・msg", " \u3000/msg"],
    ...["\u200b/msg", "\ufeff\u2060/m\u200bsg", "/ｍｓｇ", "/MSG", "/ msg"],
  ];
  const lines = sure.map((word) => `${word} Bob secret`).join("\n");
  const carried = await script(
    new TextEncoder().encode(`${lines}\n//msg Bob\n`),
  );
  assertEquals(carried.code, 0);
  assertEquals(carried.cleo, ["Ann: /msg Bob"]);
  assertEquals(carried.bob, [
    ...sure.map(() => "Ann (private): secret"),
    "Ann: /msg Bob",
  ]);
  const unsure = [
    ...["msg Bob secret", "to Bob secret", "reply secret", "@Bob secret"],
    ...["\\msg Bob secret", ".msg Bob secret", ".ьып Bob secret"],
    ...["/msgBob secret", "-msg Bob secret", "q/msg Bob secret", "tell bob x"],
    ...["[@Bob] > secret", "[all] > /msg Bob secret", "[reply to Bob] > x"],
  ];
  for (const line of unsure) {
    const { code, bob, cleo } = await script(
      new TextEncoder().encode(`${line}\n`),
    );
    assertEquals([code, bob, cleo], [1, [], []], line);
  }
});

Deno.test("a script sends nothing after a failed line that may have changed the recipients", async () => {
  const long = `/to Bob ${"x".repeat(200_000)}`;
  for (const line of ["/to Nobody", "/to", "/two Bob", "to Bob", long]) {
    const { code, bob, cleo, said } = await script(
      new TextEncoder().encode(`${line}\nsecret\n/msg Bob hi\n/all over\n`),
    );
    assertEquals(code, 1);
    assertEquals(cleo, ["Ann: over"]);
    assertEquals(bob, ["Ann (private): hi", "Ann: over"]);
    assertEquals(
      said.filter((row) => row.startsWith('Not sent: "secret"')).length,
      1,
    );
  }
});

Deno.test("nothing after Ctrl+Z in the middle of a script is sent", async () => {
  const { code, bob, said } = await script(
    new TextEncoder().encode("one\n\x1a\n/to Bob\nsecret\n"),
  );
  assertEquals([code, bob], [1, ["Ann: one"]]);
  assertEquals(said, [
    "Line 3 comes after the end mark Ctrl+Z of line 2, so the script ends there: " +
    "remove the mark",
  ]);
});

terminalTest("a reply goes to the person shown in the prompt", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  using bob = await RawClient.join(server, "Bob");
  using cleo = await RawClient.join(server, "Cleo");
  await bob.send(message({ type: "tell", to: "Ann", text: "psst" }));
  await terminal.shows(/Bob \(private\): psst$/, "[all] >");
  await terminal.type("/reply hel");
  await terminal.shows("[reply to Bob] > /reply hel");
  await cleo.send(message({ type: "tell", to: "Ann", text: "hey" }));
  await terminal.shows(
    /Cleo \(private\): hey$/,
    "[reply to Bob] > /reply hel",
  );
  await terminal.type("lo");
  await terminal.press("Enter");
  assertEquals((await bob.message("told"))["text"], "hello");
  await terminal.type("/msg Cleo hi");
  await terminal.shows("[@Cleo] > /msg Cleo hi");
  await terminal.press("Enter");
  assertEquals((await cleo.message("told"))["text"], "hi");
});

for (const size of [[80, 24], [40, 20]] as const) {
  terminalTest(
    `a different person of the same name gets nothing, ${size.join(" x ")}`,
    async () => {
      await using stack = new AsyncDisposableStack();
      const { server, terminal } = await annOnTerminal(stack, size);
      {
        using _bob = await RawClient.join(server, "Bob");
        await terminal.shows("Bob has joined", "[all] >");
        await terminal.type("/to Bob");
        await terminal.press("Enter");
        await terminal.shows("[@Bob] >");
        await terminal.type("a secret");
        await terminal.shows("[@Bob] > a secret");
      }
      await terminal.shows("[@Bob, not here] > a secret");
      using other = await RawClient.join(server, "BOB");
      await terminal.shows("BOB has joined", "[@Bob, not here] > a secret");
      await terminal.press("Enter");
      const question = size[0] === 80
        ? ["A different BOB has joined. Talk to them? (yes/no)"]
        : [/^A different BOB has joined\./, /\(yes\/no\)$/];
      await terminal.shows(...question);
      // Neither Enter nor another line means yes.
      await terminal.type("/all");
      await terminal.press("Enter");
      await terminal.shows("You are now talking to everyone", "[all] >");
      // The secret is still for the first Bob.
      await terminal.press("Up");
      await terminal.shows("[@Bob, not here] > a secret");
      await terminal.press("C-u");
      await terminal.type("/to bob");
      await terminal.press("Enter");
      await terminal.shows("[@BOB] >");
      await terminal.type("hello");
      await terminal.press("Enter");
      assertEquals((await other.message("told"))["text"], "hello");
    },
  );
}

terminalTest("the question for another name takes no message", async () => {
  await using server = await Server.start({
    args: ["0", "--host", "127.0.0.1"],
  });
  using bob = await RawClient.join(server, "Bob");
  using _ann = await RawClient.join(server, "Ann");
  const args = ["Ann", "127.0.0.1", String(server.port), ...QUIET];
  await using terminal = new Terminal(args);
  await terminal.shows("Your name (Enter for Ann2):");
  await terminal.type("/msg Bob secret");
  await terminal.press("Enter");
  await terminal.shows(
    "  to send your text once you have joined, or delete it to answer the question",
    "[@Bob] > /msg Bob secret",
  );
  // A line being typed delays the question; the question returns when the line is
  // empty.
  await terminal.press("Enter");
  await terminal.shows("Your name (Enter for Ann2):");
  await terminal.type("Anna");
  await terminal.press("Enter");
  // No person was known yet when it was typed.
  await terminal.shows(/send it to Bob$/, "[@Bob] > /msg Bob secret");
  await terminal.press("Enter");
  const { from, text } = await bob.message("told");
  assertEquals([from, text], ["Anna", "secret"]);
});

terminalTest(
  "lines typed while disconnected go to the person in the prompt",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    {
      using _bob = await RawClient.join(server, "Bob");
      await terminal.shows("Bob has joined", "[all] >");
      await terminal.type("/to Bob");
      await terminal.press("Enter");
      await terminal.shows("[@Bob] >");
      server.kill("SIGKILL");
      await server.exitCode();
    }
    await terminal.shows("[@Bob, offline] >");
    await terminal.type("a secret");
    await terminal.press("Enter");
    await terminal.shows(/^Kept, and sent/, "[@Bob, offline] >");
    await using again = await Server.start({
      folder: server.folder,
      args: [String(server.port), "--host", "127.0.0.1"],
    });
    using cleo = await RawClient.join(again, "Cleo");
    await terminal.shows("[@Bob, not here] > a secret");
    await terminal.press("C-u");
    await terminal.type("/all hi");
    await terminal.press("Enter");
    assertEquals((await cleo.message("said"))["text"], "hi");
  },
);

terminalTest(
  "the client asks about a text that may be a command, and names its recipients",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    using bob = await RawClient.join(server, "Bob");
    using cleo = await RawClient.join(server, "Cleo");
    await terminal.shows(/Bob.* joined/s, "[all] >");
    await terminal.type("@Bob secret");
    await terminal.press("Enter");
    await terminal.shows(
      /^Did you mean the command \/msg Bob\? \(yes = \/msg Bob, no = send/,
      "everyone)",
    );
    await terminal.answer("yes");
    assertEquals((await bob.message("told"))["text"], "secret");
    await terminal.type("msg Bob more");
    await terminal.press("Enter");
    await terminal.shows(/^Did you mean/, /everyone\)$/);
    // The first one ends the question, the second one empties the line.
    await terminal.press("C-c");
    await terminal.shows("[all] > msg Bob more");
    await terminal.press("C-c");
    await terminal.shows("[all] >");
    await terminal.press("C-c");
    await terminal.shows(/exit code/);
    assertEquals((await cleo.message("left"))["name"], "Ann");
  },
);

Deno.test("a script's line for a person who has left reaches no other person of that name", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  await using bob = await join(server, "Bob");
  await ann.output.next("Bob has joined");
  await ann.type("/to Bob", "one");
  await bob.output.next("Ann (private): one");
  await bob.endInput();
  await ann.output.next("Bob has left");
  await using other = await join(server, "bob");
  await ann.output.next(/^A different bob has joined\. Your messages are on/);
  await ann.type("two", "/to bob", "three");
  await other.output.next("Ann (private): three");
  assertEquals(other.output.count(/two/), 0);
  await ann.endInput();
  assertEquals(await ann.exitCode(), 1);
  const { code } = await run("client", [
    ...["Cleo", "127.0.0.1", String(server.port)],
  ], { input: ["/all over"] });
  assertEquals(code, 0);
});

Deno.test("a script knows people beyond the first hundred", async () => {
  await using server = await Server.start();
  using stack = new DisposableStack();
  for (let number = 0; number < 101; number++) {
    stack.use(await RawClient.join(server, `Person${number}`));
  }
  using zed = await RawClient.join(server, "Zed");
  const { code, output } = await run("client", [
    ...["Ann", "127.0.0.1", String(server.port)],
  ], {
    input: ["@Zed S", "w Zed S", "hi /w Zed S", "to Zed", "S", "/all over"],
  });
  assertEquals(code, 1);
  assertEquals(output.filter((row) => row.startsWith("Not sent: ")).length, 5);
  assertEquals((await zed.message("said"))["text"], "over");
});

terminalTest("on leaving, the client names the kept lines", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annOnTerminal(stack);
  server.kill("SIGKILL");
  await server.exitCode();
  await terminal.shows("[all, offline] >");
  await terminal.type("/msg Bob secret");
  await terminal.press("Enter");
  await terminal.shows(/^Kept, and carried out/, "[all, offline] >");
  await terminal.type("/quit");
  await terminal.press("Enter");
  await terminal.shows("Not sent to Bob: secret", /exit code/);
});

Deno.test("a script replies to the person who had written when its line began", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  using bob = await RawClient.join(server, "Bob");
  using cleo = await RawClient.join(server, "Cleo");
  await bob.send(message({ type: "tell", to: "Ann", text: "psst" }));
  await ann.output.next("Bob (private): psst");
  await ann.typeRaw("/users\n/rep");
  await ann.output.next("3 people are here");
  await cleo.send(message({ type: "tell", to: "Ann", text: "hey" }));
  await ann.output.next("Cleo (private): hey");
  await ann.typeRaw("ly secret\n/reply hello\n");
  assertEquals((await bob.message("told"))["text"], "secret");
  assertEquals((await cleo.message("told"))["text"], "hello");
  await ann.endInput();
  assertEquals(await ann.exitCode(), 0);
});

for (
  const [where, pipe, term] of [
    ["with its output in a pipe", " | cat", "xterm-256color"],
    ["with TERM=dumb", "", "dumb"],
  ] as const
) {
  terminalTest(
    `a reply typed blindly reaches no other person, ${where}`,
    async () => {
      await using server = await Server.start({
        args: ["0", "--host", "127.0.0.1"],
      });
      using bob = await RawClient.join(server, "Bob");
      using cleo = await RawClient.join(server, "Cleo");
      const args = ["Ann", "127.0.0.1", String(server.port), ...QUIET];
      await using terminal = new Terminal(args, { shell: true });
      await terminal.shows("$");
      await terminal.type(`TERM=${term} ${terminal.command}${pipe}`);
      await terminal.press("Enter");
      assertEquals((await bob.message("joined"))["name"], "Cleo");
      assertEquals((await bob.message("joined"))["name"], "Ann");
      const prompt = term === "dumb" ? ["[all] >"] : [];
      await bob.send(message({ type: "tell", to: "Ann", text: "psst" }));
      await terminal.shows(/Bob \(private\): psst$/, ...prompt);
      await terminal.type("/reply secret");
      await terminal.shows(/\/reply secret$/);
      await cleo.send(message({ type: "tell", to: "Ann", text: "hey" }));
      await terminal.shows(/Cleo \(private\): hey$/, ...prompt);
      await terminal.press("Enter");
      await terminal.shows(
        ...(term === "dumb" ? ["/reply secret", ...prompt] : []),
        /^(?:! )?Not sent: Cleo has written meanwhile\. Type \/msg Bob and the text$/,
        ...prompt,
      );
      await terminal.type("/reply hello");
      await terminal.press("Enter");
      const { text } = await cleo.message("told");
      assertEquals(text, "hello");
    },
  );
}

terminalTest(
  "a question about a kept line takes no typed text as its answer",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal } = await annOnTerminal(stack);
    {
      using _bob = await RawClient.join(server, "Bob");
      await terminal.shows("Bob has joined", "[all] >");
      server.kill("SIGKILL");
      await server.exitCode();
    }
    await terminal.shows("[all, offline] >");
    await terminal.type("@Bob secret");
    await terminal.press("Enter");
    await terminal.shows(
      /^Kept, and asked about .*: @Bob secret$/,
      "[all, offline] >",
    );
    await terminal.type("no");
    await using again = await Server.start({
      folder: server.folder,
      args: [String(server.port), "--host", "127.0.0.1"],
    });
    using cleo = await RawClient.join(again, "Cleo");
    await terminal.shows("[all] > no");
    await terminal.press("Enter");
    await terminal.shows(/^Did you mean the command \/msg Bob\?/, "everyone)");
    await terminal.answer("");
    await terminal.shows("[all] > @Bob secret");
    assertEquals((await cleo.message("said"))["text"], "no");
  },
);
