import { assert, assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import { CookedEditor } from "../../lib/terminal/cooked_editor.ts";
import type { KeySource } from "../../lib/terminal/keyboard.ts";
import { notTaken, READING_TIME } from "../../lib/terminal/questions.ts";
import { isYesOrNo } from "../../lib/terminal/question.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { FakeTime, settle } from "../testing.ts";

/** On Windows, keys that come within 10 ms are a paste, and its Enter is a line end. */
const NOT_THERE = { ignore: Deno.build.os === "windows" };

/** An open editor; `hasRaw`: whether the terminal's echo can be turned off. */
function open({ hasRaw = true } = {}) {
  const keys = new PassThrough();
  const raw: boolean[] = [];
  if (hasRaw) {
    Object.assign(keys, { setRawMode: (mode: boolean) => raw.push(mode) });
  }
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
    raw,
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

Deno.test(
  "CookedEditor.ask() ends the echo for a secret answer, and only for it",
  NOT_THERE,
  async () => {
    using time = new FakeTime();
    await using room = open();
    const { editor, lines, raw } = room;
    await room.type("one\n");
    const answer = editor.ask("Room key: ", {
      isSecret: true,
      isPatient: true,
    });
    assertEquals(raw, [true]);
    await time.pass(READING_TIME);
    await room.type("SECREx\x7fT");
    editor.print("Bob: hi");
    await room.type("\r");
    assertEquals(await answer, "SECRET");
    assertEquals(raw, [true, false]);
    await room.type("two\n");
    assertEquals(lines, ["one", "two"]);
    const question = "Room key: (visible in Emacs) ";
    assertEquals(
      room.written,
      `> > \n${question}\nBob: hi\n${question}\n> > `,
    );
  },
);

Deno.test("CookedEditor.ask() says so where a secret answer will be visible", async () => {
  await using room = open({ hasRaw: false });
  const answer = room.editor.ask("Room key: ", { isSecret: true });
  await room.type("SECRET\n");
  assertEquals(await answer, "SECRET");
  assertEquals(room.written, "> \nRoom key: (it will be visible) > ");
});

Deno.test(
  "CookedEditor.ask() drops keys that came before a secret question could be read",
  NOT_THERE,
  async () => {
    using time = new FakeTime();
    await using room = open();
    const answer = room.editor.ask("Room key: ", { isSecret: true });
    await room.type("hello everybody\r");
    assert(room.written.includes(`\n${notTaken()}\nRoom key: `), room.written);
    assertEquals(room.written.includes("hello"), false);
    await time.pass(READING_TIME);
    await room.type("blue\r");
    assertEquals(await answer, "blue");
  },
);

Deno.test("CookedEditor.ask() has no secret answer after Ctrl+C, Escape, Ctrl+D or the signal", async () => {
  using time = new FakeTime();
  await using room = open();
  const { editor, ends, raw } = room;
  const withdrawal = new AbortController();
  const { signal } = withdrawal;
  const ways = {
    "\x03": { isCancellable: true },
    "\x1b": { isCancellable: true },
    "": { signal },
    "\x15\x04": {},
  };
  for (const [keys, options] of Object.entries(ways)) {
    raw.length = 0;
    const answer = editor.ask("Room key: ", { isSecret: true, ...options });
    await time.pass(READING_TIME);
    await room.type("SECRET");
    await room.type(keys);
    if (keys === "") withdrawal.abort();
    await time.pass(200);
    assertEquals(await answer, undefined, JSON.stringify(keys));
    assertEquals(raw, [true, false], "the terminal shows lines again");
    const prompt = keys.endsWith("\x04") ? "" : "> ";
    assert(room.written.endsWith(`Emacs) \n${prompt}`), room.written);
  }
  assertEquals(ends, [false], "for Ctrl+D");
  const answer = editor.ask("Room key: ", { isSecret: true });
  await room.type("\x03");
  assertEquals(await answer, undefined);
  assertEquals(ends, [false, true], "Ctrl+C leaves");
  assertEquals(room.written.includes("SECRET"), false);
});

Deno.test(
  "CookedEditor.ask() asks secret and other questions one after the other",
  NOT_THERE,
  async () => {
    using time = new FakeTime();
    await using room = open();
    const { editor, raw } = room;
    const withdrawal = new AbortController();
    const { signal } = withdrawal;
    const first = editor.ask("Port? ", { signal });
    const second = editor.ask("Key? ", { isSecret: true });
    const third = editor.ask("Again? ", { isSecret: true });
    const fourth = editor.ask("Name? ");
    assertEquals(raw, [], "the first answer is shown");
    withdrawal.abort();
    assertEquals(await first, undefined);
    assertEquals(raw, [true]);
    await time.pass(READING_TIME);
    assert(room.written.endsWith("\nKey? (visible in Emacs) "), room.written);
    await room.type("blue\r");
    await time.pass(READING_TIME);
    await room.type("horse\r");
    await room.type("Ann\n");
    assertEquals([await second, await third, await fourth], [
      "blue",
      "horse",
      "Ann",
    ]);
  },
);

Deno.test("CookedEditor takes a line that came together with the one before a secret question", async () => {
  using time = new FakeTime();
  const room = open();
  const { editor, lines, keys } = room;
  const first = editor.ask("Name? ");
  const second = editor.ask("Key? ", { isSecret: true });
  keys.write("Ann\nhello\n");
  await time.pass(READING_TIME);
  assertEquals([await first, lines], ["Ann", ["hello"]]);
  await editor.close();
  assertEquals(await second, undefined);
  assertEquals(room.raw, [true, false]);
});
