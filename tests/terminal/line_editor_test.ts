import { assert, assertEquals } from "@std/assert";
import type { BottomPaint } from "../../lib/terminal/bottom_layout.ts";
import { FakeTime, settle } from "../testing.ts";
import { FakeTerminal } from "./fake_terminal.ts";

/**
 * An open editor in a window, and the lines typed in it; time passes when the test says
 * so.
 */
async function open(
  {
    columns = 40,
    rows = 24,
    answers = true,
    history = [] as string[],
    complete = (_: string) => [] as string[],
    hiddenHint = "",
    paint = {} as BottomPaint,
  } = {},
) {
  const time = new FakeTime();
  const lines: string[] = [];
  const ends: boolean[] = [];
  const histories: (readonly string[])[] = [];
  const terminal = new FakeTerminal(columns, {
    history,
    complete,
    hiddenHint,
    paint,
    onLine: ({ text }) => void lines.push(text),
    onEnd: (interrupted) => void ends.push(interrupted),
    onHistory: (lines) => void histories.push(lines),
  }, { rows, answers });
  terminal.editor.prompt = "> ";
  terminal.editor.open();
  await settle();
  return {
    terminal,
    editor: terminal.editor,
    lines,
    ends,
    histories,
    time,
    /** Types, and lets the moment pass in which a paste would continue. */
    async type(keys: string) {
      await terminal.type(keys);
      await time.pass(60);
    },
    async [Symbol.asyncDispose]() {
      await terminal.moveOn();
      await terminal.editor.close();
      time[Symbol.dispose]();
    },
  };
}

const TEXTS = {
  "a short line": "hello",
  "wide and composed letters": "你好 🙂 é e\u0301 ok",
  "more than the window is wide": "0123456789".repeat(7),
  "exactly as wide as the window": "x".repeat(38),
};

for (const [name, text] of Object.entries(TEXTS)) {
  Deno.test(`LineEditor.print() does not disturb the line being typed: ${name}`, async () => {
    await using room = await open();
    const { terminal, editor, lines } = room;
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
    await room.type("!");
    await room.type("\r");
    const letters = [...new Intl.Segmenter().segment(text)].map((s) =>
      s.segment
    );
    letters.splice(-2, 0, "!");
    assertEquals(lines, [letters.join("")]);
  });
}

Deno.test("LineEditor keeps footer and status between the text and the prompt", async () => {
  const paint = { footer: (line: string) => `\x1b[2m${line}\x1b[22m` };
  await using room = await open({ columns: 20, paint });
  const { terminal, editor } = room;
  editor.footer = ["progress of a download, long", "two"];
  editor.status = "Ann @ Lab 3";
  await terminal.type("abc");
  editor.print("hello");
  await settle();
  assertEquals(terminal.rows, [
    "hello",
    "progress of a down…",
    "two",
    "Ann @ Lab 3",
    "> abc",
  ]);
  const before = terminal.stream.length;
  editor.status = "Ann @ Lab 4";
  await settle();
  // Only the changed row is written.
  assert(!terminal.stream.slice(before).includes("abc"));
  assert(!terminal.stream.slice(before).includes("\x1b[J"));
  editor.footer = [];
  editor.status = "";
  await settle();
  assertEquals(terminal.rows, ["hello", "> abc", ""]);
});

Deno.test("LineEditor shows no status in a low window", async () => {
  await using room = await open({ rows: 5 });
  room.editor.status = "Ann @ Lab 3";
  await settle();
  assertEquals(room.terminal.rows, [">"]);
});

Deno.test("LineEditor erases a finished line, for its owner to show", async () => {
  await using room = await open();
  await room.type("hello\r");
  assertEquals(room.lines, ["hello"]);
  assertEquals(room.terminal.rows, [">"]);
});

