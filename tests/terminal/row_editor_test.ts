import { assert, assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import type { KeySource } from "../../lib/terminal/keyboard.ts";
import { RowEditor } from "../../lib/terminal/row_editor.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { FakeTime, settle } from "../testing.ts";

/** A console that knows text, line ends and carriage returns, and nothing else. */
class Console {
  readonly rows = [""];
  column = 0;
  written = "";

  write(text: string): void {
    this.written += text;
    for (const character of text) {
      if (character === "\r") this.column = 0;
      else if (character === "\n") {
        this.rows.push("");
        this.column = 0;
      } else this.#put(character);
    }
  }

  /** The rows so far, without spaces at their ends. */
  get shown(): string[] {
    return this.rows.map((row) => row.trimEnd());
  }

  #put(character: string): void {
    const row = this.rows.at(-1)!.padEnd(this.column);
    const rest = row.slice(this.column + 1);
    this.rows[this.rows.length - 1] = row.slice(0, this.column) + character +
      rest;
    this.column++;
  }
}

function open({ columns = 40 } = {}) {
  const time = new FakeTime();
  const keys = new PassThrough();
  const modes: boolean[] = [];
  const lines: string[] = [];
  const ends: boolean[] = [];
  const window = new Console();
  const size = { columns, rows: 10 };
  const editor = new RowEditor({
    input: Object.assign(keys, {
      setRawMode: (raw: boolean) => void modes.push(raw),
    }) as unknown as KeySource,
    output: new TerminalOutput({
      write(bytes) {
        window.write(new TextDecoder().decode(bytes));
        return Promise.resolve(bytes.length);
      },
    }, { size: () => size }),
    onLine: ({ text }) => {
      lines.push(text);
      editor.print(`Ann: ${text}`);
    },
    onEnd: (interrupted) => void ends.push(interrupted),
  });
  editor.prompt = "> ";
  editor.open();
  return {
    ...{ editor, lines, ends, modes, window, size },
    async type(...texts: string[]) {
      for (const text of texts) {
        keys.write(text);
        await settle();
        // A console passes keys on one by one; a pause tells them from a paste.
        await time.pass(100);
      }
    },
    async [Symbol.asyncDispose]() {
      await editor.close();
      time[Symbol.dispose]();
    },
  };
}

Deno.test("RowEditor shows messages above the line being typed, without codes", async () => {
  await using room = open();
  const { editor, window, lines } = room;
  editor.title = "Ann @ Lab 3";
  editor.status = "status";
  editor.footer = ["progress"];
  await room.type("hel");
  editor.print("Bob: hi");
  await room.type("lo");
  assertEquals(window.shown, ["Bob: hi", "> hello"]);
  await room.type("\r");
  assertEquals(lines, ["hello"]);
  assertEquals(window.shown, ["Bob: hi", "Ann: hello", ">"]);
  assertEquals(window.column, 2);
  // deno-lint-ignore no-control-regex -- the codes of a terminal
  assert(!/\x1b/.test(window.written));
});

Deno.test("RowEditor edits in the middle of the line", async () => {
  await using room = open();
  const { window, lines } = room;
  await room.type("ac", "\x1b[D", "b");
  assertEquals(window.shown, ["> abc"]);
  assertEquals(window.column, "> ab".length);
  await room.type("\x7f", "\r");
  assertEquals(lines, ["ac"]);
  // Up restores the line.
  await room.type("\x1b[A");
  assertEquals(window.shown.at(-1), "> ac");
});

Deno.test("RowEditor never fills the row: a long line scrolls in it", async () => {
  await using room = open({ columns: 12 });
  const { window, lines } = room;
  const text = "abcdefghijklmnopqrstuvwxyz";
  await room.type(text);
  assertEquals(window.shown, ["> <tuvwxyz"]);
  await room.type("\x1b[H");
  assertEquals(window.shown, ["> abcdefghi"]);
  assertEquals(window.column, 2);
  assertEquals(window.rows.every((row) => row.length < 12), true);
  await room.type("\r");
  assertEquals(lines, [text]);
});

Deno.test("RowEditor cuts a prompt that leaves no room for the line", async () => {
  await using room = open({ columns: 12 });
  room.editor.prompt = "[a very long name] > ";
  await room.type("hello");
  assert(room.window.shown[0]!.endsWith("<lo"), room.window.shown[0]);
});

Deno.test("RowEditor.ask() takes the next line, and restores the line being typed", async () => {
  await using room = open();
  const { editor, window, lines } = room;
  await room.type("half a li");
  const answer = editor.ask("Sure? ");
  await settle();
  assertEquals(window.shown, ["Sure?"]);
  await room.type("yes", "\r");
  assertEquals(await answer, "yes");
  await settle();
  assertEquals(window.shown.at(-1), "> half a li");
  assertEquals(lines, []);
});

Deno.test("RowEditor restores the console when it closes, and keeps a line that was not sent", async () => {
  const room = open();
  await room.type("unsent");
  await room[Symbol.asyncDispose]();
  assertEquals(room.modes, [true, false]);
  assertEquals(room.window.shown, ["> unsent", ""]);
  const idle = open();
  await settle();
  await idle[Symbol.asyncDispose]();
  assertEquals(idle.window.shown, [""]);
});

Deno.test("RowEditor ends at Ctrl+C on an empty line, and at Ctrl+Z", async () => {
  await using room = open();
  await room.type("\x03");
  await room.type("\x1a");
  assertEquals(room.ends, [true, false]);
});

Deno.test("RowEditor.ask() shows nothing of a secret answer", async () => {
  await using room = open();
  const { editor, window, size } = room;
  const answer = editor.ask("Room key: ", { isSecret: true });
  await room.type("SECREx", "\x7f", "T");
  editor.print("Bob: hi");
  size.columns = 30;
  await room.type("\t", "\x1b[D");
  assertEquals(window.shown.at(-1), "Room key:");
  assertEquals(window.column, 10, "behind the question");
  await room.type("\r");
  assertEquals(await answer, "SECRET");
  await room.type("\x1b[A", "\x19");
  assertEquals(window.shown.at(-1), ">");
  const cancelled = editor.ask("Room key: ", {
    isSecret: true,
    isCancellable: true,
  });
  await room.type("SECRET", "\x1b");
  await room.type("", "");
  assertEquals(await cancelled.then(String), "undefined");
  const last = editor.ask("Room key: ", { isSecret: true });
  await room.type("SECRET");
  await editor.close();
  assertEquals(await last, undefined);
  assertEquals(window.written.includes("S"), false);
});
