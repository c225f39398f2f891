import { assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import { CookedEditor } from "../../lib/terminal/cooked_editor.ts";
import type { KeySource } from "../../lib/terminal/keyboard.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { settle } from "../testing.ts";

function open() {
  const keys = new PassThrough();
  const lines: string[] = [];
  const ends: boolean[] = [];
  let written = "";
  const output = new TerminalOutput({
    write(bytes) {
      written += new TextDecoder().decode(bytes);
      return Promise.resolve(bytes.length);
    },
  });
  const editor = new CookedEditor({
    input: keys as unknown as KeySource,
    output,
    onLine: (line) => void lines.push(line),
    onEnd: (interrupted) => void ends.push(interrupted),
  });
  editor.prompt = "> ";
  editor.open();
  return {
    editor,
    lines,
    ends,
    keys,
    get written() {
      return written;
    },
    async type(text: string) {
      keys.write(text);
      await settle();
    },
    [Symbol.asyncDispose]: () => editor.close(),
  };
}

Deno.test("CookedEditor writes text and line ends, and no codes", async () => {
  await using room = open();
  const { editor, lines } = room;
  editor.title = "Ann @ Lab 3";
  editor.status = "status";
  editor.footer = ["progress"];
  await room.type("hello\n");
  editor.print("Bob: hi");
  editor.clear();
  await settle();
  assertEquals(lines, ["hello"]);
  assertEquals(room.written, "> > \nBob: hi\n> ");
});

Deno.test("CookedEditor.ask() takes the next line as the answer", async () => {
  await using room = open();
  const { editor, lines } = room;
  const answer = editor.ask("Sure? ");
  const second = editor.ask("Really? ");
  await room.type("yes\nno\nand on\n");
  assertEquals([await answer, await second], ["yes", "no"]);
  assertEquals(lines, ["and on"]);
});

Deno.test("CookedEditor says how the input ended", async () => {
  await using room = open();
  const answer = room.editor.ask("Sure? ");
  room.keys.end();
  assertEquals(await answer, undefined);
  assertEquals(room.ends, [false]);
});
