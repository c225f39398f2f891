import { assert, assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import { TerminalScreen } from "../../lib/client/terminal_screen.ts";
import { answer } from "../../lib/client/view.ts";
import type { LineEditorOptions } from "../../lib/terminal/line_editor.ts";
import { Profile } from "../../lib/store/profile.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { FakeTime, settle } from "../testing.ts";

/** A screen at a terminal in memory, without colours. */
function setUp({ columns = 60, rows = 30, showTime = false } = {}) {
  const keys = new PassThrough();
  const profile = new Profile();
  const decoder = new TextDecoder();
  const time = new FakeTime();
  const test = {
    written: "",
    interrupted: 0,
    /** What stands before a line that somebody prints. */
    time,
    press: async (text: string) => {
      keys.write(text);
      await time.pass(100);
    },
    get rows() {
      // deno-lint-ignore no-control-regex -- the codes of a terminal
      const plain = this.written.replace(/\x1b\[[\d;?]*[A-Za-z]/g, "");
      return plain.split(/[\r\n]+/).map((row) => row.trimEnd());
    },
  };
  const input = Object.assign(keys, { setRawMode() {} });
  const screen = new TerminalScreen({
    style: { color: false, symbols: false },
    showTime,
    profile,
    onInterrupt: () => void test.interrupted++,
    input: input as unknown as NonNullable<LineEditorOptions["input"]>,
    output: new TerminalOutput({
      write(bytes) {
        test.written += decoder.decode(bytes, { stream: true });
        return Promise.resolve(bytes.length);
      },
    }, { size: () => ({ columns, rows }) }),
  });
  const close = async () => {
    const closed = screen[Symbol.asyncDispose]();
    await time.pass(5_000);
    await closed;
    time[Symbol.dispose]();
  };
  return Object.assign(test, { screen, close, profile });
}

const long = (rows: number) => ({
  kind: "said" as const,
  from: "Bob",
  text: Array.from({ length: rows }, (_, row) => `row ${row}`).join("\n"),
});

Deno.test("TerminalScreen.print() rings only for a line that says so", async () => {
  const test = setUp();
  test.screen.print({ kind: "said", from: "Bob", text: "hi" });
  await test.time.pass(100);
  assertEquals(test.written.includes("\x07"), false);
  test.screen.print({ kind: "told", from: "Bob", text: "hi", rings: true });
  await test.time.pass(100);
  assertEquals(test.written.includes("\x07"), true);
  await test.close();
});

Deno.test("TerminalScreen.print() cuts a message at 20 rows, and /show has all of it", async () => {
  const test = setUp({ rows: 50 });
  test.screen.print(long(20));
  await test.time.pass(100);
  assertEquals(test.screen.folded.last, 0);
  test.screen.print(long(22));
  await test.time.pass(100);
  assertEquals(test.screen.folded.last, 1);
  assert(test.rows.includes("... 2 more rows (/show 1)"), test.written);
  test.screen.print(long(21));
  await test.time.pass(100);
  assert(test.rows.includes("... 1 more row (/show 2)"), test.written);
  const whole = test.screen.folded.get(1)!;
  test.screen.print(whole);
  await test.time.pass(100);
  assert(test.rows.some((row) => row.endsWith("row 21")));
  assertEquals(test.screen.folded.last, 2, "what /show prints is not cut");
  await test.close();
});

Deno.test("TerminalScreen.print() leaves two thirds of a low window to a message", async () => {
  for (const [rows, most] of [[12, 8], [3, 3]] as const) {
    const test = setUp({ rows });
    test.screen.print(long(most));
    await test.time.pass(100);
    assertEquals(test.screen.folded.last, 0, `${rows} rows`);
    test.screen.print(long(most + 1));
    await test.time.pass(100);
    assertEquals(test.screen.folded.last, 1, `${rows} rows`);
    await test.close();
  }
});

Deno.test("TerminalScreen.print() never cuts what the program says", async () => {
  const test = setUp();
  test.screen.print(answer(long(200).text));
  await test.time.pass(100);
  assertEquals(test.screen.folded.last, 0);
  await test.close();
});

Deno.test("TerminalScreen gives typed lines in order, bound when their typing began", async () => {
  const test = setUp();
  const binding = { prompt: "[all] > ", isPrivate: false };
  const bound: string[] = [];
  test.screen.setBinder({
    bind: (text) => {
      bound.push(text);
      return binding;
    },
    typed: (line) => ({ ...line, text: line.text.toUpperCase() }),
    begin: () => undefined!,
    enter: () => undefined!,
  });
  const taken: string[] = [];
  const stopping = new AbortController();
  const reading = (async () => {
    for await (const { text } of test.screen.lines(stopping.signal)) {
      taken.push(text);
    }
  })();
  for (const key of ["h", "i", "\r", "y", "o", "\r"]) await test.press(key);
  assertEquals(taken, ["HI", "YO"]);
  assertEquals(bound.includes("h"), true);
  stopping.abort();
  await reading;
  test.screen.putBack([{ text: "again" }]);
  assertEquals(test.screen.takeRest(), [{ text: "again" }]);
  assertEquals(test.profile.history, ["yo", "hi"]);
  await test.close();
});

Deno.test("TerminalScreen keeps no private line in the profile", async () => {
  const test = setUp();
  test.screen.setBinder({
    bind: () => ({ prompt: "[@Bob] > ", isPrivate: true }),
    typed: (line) => line,
    begin: () => undefined!,
    enter: () => undefined!,
  });
  void test.screen.lines(new AbortController().signal);
  for (const key of ["h", "i", "\r"]) await test.press(key);
  assertEquals(test.profile.history, []);
  await test.close();
});

Deno.test("TerminalScreen.onKey() hears every key, with the last listener only", async () => {
  const test = setUp();
  void test.screen.lines(new AbortController().signal);
  const heard: string[] = [];
  test.screen.onKey(() => void heard.push("first"));
  test.screen.onKey(() => void heard.push("second"));
  await test.press("a");
  assertEquals(heard, ["second"]);
  await test.close();
});

Deno.test("TerminalScreen tells Ctrl+C from the end of input", async () => {
  for (const [key, interrupted] of [["\x03", 1], ["\x04", 0]] as const) {
    if (Deno.build.os === "windows" && key === "\x04") continue;
    const test = setUp();
    const { signal } = new AbortController();
    const ended = (async () => {
      for await (const _ of test.screen.lines(signal));
    })();
    await settle();
    await test.press(key);
    await ended;
    assertEquals(test.interrupted, interrupted);
    await test.close();
  }
});

Deno.test("TerminalScreen.ask() makes a foreign question harmless", async () => {
  const test = setUp();
  const { signal } = new AbortController();
  void test.screen.lines(signal);
  const reply = test.screen.ask("Talk to B\x1b[2Job? ");
  await test.time.pass(100);
  assertEquals(test.written.includes("B\x1b[2J"), false);
  for (const key of ["y", "\r"]) await test.press(key);
  assertEquals(await reply, "y");
  await test.close();
});

Deno.test("TerminalScreen.print() shows the time of day only if the user wants it", async () => {
  for (const showTime of [true, false]) {
    const test = setUp({ showTime });
    test.screen.print({ kind: "event", text: "Bob has joined" });
    await test.time.pass(100);
    const row = test.rows.find((row) => row.endsWith("Bob has joined"))!;
    assertEquals(/^\d\d:\d\d /.test(row), showTime, row);
    await test.close();
  }
});

Deno.test("TerminalScreen.ask() shows and keeps nothing of a secret answer", async () => {
  const test = setUp();
  const { screen, profile } = test;
  const taken = screen.lines(new AbortController().signal)[
    Symbol.asyncIterator
  ]();
  await test.press("hello\r");
  assertEquals((await taken.next()).value?.text, "hello");
  const answered = screen.ask("Room key: ", { isSecret: true });
  await test.press("SECRET");
  screen.print({ kind: "said", from: "Bob", text: "hi" });
  await test.press("\r");
  assertEquals(await answered, "SECRET");
  const withdrawal = new AbortController();
  const { signal } = withdrawal;
  const withdrawn = screen.ask("Room key: ", { isSecret: true, signal });
  await test.press("SECRET");
  withdrawal.abort();
  assertEquals(await withdrawn, undefined);
  await test.press("\x1b[A\x19\x1f");
  const last = screen.ask("Room key: ", { isSecret: true });
  await test.press("SECRET");
  await test.close();
  assertEquals(await last, undefined);
  assertEquals(test.written.includes("SECRET"), false, test.written);
  assertEquals(profile.history, ["hello"]);
});
