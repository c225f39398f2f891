import { assert, assertEquals, assertMatch } from "@std/assert";
import { Server } from "./programs.ts";
import { message, RawClient } from "./raw_client.ts";
import { QUIET, Terminal, terminalTest } from "./terminal.ts";

/** A server, Ann on a terminal, and Bob, who sends what the test says. */
async function annAndBob(
  stack: AsyncDisposableStack,
  { size = [80, 24], flags = QUIET }: {
    readonly size?: number[];
    readonly flags?: readonly string[];
  } = {},
) {
  const server = stack.use(
    await Server.start({
      args: ["0", "--host", "127.0.0.1", "--welcome", "Welcome"],
    }),
  );
  const terminal = stack.use(
    new Terminal(["Ann", "127.0.0.1", String(server.port), ...flags], { size }),
  );
  await terminal.shows("[all] >");
  const bob = stack.use(await RawClient.join(server, "Bob"));
  await terminal.shows(/Bob has joined$/, "[all] >");
  const say = (text: string) => bob.send(message({ type: "say", text }));
  return { server, terminal, bob, say };
}

for (const columns of [20, 40, 80]) {
  terminalTest(`no text begins a row, ${columns} columns`, async () => {
    await using stack = new AsyncDisposableStack();
    const { terminal, say } = await annAndBob(stack, { size: [columns, 50] });
    const fillers = [
      ...["\u00a0", "\u2007", "\u202f", "\u2800", "\u3000", "\u115f", "\u3164"],
      ...[
        "x",
        "好",
        "한",
        "🙂",
        "❤\ufe0f",
        "🇩🇪",
        "e\u0301",
        "👩\u200d👧",
        "\t",
      ],
    ];
    for (const filler of fillers) {
      for (const more of [0, 1]) {
        const count = Math.ceil((columns - 7) / (filler === "\t" ? 8 : 1)) +
          more;
        await say(`ok${filler.repeat(count)}FORGED`);
      }
      await say("done");
      await terminal.shows("Bob: done", "[all] >");
      for (const row of await terminal.rows()) {
        assert(
          /^(?:$|Bob: | {4}|\.\.\. |\[all\]|Bob has|Welcome|Conn|First visit|Type|\/| {2})/
            .test(row),
          `${filler}: ${row}`,
        );
      }
    }
  });
}

terminalTest("a long message is cut, and /show shows all of it", async () => {
  await using stack = new AsyncDisposableStack();
  const { terminal, say } = await annAndBob(stack);
  await say(Array.from({ length: 400 }, (_, i) => `line ${i}`).join("\n"));
  await terminal.shows(
    ...Array.from({ length: 15 }, (_, i) => `     line ${i + 1}`),
    "... 384 more rows (/show 1)",
    "[all] >",
  );
  await say("\u202e".repeat(16_000));
  await terminal.shows(/^\.\.\. \d+ more rows \(\/show 2\)$/, "[all] >");
  await terminal.type("/show 1");
  await terminal.press("Enter");
  await terminal.shows("     line 398", "     line 399", "[all] >");
  await terminal.type("/show 3");
  await terminal.press("Enter");
  await terminal.shows(
    "There is no message 3: the last one is /show 2",
    "[all] >",
  );
});

terminalTest(
  "a mention, a private message and the operator stand out",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { server, terminal, bob, say } = await annAndBob(stack);
    await say("hello Annabel");
    await say("hello Ann");
    await bob.send(message({ type: "tell", to: "Ann", text: "psst" }));
    await terminal.shows("Bob (private): psst", "[all] >");
    await server.type("/say Ten minutes left");
    await terminal.shows(
      "Bob: hello Annabel",
      "Bob: hello Ann",
      "Bob (private): psst",
      "*** server: Ten minutes left",
      "[all] >",
    );
    assertEquals(terminal.bells, 3);
    const colored = (await terminal.colored()).split("\n");
    const row = (words: RegExp) => colored.find((row) => words.test(row))!;
    // deno-lint-ignore no-control-regex -- codes are what it looks for
    const reversed = /\x1b\[(?:\d+;)*7[;m]/;
    assertEquals(reversed.test(row(/Annabel/)), false);
    assertMatch(row(/hello Ann(?!abel)/), reversed);
    assertMatch(row(/Ten minutes/), reversed);
    assertMatch(row(/psst/), /38;5;164/);
  },
);

terminalTest("the same without colours: signs replace them", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal, bob, say } = await annAndBob(stack, {
    flags: [...QUIET, "--plain"],
  });
  await say("hello Annabel");
  await say("hello Ann");
  await bob.send(message({ type: "tell", to: "Ann", text: "psst" }));
  await terminal.shows("Bob (private): psst", "[all] >");
  await server.type("/say Ten minutes left");
  await terminal.shows(
    "Bob: hello Annabel",
    ">> Bob: hello Ann",
    "Bob (private): psst",
    "*** server: Ten minutes left",
    "[all] >",
  );
  await terminal.type("/nobody");
  await terminal.press("Enter");
  await terminal.shows(/^! There is no command \/nobody/, "[all] >");
});

terminalTest("tabs are columns, joiners stay in their scripts", async () => {
  await using stack = new AsyncDisposableStack();
  const { terminal, say } = await annAndBob(stack);
  await say("if x:\n\tdone\nname\tsize");
  await say("a\u200db");
  await terminal.shows(
    "Bob: if x:",
    "             done",
    "     name    size",
    "Bob: a\\u{200d}b",
    "[all] >",
  );
});
