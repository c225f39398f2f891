import { assert, assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import { Window, type WindowOptions } from "../../lib/server/window.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { FakeTime, settle } from "../testing.ts";

/** A window of `columns`, and all that was written to it. */
class Screen {
  written = "";
  readonly window: Window;
  readonly #keys = new PassThrough();

  constructor(columns: number, options: Partial<WindowOptions> = {}) {
    const decoder = new TextDecoder();
    const sink = {
      write: (bytes: Uint8Array) => {
        this.written += decoder.decode(bytes, { stream: true });
        return Promise.resolve(bytes.length);
      },
    };
    this.window = new Window({
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

  /** Presses keys, and waits until nothing moves any more. */
  async type(keys: string): Promise<void> {
    this.#keys.write(keys);
    await settle();
  }

  /** The rows that `show` prints, with every time as 12:03. */
  async shown(show: (window: Window) => void): Promise<string[]> {
    this.written = "";
    show(this.window);
    await settle();
    return this.written.replace(/\d\d:\d\d/g, "12:03").trimEnd().split("\n")
      .map((row) => row.trimEnd());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.window.close();
  }
}

Deno.test("Window draws the status only when its text has changed", async () => {
  using time = new FakeTime();
  let minutes = 0;
  let asked = 0;
  const status = () => {
    asked++;
    return `0 people | up ${minutes} min`;
  };
  await using screen = new Screen(80, { status });
  screen.window.open();
  await settle();
  assert(screen.written.includes("up 0 min"));
  await screen.type("half a line");
  const before = screen.written.length;
  await time.pass(59_000);
  assert(asked >= 59, "it is looked at every second");
  assertEquals(screen.written.length, before, "and nothing is written");
  minutes = 1;
  await time.pass(2_000);
  await settle();
  const drawn = screen.written.slice(before);
  assertEquals(drawn.split("up 1 min").length - 1, 1, "once");
});

Deno.test("Window shows the status in reverse, where colours may be used", async () => {
  for (const color of [true, false]) {
    await using screen = new Screen(80, { style: { color, symbols: color } });
    screen.window.open();
    await settle();
    // deno-lint-ignore no-control-regex -- the code for reverse is what it looks for
    assertEquals(/\x1b\[7mstatus +\x1b\[27m/.test(screen.written), color);
  }
});

Deno.test("Window carries out one line after the other", async () => {
  using time = new FakeTime();
  const taken: string[] = [];
  const first = Promise.withResolvers<void>();
  await using screen = new Screen(80, {
    onLine: (line) => {
      taken.push(line);
      return line === "one" ? first.promise : undefined;
    },
  });
  screen.window.open();
  for (const line of ["one", "yes", "two"]) {
    // Enter that comes at once with the text could be the middle of a paste.
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

Deno.test("Window.answer() folds the rows of a list that is wider than the window", async () => {
  const row =
    "  /mute [NAME]                     stop somebody sending messages";
  await using wide = new Screen(80);
  assertEquals(await wide.shown((window) => window.answer(row)), [row]);
  await using narrow = new Screen(40);
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

Deno.test("Window.ask() breaks a wide question between words", async () => {
  await using screen = new Screen(40);
  const question = 'Say this to everyone as "server"? (yes/no) ';
  const shown = await screen.shown((window) => void window.ask(question));
  assertEquals(shown[0], 'Say this to everyone as "server"?');
  assert(shown.at(-1)!.includes("(yes/no) "));
});

Deno.test("Window.showSaid() shows what people read, all rows under the text", async () => {
  await using screen = new Screen(40);
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
