import { assert, assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import { CookedEditor } from "../../lib/terminal/cooked_editor.ts";
import type { KeySource } from "../../lib/terminal/keyboard.ts";
import { notTaken, READING_TIME } from "../../lib/terminal/questions.ts";
import { isYesOrNo } from "../../lib/terminal/question.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { FakeTime, settle } from "../testing.ts";

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
    onLine: ({ text }) => void lines.push(text),
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

Deno.test("CookedEditor reports how the input ended", async () => {
  await using room = open();
  const answer = room.editor.ask("Sure? ");
  room.keys.end();
  assertEquals(await answer, undefined);
  assertEquals(room.ends, [false]);
});

Deno.test("CookedEditor.ask() ignores a line that was begun before a patient question", async () => {
  using time = new FakeTime();
  await using room = open();
  const { editor, lines } = room;
  await room.type("msg Bob secret\n");
  // Right after Enter, the user has not begun to type.
  const soon = editor.ask("Did you mean /msg? ", { isPatient: true });
  await room.type("no\n");
  assertEquals(await soon, "no");
  await time.pass(1_000);
  const late = editor.ask("Talk to them? ", { isPatient: true });
  await room.type("no\n");
  const refusal =
    "Not taken as the answer, because you may have begun to type it " +
    "before the question: no\nTalk to them? ";
  assert(room.written.endsWith(refusal), room.written);
  await room.type("yes\n");
  assertEquals(await late, "yes");
  assertEquals(lines, ["msg Bob secret"]);
});

Deno.test("CookedEditor.ask() takes no answer before a user can have read the question", async () => {
  using time = new FakeTime();
  await using room = open();
  const { editor, lines } = room;
  await room.type("msg Bob secret\n");
  const asked = editor.ask("Sure? ", { isPatient: true, isAnswer: isYesOrNo });
  await room.type("no\n\n");
  assert(
    room.written.endsWith(`${notTaken("no")}\nSure? Sure? `),
    room.written,
  );
  await time.pass(READING_TIME);
  await room.type("yes\n");
  assertEquals(await asked, "yes");
  assertEquals(lines, ["msg Bob secret"]);
});

Deno.test("CookedEditor.ask() takes a line that is no answer for a line, also begun before the question", async () => {
  using time = new FakeTime();
  await using room = open();
  const { editor, lines } = room;
  for (const pause of [0, 1_000]) {
    await room.type("help\n");
    await time.pass(pause);
    const asked = editor.ask("Did you mean /help? ", {
      isPatient: true,
      isAnswer: isYesOrNo,
    });
    await room.type("/to Bob\n");
    assertEquals(await asked, "/to Bob");
    assertEquals(lines.splice(0), ["help", "/to Bob"]);
  }
  assert(room.written.endsWith("> "), room.written);
});

Deno.test("CookedEditor.ask() resolves to nothing if it is too late to ask", async () => {
  await using room = open();
  const { editor } = room;
  const signal = AbortSignal.abort();
  assertEquals(
    await editor.ask("Sure? ", { signal }).then(String),
    "undefined",
  );
  await editor.close();
  assertEquals(await editor.ask("Sure? ").then(String), "undefined");
  assertEquals(room.written.includes("Sure?"), false);
});