Deno.test("LineEditor.ask() asks in between and restores the line being typed", async () => {
  await using room = await open();
  const { terminal, editor, lines } = room;
  await terminal.type("half a line\x1b[D");
  const answer = editor.ask("Sure? ");
  await settle();
  assertEquals(terminal.rows.at(-1), "Sure?");
  await room.type("yes\r");
  assertEquals(await answer, "yes");
  await settle();
  assertEquals(terminal.rows, ["Sure? yes", "> half a line"]);
  await terminal.type("X");
  await room.type("\r");
  assertEquals(lines, ["half a linXe"]);
  // An answer is not part of the history.
  await terminal.type("\x1b[A");
  assertEquals(terminal.rows.at(-1), "> half a linXe");
});

Deno.test("LineEditor.ask() may define an answer for Ctrl+C, which then does not leave", async () => {
  await using room = await open();
  const { terminal, editor } = room;
  const answer = editor.ask("Talk to them? ", { cancelAnswer: "no" });
  await room.type("ye\x03");
  assertEquals(terminal.rows, ["Talk to them?"]);
  await room.type("\x03");
  assertEquals(await answer, "no");
  await settle();
  assertEquals(terminal.rows, ["Talk to them? no", ">"]);
  assertEquals(room.ends, []);
  const other = editor.ask("Sure? ");
  await room.type("\x03");
  assertEquals(await other, undefined);
  assertEquals(room.ends, [true]);
});

Deno.test("LineEditor.ask() asks one question after the other, and withdraws one", async () => {
  await using room = await open();
  const { terminal, editor } = room;
  await terminal.type("draft");
  const withdrawing = new AbortController();
  const first = editor.ask("First? ", { signal: withdrawing.signal });
  const second = editor.ask("Second? ");
  await settle();
  assertEquals(terminal.rows, ["First?"]);
  withdrawing.abort();
  assertEquals(await first, undefined);
  await settle();
  assertEquals(terminal.rows, ["Second?"]);
  editor.giveBack({ text: "given back" });
  await room.type("no\r");
  assertEquals(await second, "no");
  await settle();
  assertEquals(terminal.rows, ["Second? no", "> draft"]);
});

Deno.test("LineEditor.giveBack() never mixes a restored line with the one being typed", async () => {
  await using room = await open();
  const { terminal, editor } = room;
  await terminal.type("new line");
  editor.giveBack({ text: "a secret" });
  await settle();
  assertEquals(terminal.rows, ["> new line"]);
  await terminal.type("\x15\x1b[A");
  assertEquals(terminal.rows, ["> a secret"]);
});

Deno.test("LineEditor edits as users expect", async () => {
  await using room = await open({ history: ["newest", "first of all"] });
  const { lines } = room;
  const cases: [keys: string, line: string][] = [
    ["ac\x1b[Db", "abc"],
    ["b\x01a\x05c", "abc"],
    ["abc\x1b[Hx\x1b[Fy", "xabcy"],
    ["one two\x17three", "one three"],
    ["abc\x15def", "def"],
    ["abc\x01\x0b\x19", "abc"],
    ["abc\x7f", "ab"],
    ["abc\x01\x1b[3~", "bc"],
    ["abc\x01\x04", "bc"],
    ["one two\x1bb\x1bbX", "Xone two"],
    ["one two\x1b[1;5D\x1b[1;5DX", "Xone two"],
    ["one two\x01\x1bd", " two"],
    ["ab\x14", "ba"],
    ["abc\x17\x1f", "abc"],
    ["one\x1b\rtwo", "one\ntwo"],
    ["a 🦄\x7f!", "a !"],
    ["e\u0301\x7f!", "!"],
    ["👨‍👩‍👧x\x1b[D\x7f!", "!x"],
    ["¶", "¶"],
  ];
  for (const [keys, line] of cases) {
    await room.type(keys);
    await room.type("\r");
    assertEquals(lines.pop(), line, JSON.stringify(keys));
  }
  await room.type("fi\x1b[A");
  await room.type("\r");
  assertEquals(lines.pop(), "first of all");
});

