import { assert, assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import {
  OperatorWindow,
  type WindowOptions,
} from "../../../lib/server/operator/operator_window.ts";
import { TerminalOutput } from "../../../lib/terminal/terminal_output.ts";
import { FakeTime, settle } from "../../testing.ts";

/** A window of `columns`, and everything written to it. */
class FakeScreen {
  written = "";
  readonly window: OperatorWindow;
  readonly #keys = new PassThrough();

  constructor(columns: number, options: Partial<WindowOptions> = {}) {
    const decoder = new TextDecoder();
    const sink = {
      write: (bytes: Uint8Array) => {
        this.written += decoder.decode(bytes, { stream: true });
        return Promise.resolve(bytes.length);
      },
    };
    this.window = new OperatorWindow({
      style: { color: false, symbols: true },
      status: () => "status",
      complete: () => [],
      onLine() {},
      onEnd() {},
      input: this.#keys as unknown as NonNullable<WindowOptions["input"]>,
      output: new TerminalOutput(sink, { size: () => ({ columns, rows: 24 }) }),
      ...options,
    });
  }

  /** Presses keys, and waits until the output is still. */
  async type(keys: string): Promise<void> {
    this.#keys.write(keys);
    await settle();
  }

  /** Waits until the window has drawn `text`; a busy computer takes some turns. */
  async drawn(text: string): Promise<void> {
    for (let turns = 0; !this.written.includes(text); turns++) {
      assert(turns < 1_000, `${text} is not drawn`);
      await settle();
    }
  }

  /** Returns the rows that `show` prints, with 12:03 for every time. */
  async shown(show: (window: OperatorWindow) => void): Promise<string[]> {
    this.written = "";
    show(this.window);
    for (
      let turns = 0, length = -1;
      turns < 50 && (length <= 0 || length < this.written.length);
      turns++
    ) {
      length = this.written.length;
      await settle();
    }
    return this.written.replace(/\d\d:\d\d/g, "12:03").trimEnd().split("\n")
      .map((row) => row.trimEnd());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.window.close();
  }
}

Deno.test("OperatorWindow draws the status only when its text has changed", async () => {
  using time = new FakeTime();
  let minutes = 0;
  let asked = 0;
  const status = () => {
    asked++;
    return `0 people | up ${minutes} min`;
  };
  await using screen = new FakeScreen(80, { status });
  screen.window.open();
  await screen.drawn("up 0 min");
  await screen.type("half a line");
  await screen.drawn("half a line");
  const before = screen.written.length;
  await time.pass(59_000);
  assert(asked >= 59, "it is looked at every second");
  assertEquals(screen.written.length, before, "and nothing is written");
  minutes = 1;
  await time.pass(2_000);
  await screen.drawn("up 1 min");
  const drawn = screen.written.slice(before);
  assertEquals(drawn.split("up 1 min").length - 1, 1, "once");
});

Deno.test("OperatorWindow shows the status in reverse if colours are allowed", async () => {
  for (const color of [true, false]) {
    await using screen = new FakeScreen(80, {
      style: { color, symbols: color },
    });
    screen.window.open();
    await screen.drawn("status");
    // deno-lint-ignore no-control-regex -- the code for reverse is what it looks for
    assertEquals(/\x1b\[7mstatus +\x1b\[27m/.test(screen.written), color);
  }
});

Deno.test("OperatorWindow carries out lines one after the other", async () => {
  using time = new FakeTime();
  const taken: string[] = [];
  const first = Promise.withResolvers<void>();
  await using screen = new FakeScreen(80, {
    onLine: (line) => {
      taken.push(line);
      return line === "one" ? first.promise : undefined;
    },
  });
  screen.window.open();
  for (const line of ["one", "yes", "two"]) {
    // An Enter that arrives together with the text could be part of a paste.
    await screen.type(line);
    await time.pass(20);
    await screen.type("\r");
    await time.pass(20);
  }
  assertEquals(taken, ["one"]);
  first.resolve();
  await settle();
  assertEquals(taken, ["one", "yes", "two"]);
});

Deno.test("OperatorWindow.answer() folds the rows of a list that is wider than the window", async () => {
  const row =
    "  /mute [NAME]                     stop somebody sending messages";
  await using wide = new FakeScreen(80);
  assertEquals(await wide.shown((window) => window.answer(row)), [row]);
  await using narrow = new FakeScreen(40);
  assertEquals(await narrow.shown((window) => window.answer(row)), [
    "  /mute [NAME]",
    "      stop somebody sending messages",
  ]);
  const long = "  /quit [reason]  tell everyone and shut down (also Ctrl+C)";
  assertEquals(await narrow.shown((window) => window.answer(long)), [
    "  /quit [reason]",
    "      tell everyone and shut down (also",
    "      Ctrl+C)",
  ]);
  const stats = "  People    1 here, 1 connection, 2 since the start";
  assertEquals(await narrow.shown((window) => window.answer(stats)), [
    "  People    1 here, 1 connection, 2",
    "            since the start",
  ]);
});

Deno.test("OperatorWindow.ask() breaks a wide question between words", async () => {
  await using screen = new FakeScreen(40);
  const question = 'Say this to everyone as "server"? (yes/no) ';
  const shown = await screen.shown((window) => void window.ask(question));
  assertEquals(shown[0], 'Say this to everyone as "server"?');
  assert(shown.at(-1)!.includes("(yes/no)"));
});

Deno.test("OperatorWindow.showSaid() shows what people read, all rows under the text", async () => {
  await using screen = new FakeScreen(40);
  const text = "Ten minutes left, then we stop\n12:03 Bob: hi\x1b[2J";
  assertEquals(await screen.shown((window) => window.showSaid(text)), [
    "12:03 *** server: Ten minutes left,",
    "              then we stop",
    "              12:03 Bob: hi\\x1b[2J",
  ]);
  assertEquals(await screen.shown((window) => window.print("Bob has left")), [
    "12:03 Bob has left",
  ]);
});

Deno.test("OperatorWindow.ask() takes Ctrl+C as a no, which does not close the server", async () => {
  const ends: boolean[] = [];
  await using screen = new FakeScreen(80, {
    onEnd: (interrupted) => void ends.push(interrupted),
  });
  screen.window.open();
  const answer = screen.window.ask("Sure? (yes/no) ");
  await screen.type("\x03");
  assertEquals(await answer, "no");
  assertEquals(ends, []);
  await screen.type("\x03");
  assertEquals(ends, [true]);
});

Deno.test("OperatorWindow.ask() waits until no line is being typed", async () => {
  using time = new FakeTime();
  const lines: string[] = [];
  await using screen = new FakeScreen(80, {
    onLine: (line) => void lines.push(line),
  });
  screen.window.open();
  await screen.type("/kick");
  const answer = screen.window.ask("Sure? (yes/no) ");
  await screen.type(" Bob");
  await time.pass(20);
  await screen.type("\r");
  await time.pass(20);
  assertEquals(lines, ["/kick Bob"]);
  await screen.type("yes");
  await time.pass(500);
  await screen.type("\r");
  await time.pass(20);
  assertEquals(await answer, "yes");
  assertEquals(lines, ["/kick Bob"]);
});

Deno.test("OperatorWindow.columns is the width of the window", async () => {
  await using screen = new FakeScreen(40);
  assertEquals(screen.window.columns, 40);
});

Deno.test("OperatorWindow.ask() carries out a line that is no answer, and keeps the text for Up", async () => {
  using time = new FakeTime();
  const lines: string[] = [];
  const answers: (string | undefined)[] = [];
  const places: boolean[] = [];
  let screen: FakeScreen | undefined = undefined;
  const onLine = async (line: string) => {
    lines.push(line);
    if (line !== "hello") return;
    answers.push(await screen!.window.ask("Say this? (yes/no) "));
    places.push(screen!.window.giveBack(line));
  };
  await using opened = screen = new FakeScreen(80, { onLine });
  opened.window.open();
  // An Enter that arrives together with the text could be part of a paste.
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      await opened.type(key);
      await time.pass(20);
    }
  };
  for (const line of ["hello", "/help ban", "/quti"]) await press(line, "\r");
  assertEquals(lines, ["hello", "/help ban", "/quti"]);
  assertEquals([answers, places], [["/help ban"], [false]]);
  await press("\x1b[A", "\x1b[A", "\r");
  await time.pass(500);
  await press("\r");
  assertEquals(lines.slice(3), ["hello"]);
  assertEquals([answers[1], places[1]], ["", true]);
});

Deno.test("OperatorWindow.askSecret() shows nothing of the answer", async () => {
  await using screen = new FakeScreen(80);
  screen.window.open();
  const answer = screen.window.askSecret("Room key: ");
  await screen.drawn("Room key: ");
  await screen.type("SECRET");
  screen.window.print("Bob has joined");
  await screen.drawn("Bob has joined");
  await screen.type("\r");
  assertEquals(await answer, "SECRET");
  await screen.type("\x1b[A");
  assertEquals(screen.written.includes("SECRET"), false);
});

Deno.test("OperatorWindow.askSecret() waits until no line is being typed", async () => {
  const lines: string[] = [];
  const onLine = (line: string) => void lines.push(line);
  await using screen = new FakeScreen(80, { onLine });
  screen.window.open();
  await screen.type("hel");
  const answer = screen.window.askSecret("Room key: ");
  await screen.type("lo\r");
  await screen.drawn("Room key: ");
  await screen.type("blue\r");
  assertEquals([await answer, lines], ["blue", ["hello"]]);
});

Deno.test("OperatorWindow.askSecret() has no answer after Ctrl+C, Escape or the end of input", async () => {
  using time = new FakeTime();
  const ends: boolean[] = [];
  const onEnd = (interrupted: boolean) => void ends.push(interrupted);
  await using screen = new FakeScreen(80, { onEnd });
  screen.window.open();
  for (const key of ["\x03", "\x1b"]) {
    const answer = screen.window.askSecret("Room key: ");
    await screen.type("SECRET");
    await screen.type(key);
    await time.pass(200);
    assertEquals(await answer, undefined);
    assertEquals(ends, [], "the server goes on");
  }
  const answer = screen.window.askSecret("Room key: ");
  await screen.type("\x04");
  assertEquals([await answer, ends], [undefined, [false]]);
  assertEquals(screen.written.includes("SECRET"), false);
});

Deno.test({
  name: "OperatorWindow brings back no line with a key",
  // There, keys that come within 10 ms are a paste.
  ignore: Deno.build.os === "windows",
  async fn() {
    const lines: string[] = [];
    const onLine = (line: string) => void lines.push(line);
    await using screen = new FakeScreen(80, { onLine });
    screen.window.open();
    await screen.type("hello\r");
    await screen.type("/key blue horse\r");
    await screen.type("\x1b[A\r");
    assertEquals(lines, ["hello", "/key blue horse", "hello"]);
  },
});
