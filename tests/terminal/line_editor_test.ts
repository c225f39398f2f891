import { assert, assertEquals } from "@std/assert";
import { FakeTime, settle } from "../testing.ts";
import { FakeTerminal } from "./fake_terminal.ts";

/** An editor in a window, open, and what was typed in it. */
async function open(
  {
    columns = 40,
    history = [] as string[],
    complete = () => [] as string[],
    hiddenHint = "",
    paintFooter = (line: string) => line,
  } = {},
) {
  const lines: string[] = [];
  const ends: boolean[] = [];
  const terminal = new FakeTerminal(columns, {
    history,
    complete,
    hiddenHint,
    paintFooter,
    onLine: (line) => void lines.push(line),
    onEnd: (interrupted) => void ends.push(interrupted),
  });
  terminal.editor.prompt = "> ";
  terminal.editor.open();
  await settle();
  return {
    terminal,
    editor: terminal.editor,
    lines,
    ends,
    [Symbol.asyncDispose]: () => terminal.editor.close(),
  };
}

const TEXTS = {
  "a short line": "hello",
  "wide and composed letters": "你好 🙂 é e\u0301 ok",
  "more than the window is wide": "0123456789".repeat(7),
  "exactly as wide as the window": "x".repeat(38),
};

for (const [name, text] of Object.entries(TEXTS)) {
  Deno.test(`LineEditor.print() leaves what is being typed alone: ${name}`, async () => {
    await using window = await open();
    const { terminal, editor, lines } = window;
    await terminal.type(text);
    const typed = terminal.rows;
    await terminal.type("\x1b[D\x1b[D");
    const cursor = terminal.cursor;
    const arrived: string[] = [];
    for (let i = 0; i < 200; i++) {
      arrived.push(`line ${i}`);
      editor.print(`line ${i}`);
      if (i % 7 === 0) await settle();
    }
    await settle();
    assertEquals(terminal.rows.filter((row) => row !== ""), [
      ...arrived,
      ...typed.filter((row) => row !== ""),
    ]);
    assertEquals(terminal.cursor, cursor);
    await terminal.type("!\r");
    const letters = [...new Intl.Segmenter().segment(text)].map((s) =>
      s.segment
    );
    letters.splice(-2, 0, "!");
    assertEquals(lines, [letters.join("")]);
  });
}

Deno.test("LineEditor keeps the footer between the text and the prompt", async () => {
  const paintFooter = (line: string) => `\x1b[2m${line}\x1b[22m`;
  await using window = await open({ columns: 20, paintFooter });
  const { terminal, editor } = window;
  editor.footer = ["status of the server, long", "two"];
  await terminal.type("abc");
  editor.print("hello");
  await settle();
  assertEquals(terminal.rows, [
    "hello",
    "status of the serv…",
    "two",
    "> abc",
  ]);
  editor.footer = [];
  await settle();
  assertEquals(terminal.rows, ["hello", "> abc"]);
});

Deno.test("LineEditor takes a line off the screen, for its owner to show", async () => {
  await using window = await open();
  const { terminal, lines } = window;
  await terminal.type("hello\r");
  assertEquals(lines, ["hello"]);
  assertEquals(terminal.rows, [">"]);
});

Deno.test("LineEditor.ask() asks in between and gives back what was being typed", async () => {
  await using window = await open();
  const { terminal, editor, lines } = window;
  await terminal.type("half a line");
  const answer = editor.ask("Sure? ");
  await settle();
  assertEquals(terminal.rows.at(-1), "Sure?");
  await terminal.type("yes\r");
  assertEquals(await answer, "yes");
  await settle();
  assertEquals(terminal.rows, ["Sure? yes", "> half a line"]);
  await terminal.type("\r");
  assertEquals(lines, ["half a line"]);
  // An answer is not part of the history.
  await terminal.type("\x1b[A");
  assertEquals(terminal.rows.at(-1), "> half a line");
});

Deno.test("LineEditor edits as people expect it", async () => {
  await using window = await open({ history: ["newest", "first of all"] });
  const { terminal, lines } = window;
  const cases: [keys: string, line: string][] = [
    ["ac\x1b[Db", "abc"],
    ["b\x01a\x05c", "abc"],
    ["abc\x1b[Hx\x1b[Fy", "xabcy"],
    ["one two\x17three", "one three"],
    ["abc\x15def", "def"],
    ["abc\x01\x0b", ""],
    ["abc\x7f", "ab"],
    ["one two\x1bb\x1bbX", "Xone two"],
  ];
  for (const [keys, line] of cases) {
    await terminal.type(`${keys}\r`);
    assertEquals(lines.pop(), line, JSON.stringify(keys));
  }
  await terminal.type("fi\x1b[A\r");
  assertEquals(lines.pop(), "first of all");
});

Deno.test("LineEditor completes one candidate, and shows several", async () => {
  const words = ["/files", "/fire", "/help"];
  await using window = await open({
    complete: ((line: string) =>
      words.filter((word) => word.startsWith(line))) as () => string[],
  });
  const { terminal } = window;
  await terminal.type("/h\t");
  assertEquals(terminal.rows, ["> /help"]);
  await terminal.type("\x15/\t");
  assertEquals(terminal.rows, ["/files   /fire   /help", "> /"]);
  await terminal.type("f\t");
  assertEquals(terminal.rows.at(-1), "> /fi");
});

Deno.test("LineEditor says how the input ended, and puts its prompt away", async () => {
  const interrupted = await open();
  await interrupted.terminal.type("half\x03");
  await interrupted.editor.close();
  assertEquals(interrupted.ends, [true]);
  assertEquals(interrupted.terminal.rows, ["> half", ""]);

  const ended = await open();
  await ended.terminal.type("\x04");
  ended.editor.print("bye");
  await ended.editor.close();
  assertEquals(ended.ends, [false]);
  assertEquals(ended.terminal.rows, ["bye", ""]);
});

Deno.test("LineEditor counts what a window that stands still does not take", async () => {
  await using window = await open({ hiddenHint: ", see server.log" });
  const { terminal, editor, lines } = window;
  await terminal.type("half");
  terminal.standStill();
  const text = "x".repeat(30);
  for (let i = 0; i < 5_000; i++) {
    editor.print(`${i} ${text}`);
    if (i % 100 === 0) await settle();
  }
  // What changes in the footer meanwhile must not fill the memory, either.
  const before = terminal.written;
  for (let i = 0; i < 1_000; i++) {
    editor.footer = [...Array(5).fill(text), `footer ${i}`];
    await settle();
  }
  await terminal.moveOn();
  assert(terminal.written - before < 100_000, `${terminal.written - before}`);
  const shown = terminal.rows.filter((row) => row.endsWith(` ${text}`));
  const hidden = terminal.rows.at(-8)!;
  assertEquals(
    hidden,
    `… ${5_000 - shown.length} lines not shown, see server.log`,
  );
  assertEquals(terminal.rows.slice(-2), ["footer 999", "> half"]);
  editor.print("and on");
  await settle();
  assertEquals(terminal.rows.at(-8), "and on");
  await terminal.type(" a line\r");
  assertEquals(lines, ["half a line"]);
});

Deno.test("LineEditor.close() does not wait for a window that stands still", async () => {
  using time = new FakeTime();
  const { terminal, editor } = await open();
  terminal.standStill();
  editor.print("last words");
  const closing = editor.close();
  await time.pass(500);
  await closing;
  await terminal.moveOn();
});