Deno.test("LineEditor restores earlier lines, and the line being typed", async () => {
  await using room = await open({ history: ["two", "one"] });
  const { terminal } = room;
  await terminal.type("\x1b[A\x1b[A");
  assertEquals(terminal.rows, ["> one"]);
  await terminal.type("\x1b[A\x1b[B\x1b[B");
  assertEquals(terminal.rows, [">"]);
  await terminal.type("t\x1b[A");
  assertEquals(terminal.rows, ["> two"]);
  await terminal.type("\x1b[B");
  assertEquals(terminal.rows, ["> t"]);
});

Deno.test("LineEditor completes one candidate, and shows several", async () => {
  const words = ["/files", "/fire", "/help"];
  await using room = await open({
    complete: (line) => words.filter((word) => word.startsWith(line)),
  });
  const { terminal } = room;
  await terminal.type("/h\t");
  assertEquals(terminal.rows, ["> /help"]);
  await terminal.type("\x15/\t");
  assertEquals(terminal.rows, ["/files   /fire   /help", "> /"]);
  await terminal.type("f\t");
  assertEquals(terminal.rows.at(-1), "> /fi");
});

Deno.test("LineEditor completes the text before the cursor, and keeps the rest", async () => {
  await using room = await open({
    complete: (line) => line === "Bo" ? ["Bob: "] : [],
  });
  const { terminal } = room;
  await terminal.type("Bo how are you\x01\x1b[C\x1b[C\t");
  assertEquals(terminal.rows, ["> Bob:  how are you"]);
  await terminal.type("X");
  assertEquals(terminal.rows, ["> Bob: X how are you"]);
});

Deno.test("LineEditor clears a line at Ctrl+C, and reports Ctrl+C on an empty line", async () => {
  await using room = await open();
  const { terminal, editor, ends } = room;
  await terminal.type("half\x03");
  assertEquals(ends, []);
  assertEquals(terminal.rows, [">"]);
  // Undo restores the line.
  await terminal.type("\x1f");
  assertEquals(terminal.rows, ["> half"]);
  await terminal.type("\x03\x03");
  assertEquals(ends, [true]);
  await editor.close();
  assertEquals(terminal.rows, [""]);
  assertEquals(terminal.raw, false);
});

Deno.test("LineEditor reports how the input ended, and erases its prompt", async () => {
  const ended = await open();
  await ended.terminal.type("\x04");
  ended.editor.print("bye");
  await ended.editor.close();
  assertEquals(ended.ends, [false]);
  assertEquals(ended.terminal.rows, ["bye", ""]);
  ended.time[Symbol.dispose]();

  await using hungUp = await open();
  await hungUp.terminal.type("half");
  await hungUp.terminal.hangUp();
  await hungUp.editor.close();
  assertEquals(hungUp.ends, [false]);
  assertEquals(hungUp.terminal.rows, ["> half", ""]);
});

Deno.test("LineEditor treats a marked paste as one line to edit, however it is split", async () => {
  const pasted = "\x1b[200~one\r\ntwo\rthree\n\tfour\x07 é🙂¶\n\n\x1b[201~!";
  const bytes = new TextEncoder().encode(pasted);
  for (let size = 2; size <= bytes.length; size += 3) {
    await using room = await open({ columns: 60 });
    for (let at = 0; at < bytes.length; at += size) {
      room.terminal.typeBytes(bytes.slice(at, at + size));
    }
    await settle();
    assertEquals(room.terminal.rows, ["> one¶two¶three¶  four é🙂¶!"]);
    await room.type("\r");
    assertEquals(room.lines, ["one\ntwo\nthree\n\tfour é🙂¶!"]);
  }
});

Deno.test("LineEditor treats lines that arrive in one burst as one paste", async () => {
  const code = Array.from({ length: 25 }, (_, i) => `line ${i}`);
  const whole = code.join("\n");
  for (const size of [100, 150, 1_000]) {
    await using room = await open();
    const keys = code.map((line) => `${line}\r`).join("");
    for (let at = 0; at < keys.length; at += size) {
      room.terminal.typeBytes(
        new TextEncoder().encode(keys.slice(at, at + size)),
      );
    }
    await room.time.pass(100);
    assertEquals(room.lines, [], `pieces of ${size}`);
    await room.type("\r");
    assertEquals(room.lines, [whole], `pieces of ${size}`);
  }
});

