import { assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import { Keyboard, type KeySource } from "../../lib/terminal/keyboard.ts";
import { FakeTime, settle } from "../testing.ts";

/** A keyboard, and what it passes on. */
function open({ byTime = false, takesEscape = false } = {}) {
  const time = new FakeTime();
  const heard: string[] = [];
  const raw: boolean[] = [];
  const source = Object.assign(new PassThrough(), {
    setRawMode: (mode: boolean) => void raw.push(mode),
  });
  const keyboard = new Keyboard({
    onText: (text) => void heard.push(`text ${text}`),
    onKey: ({ name, ctrl, meta }) =>
      void heard.push(`key ${ctrl ? "C-" : ""}${meta ? "M-" : ""}${name}`),
    onPaste: (text, length) =>
      void heard.push(`paste ${text} ${length ?? "unknown"}`),
    onPosition: ({ row, column }) => void heard.push(`at ${row} ${column}`),
    onEscape() {
      if (takesEscape) heard.push("escape");
      return takesEscape;
    },
    onEnd: () => void heard.push("end"),
    onRead: () => void heard.push("."),
  }, { source: source as unknown as KeySource, byTime });
  keyboard.open();
  return {
    keyboard,
    raw,
    source,
    /** Resolves to the results of `keys`, without the ends of reads. */
    async type(keys: string) {
      heard.length = 0;
      source.write(keys);
      await time.pass(100);
      await settle();
      return heard.filter((each) => each !== ".");
    },
    heard,
    pass: (milliseconds: number) => time.pass(milliseconds),
    [Symbol.dispose]() {
      keyboard.close();
      time[Symbol.dispose]();
    },
  };
}

Deno.test("Keyboard passes text on in one piece, and names the other keys", async () => {
  using room = open();
  assertEquals(await room.type("hello 你🙂"), ["text hello 你🙂"]);
  assertEquals(room.heard.includes("."), true);
  assertEquals(await room.type("\x1b[A\x03\x1bb\r"), [
    "key up",
    "key C-c",
    "key M-b",
    "key return",
  ]);
  assertEquals(await room.type("\x7f"), ["key backspace"]);
});

Deno.test("Keyboard assembles a key's code that arrives in pieces", async () => {
  for (
    const pieces of [["\x1b", "[A"], ["\x1b[", "A"], ["\x1b[1;", "5D"], [
      "\x1bO",
      "A",
    ]]
  ) {
    using room = open();
    const heard: string[] = [];
    for (const piece of pieces) heard.push(...await room.type(piece));
    const name = pieces[1] === "5D" ? "key C-left" : "key up";
    assertEquals(heard, [name], JSON.stringify(pieces));
    assertEquals(await room.type("x"), ["text x"]);
  }
});

Deno.test("Keyboard passes on a marked paste with its length", async () => {
  using room = open();
  assertEquals(await room.type("a\x1b[200~one\ntwo\x1b[201~b"), [
    "text a",
    "paste one\ntwo 7",
    "text b",
  ]);
});

Deno.test("Keyboard treats lines in one burst as a paste, and single ones as keys", async () => {
  using room = open({ byTime: true });
  assertEquals(await room.type("one\rtwo\r"), ["paste one\rtwo\r unknown"]);
  assertEquals((await room.type("one\r")).at(-1), "key return");
});

Deno.test("Keyboard treats a position as an answer only when it expects one", async () => {
  using room = open();
  assertEquals(await room.type("\x1b[5;7R"), ["key C-M-f3"]);
  room.keyboard.expectPosition();
  assertEquals(await room.type("\x1b[5;7R"), ["at 4 6"]);
  assertEquals(await room.type("\x1b[5;7R"), ["key C-M-f3"]);
});

Deno.test("Keyboard.open() sets raw mode, and close() releases the input", async () => {
  const room = open();
  assertEquals(room.raw, [true]);
  room.keyboard.setRaw(false);
  assertEquals(room.raw, [true, false]);
  room[Symbol.dispose]();
  assertEquals(room.source.isPaused(), true);
  room.heard.length = 0;
  room.source.write("x");
  await settle();
  assertEquals(room.heard, []);
});

Deno.test("Keyboard reports the end of input after all keys", async () => {
  using room = open({ byTime: true });
  room.source.write("one\rtw");
  await settle();
  room.source.end();
  await settle();
  await settle();
  assertEquals(room.heard.filter((each) => each !== "."), [
    "paste one\rtw unknown",
    "end",
  ]);
});

Deno.test("Keyboard takes an error of the terminal for the end of input", async () => {
  using room = open();
  room.source.emit("error", new Error("Input/output error (os error 5)"));
  await settle();
  assertEquals(room.heard, ["end"]);
});

Deno.test("Keyboard passes on Escape alone only to an owner that takes it", async () => {
  using room = open({ takesEscape: true });
  assertEquals(await room.type("\x1bb"), ["key M-b"]);
  await room.type("\x1b");
  await room.pass(200);
  assertEquals(room.heard.filter((each) => each !== "."), ["escape"]);
  assertEquals(await room.type("b"), ["text b"]);
  using other = open();
  await other.type("\x1b");
  await other.pass(200);
  assertEquals(await other.type("b"), ["key M-b"], "it waits for the next key");
});
