import { assertEquals, assertThrows } from "@std/assert";
import { PassThrough } from "node:stream";
import { HiddenLine } from "../../lib/terminal/hidden_line.ts";
import type { KeySource } from "../../lib/terminal/keyboard.ts";
import { READING_TIME } from "../../lib/terminal/questions.ts";
import { FakeTime, settle } from "../testing.ts";

/** On Windows, keys that come within 10 ms are a paste, and its Enter is a line end. */
const NOT_THERE = { ignore: Deno.build.os === "windows" };

const WINDOW = { columns: 80, rows: 24 };

/** A hidden line after the time in which nobody reads a question, and its results. */
async function open({ reads = true } = {}) {
  const time = new FakeTime();
  const raw: boolean[] = [];
  const heard: string[] = [];
  const source = Object.assign(new PassThrough(), {
    setRawMode: (mode: boolean) => void raw.push(mode),
  });
  const line = new HiddenLine({
    onLine: (text) => void heard.push(`line ${text}`),
    onInterrupt: () => void heard.push("interrupt"),
    onEscape: () => void heard.push("escape"),
    onEnd: () => void heard.push("end"),
    onKey: () => {},
    onEarly: () => void heard.push("early"),
  }, { source: source as unknown as KeySource, window: WINDOW });
  if (reads) await time.pass(READING_TIME);
  return {
    ...{ time, raw, heard, line, source },
    async type(...keys: string[]) {
      heard.length = 0;
      for (const each of keys) {
        source.write(each);
        await settle();
      }
      return [...heard];
    },
    [Symbol.dispose]() {
      line[Symbol.dispose]();
      time[Symbol.dispose]();
    },
  };
}

Deno.test(
  "HiddenLine passes on a line that was corrected and pasted",
  NOT_THERE,
  async () => {
    using room = await open();
    assertEquals(
      await room.type(
        "gren\x7f\x7f",
        "\x15", // Ctrl+U
        "blux\x7fe ",
        "\x1b[200~horse\x1b[201~",
        "\t\r",
      ),
      ["line blue horse"],
    );
  },
);

Deno.test(
  "HiddenLine passes on the end of a line that Emacs has sent",
  NOT_THERE,
  async () => {
    using room = await open();
    assertEquals(await room.type("blue horse\n"), ["line blue horse"]);
  },
);

Deno.test("HiddenLine tells Ctrl+C, Ctrl+D, Escape and the end of input apart", async () => {
  using room = await open();
  assertEquals(await room.type("\x03"), ["interrupt"]);
  assertEquals(await room.type("\x04"), ["end"]);
  await room.type("x");
  assertEquals(await room.type("\x04"), [], "the line is not empty");
  await room.type("\x1b");
  await room.time.pass(200);
  assertEquals(room.heard, ["escape"]);
  room.heard.length = 0;
  room.source.end();
  await settle();
  assertEquals(room.heard, ["end"]);
});

Deno.test(
  "HiddenLine drops what was typed before a user can have read the question",
  NOT_THERE,
  async () => {
    using room = await open({ reads: false });
    assertEquals(await room.type("hello ever", "ybody\r"), ["early"]);
    assertEquals(await room.type("\x03"), ["interrupt"]);
    await room.time.pass(READING_TIME);
    assertEquals(await room.type("blue\r"), ["line blue"]);
  },
);

Deno.test("HiddenLine turns the echo off until it is disposed", async () => {
  using room = await open();
  assertEquals(room.raw, [true]);
  room.line[Symbol.dispose]();
  room.line[Symbol.dispose]();
  assertEquals(room.raw, [true, false]);
  assertEquals(await room.type("late\r"), []);
});

Deno.test("HiddenLine throws where the echo cannot be turned off", () => {
  const owner = {
    onLine() {},
    onInterrupt() {},
    onEscape() {},
    onEnd() {},
    onKey() {},
    onEarly() {},
  };
  const source = new PassThrough() as unknown as KeySource;
  assertThrows(
    () => new HiddenLine(owner, { source, window: WINDOW }),
    TypeError,
    "Cannot turn the echo off",
  );
});