Deno.test("LineEditor sends each line that a program types key by key", async () => {
  await using room = await open();
  for (const keys of ["one", "\r", "two\r", "a\r\x1b[A\r"]) {
    await room.type(keys);
  }
  assertEquals(room.lines, ["one", "two", "a", "a"]);
});

Deno.test("LineEditor reports a paste that is too long", async () => {
  await using room = await open({ columns: 80 });
  await room.terminal.paste("x".repeat(2 * 1024 * 1024));
  assertEquals(room.terminal.rows, [
    "Not pasted: the text has 2097152 characters, the limit is 1048576. Paste it in",
    "parts, or share it as a file",
    ">",
  ]);
});

Deno.test("LineEditor shows the rows of a tall draft around the cursor", async () => {
  await using room = await open({ columns: 20, rows: 10 });
  const { terminal } = room;
  const text = Array.from({ length: 400 }, (_, i) => i % 10).join("");
  await terminal.paste(text);
  // 402 columns: 21 rows, of which 7 fit beside the two that count the others.
  const rows = [`> ${text}`.slice(0, 20)];
  for (let at = 18; at < 400; at += 20) rows.push(text.slice(at, at + 20));
  assertEquals(terminal.rows, ["> ... 14 rows above", ...rows.slice(14)]);
  await terminal.type("\x01");
  assertEquals(terminal.rows, [...rows.slice(0, 7), "... 14 rows below"]);
  assertEquals(terminal.cursor, [2, 7]);
  await terminal.type("\x1b[C".repeat(200));
  assertEquals(terminal.rows, [
    "> ... 7 rows above",
    ...rows.slice(7, 14),
    "... 7 rows below",
  ]);
  await terminal.type("\x01\x0b");
  assertEquals(terminal.rows, [">", ""]);
});

Deno.test("LineEditor writes only changed rows while a long draft grows", async () => {
  await using room = await open({ columns: 80 });
  const { terminal } = room;
  const page = Array.from({ length: 12 }, (_, i) => `  const line${i} = f();`);
  await terminal.paste(page.join("\n"));
  const before = terminal.written;
  await terminal.type("x");
  assert(terminal.written - before < 160, `${terminal.written - before} bytes`);
});

for (const how of ["wraps", "cuts"] as const) {
  Deno.test(`LineEditor finds its rows again in a terminal that ${how} its rows when resized`, async () => {
    const widths = [80, 50, 120, 79, 30, 31, 80, 20, 100];
    for (const length of [0, 5, 60, 75, 78, 90, 130, 157, 158, 300]) {
      for (const bottom of ["nothing", "status", "both"]) {
        await using room = await open({ columns: 80 });
        const { terminal, editor, time } = room;
        if (bottom !== "nothing") editor.status = "Ann @ Lab 3 | 12 people";
        if (bottom === "both") editor.footer = ["f".repeat(70)];
        const chat = Array.from({ length: 9 }, (_, i) => `chat line ${i}`);
        for (const line of chat) editor.print(line);
        const draft = "0123456789".repeat(30).slice(0, length);
        await terminal.type(draft);
        for (const columns of widths.slice(1)) {
          terminal.resize(columns, how);
          editor.resized();
          await time.pass(1_000);
          const label = `${how} ${length} ${bottom} ${columns}`;
          const rows = terminal.rows;
          assertEquals(rows.slice(0, 9), chat, label);
          const rest = rows.slice(9).join("").replace(/f+…?/, "")
            .replace(/Ann @ Lab 3 \| 12 p(eople|e…)/, "");
          assertEquals(rest.trim(), `> ${draft}`.trim(), label);
        }
      }
    }
  });
}

