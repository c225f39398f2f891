import { assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import { CookedInput } from "../../lib/terminal/cooked_input.ts";
import type { HiddenLineOwner } from "../../lib/terminal/hidden_line.ts";
import type { KeySource } from "../../lib/terminal/keyboard.ts";
import { READING_TIME } from "../../lib/terminal/questions.ts";
import { FakeTime, settle } from "../testing.ts";

/** On Windows, keys that come within 10 ms are a paste, and its Enter is a line end. */
const NOT_THERE = { ignore: Deno.build.os === "windows" };

/** An input, and what it passes on; `hasRaw`: whether its echo can be turned off. */
function open({ hasRaw = true } = {}) {
  const time = new FakeTime();
  const raw: boolean[] = [];
  const heard: string[] = [];
  const source = new PassThrough();
  if (hasRaw) {
    Object.assign(source, { setRawMode: (mode: boolean) => raw.push(mode) });
  }
  const input = new CookedInput({
    source: source as unknown as KeySource,
    window: { columns: 80, rows: 24 },
    onLine: (line) => void heard.push(`line ${line}`),
    onEnd: () => void heard.push("end"),
  });
  const owner: HiddenLineOwner = {
    onLine(text) {
      heard.push(`hidden ${text}`);
      input.show();
    },
    onInterrupt() {},
    onEscape() {},
    onEnd: () => void heard.push("hidden end"),
    onKey() {},
    onEarly() {},
  };
  return {
    ...{ input, owner, raw, heard, time, source },
    async type(text: string) {
      source.write(text);
      await settle();
    },
    [Symbol.dispose]() {
      input.close();
      time[Symbol.dispose]();
    },
  };
}

Deno.test(
  "CookedInput reads lines, then a hidden one, then lines again",
  NOT_THERE,
  async () => {
    using room = open();
    const { input, owner, heard, raw } = room;
    await room.type("one\n");
    assertEquals(input.hide(owner), true);
    assertEquals([input.isHiding, raw], [true, [true]]);
    await room.time.pass(READING_TIME);
    await room.type("blue horse\r");
    assertEquals([input.isHiding, raw], [false, [true, false]]);
    await room.type("two\nthree\n");
    assertEquals(heard, [
      "line one",
      "hidden blue horse",
      "line two",
      "line three",
    ]);
  },
);

Deno.test("CookedInput.hide() goes on reading lines where they cannot be hidden", async () => {
  using room = open({ hasRaw: false });
  assertEquals(room.input.hide(room.owner), false);
  assertEquals(room.input.isHiding, false);
  await room.type("blue horse\n");
  assertEquals(room.heard, ["line blue horse"]);
});

Deno.test("CookedInput reports the end of input once, and none after it is closed", async () => {
  using room = open();
  room.source.end();
  await settle();
  assertEquals(room.heard, ["end"]);
  using closed = open();
  closed.input.close();
  closed.source.end();
  await settle();
  assertEquals(closed.heard, []);
  using hiding = open();
  hiding.input.hide(hiding.owner);
  hiding.source.end();
  await settle();
  assertEquals(hiding.heard, ["hidden end"]);
});

Deno.test("CookedInput.close() leaves the terminal with its echo", () => {
  using room = open();
  room.input.hide(room.owner);
  room.input.close();
  assertEquals(room.raw, [true, false]);
});