Deno.test("LineEditor finds rows that it drew for the old size just after a resize", async () => {
  for (const length of [0, 5, 60, 75, 90, 130, 160, 300]) {
    for (const columns of [50, 60, 72, 79, 81, 90, 120]) {
      await using room = await open({ columns: 80 });
      const { terminal, editor, time } = room;
      editor.status = "Ann @ Lab 3 | 12 people";
      const chat = Array.from({ length: 9 }, (_, i) => `chat line ${i}`);
      for (const line of chat.slice(0, 8)) editor.print(line);
      const draft = "0123456789".repeat(30).slice(0, length);
      await terminal.type(draft);
      terminal.oldColumns = 80;
      terminal.resize(columns, "cuts");
      editor.print(chat[8]!);
      await settle();
      terminal.oldColumns = undefined;
      editor.resized();
      await time.pass(1_000);
      const label = `${length} ${columns}`;
      const rows = terminal.rows;
      assertEquals(rows.slice(0, 9), chat, label);
      // Where both columns are equal, a copy remains: no chat is lost.
      const column = (2 + length) % 80;
      if ((80 + 2 + length) % columns === column) continue;
      const rest = rows.slice(9).join("")
        .replace("Ann @ Lab 3 | 12 people", "");
      assertEquals(rest.trim(), `> ${draft}`.trim(), label);
    }
  }
});

Deno.test("LineEditor draws again in a terminal that does not report the cursor position", async () => {
  await using room = await open({ columns: 80, answers: false });
  const { terminal, editor, time } = room;
  editor.print("chat");
  await terminal.type("draft");
  terminal.resize(50, "cuts");
  editor.resized();
  await time.pass(1_000);
  assertEquals(terminal.rows, ["chat", "> draft"]);
});

Deno.test("LineEditor shows all of a large output in a terminal that reads", async () => {
  await using room = await open({ columns: 80 });
  const { terminal, editor } = room;
  const text = "x".repeat(4_000);
  for (let i = 0; i < 1_000; i++) editor.print(`${i} ${text}`);
  await settle();
  await room.time.pass(10_000);
  for (let i = 0; i < 1_000; i++) {
    assert(terminal.stream.includes(`${i} ${text}\n`), `${i}`);
  }
  assert(!terminal.stream.includes("not shown"));
});

Deno.test("LineEditor counts the lines that a window stuck for seconds does not take", async () => {
  await using room = await open({ hiddenHint: ", see server.log" });
  const { terminal, editor, lines, time } = room;
  await terminal.type("half");
  terminal.standStill();
  const text = "x".repeat(30_000);
  let shown = 0;
  for (let i = 0; i < 400; i++) {
    if (editor.print(`${i} ${text}`)) shown++;
    if (i % 10 === 0) await time.pass(100);
  }
  // Eight mebibytes, and not much more.
  assert(shown > 270 && shown < 300, `${shown}`);
  const before = terminal.written;
  for (let i = 0; i < 1_000; i++) {
    editor.footer = [`footer ${i}`];
    if (i % 100 === 0) await settle();
  }
  await terminal.moveOn();
  await settle();
  assertEquals(terminal.rows.slice(-3), [
    `… ${400 - shown} lines not shown, see server.log`,
    "footer 999",
    "> half",
  ]);
  assert(terminal.written - before < shown * 30_100, "drawings piled up");
  editor.footer = [];
  editor.print("and on");
  await settle();
  assertEquals(terminal.rows.slice(-2), ["and on", "> half"]);
  await room.type(" a line");
  await room.type("\r");
  assertEquals(lines, ["half a line"]);
});

Deno.test("LineEditor.close() does not wait for a stuck window", async () => {
  const { terminal, editor, time } = await open();
  terminal.standStill();
  editor.print("last words");
  const closing = editor.close();
  await time.pass(500);
  await closing;
  // The mode of such a console cannot be set without waiting for it.
  assertEquals(terminal.raw, true);
  await terminal.moveOn();
  time[Symbol.dispose]();
});

Deno.test("LineEditor restores the title of the window", async () => {
  const { terminal, editor, time } = await open();
  terminal.title = "cmd";
  editor.title = "Ann @ Lab\x07\x1b]0;evil\u202e 3";
  await settle();
  assertEquals(terminal.title, "Ann @ Lab]0;evil 3");
  await editor.close();
  assertEquals(terminal.title, "cmd");
  time[Symbol.dispose]();
});

Deno.test("LineEditor has pastes marked from its beginning to its end, and after a stop", async () => {
  const { terminal, editor, time } = await open();
  const modes = () =>
    terminal.stream.split("\x1b[?2004").slice(1).map(([mode]) => mode);
  assertEquals(modes(), ["h"]);
  editor.continued();
  await time.pass(1_000);
  assertEquals(modes(), ["h", "h"]);
  await editor.close();
  assertEquals(modes().at(-1), "l");
  time[Symbol.dispose]();
});

Deno.test("LineEditor restores the terminal when the program stops, and takes it again", async () => {
  await using room = await open();
  const { terminal, editor, time } = room;
  editor.status = "status";
  editor.print("chat");
  await terminal.type("draft");
  // No output meanwhile: another program stopped this one.
  editor.continued();
  await time.pass(1_000);
  assertEquals(terminal.raw, true);
  assertEquals(terminal.rows, ["chat", "status", "> draft"]);
  // The shell has written.
  terminal.print("\n[1]+ Stopped\n$ fg\n");
  editor.continued();
  await time.pass(1_000);
  assertEquals(terminal.rows.slice(-4), [
    "[1]+ Stopped",
    "$ fg",
    "status",
    "> draft",
  ]);
});

Deno.test("LineEditor.ask() shows and keeps nothing of a secret answer", async () => {
  await using room = await open({ complete: (typed) => [`${typed}!`] });
  const { terminal, editor } = room;
  await room.type("half a line");
  const answer = editor.ask("Room key: ", { isSecret: true });
  await settle();
  const shown = () => terminal.rows.filter((row) => row !== "");
  assertEquals(shown().at(-1), "Room key:");
  await terminal.type("SECREx");
  await room.type("\x7fT\t");
  await terminal.paste("PASTED");
  assertEquals(shown().at(-1), "Room key:");
  assertEquals(terminal.cursor, [10, 0], "behind the question");
  editor.print("Bob: hi");
  editor.status = "status";
  await settle();
  terminal.resize(30, "wraps");
  editor.resized();
  await room.time.pass(500);
  editor.clear();
  editor.continued();
  await room.time.pass(500);
  assertEquals(shown().at(-1), "Room key:");
  await room.type("\r");
  assertEquals(await answer, "SECRETPASTED");
  await settle();
  assertEquals(shown().at(-1), "> half a line");
  await room.type("\x15\x1b[A\x1f\x1f\x19");
  for (const text of ["S", "SECRE", "PASTED", "!"]) {
    assertEquals(terminal.stream.includes(text), false, text);
  }
  assertEquals(room.histories, []);
});

Deno.test("LineEditor.close() leaves nothing of a secret answer on the screen", async () => {
  await using room = await open();
  const { terminal, editor } = room;
  const answer = editor.ask("Room key: ", { isSecret: true });
  await room.type("SECRET");
  await editor.close();
  assertEquals(await answer, undefined);
  assertEquals(terminal.stream.includes("SECRET"), false);
  assertEquals(terminal.raw, false);
});

Deno.test("LineEditor.ask() resolves to nothing when Escape withdraws a secret question", async () => {
  await using room = await open();
  const { editor, ends } = room;
  const options = { isSecret: true, isCancellable: true };
  for (const key of ["\x1b", "\x03"]) {
    const answer = editor.ask("Room key: ", options);
    await room.type("SECRET");
    await room.type(key);
    await room.time.pass(200);
    assertEquals(await answer.then(String), "undefined");
  }
  const answer = editor.ask("Room key: ", options);
  await room.type("\x04");
  assertEquals(await answer, undefined);
  assertEquals(ends, [false]);
  assertEquals(room.terminal.stream.includes("SECRET"), false);
});
