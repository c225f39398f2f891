import { assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import { type AskedInput, obeysCodes } from "../../lib/terminal/obeys_codes.ts";
import { FakeTime, settle } from "../testing.ts";

/** A Windows console: a keyboard, and what the program writes. */
function open() {
  const keys = new PassThrough();
  const modes: boolean[] = [];
  const input = Object.assign(keys, {
    setRawMode: (raw: boolean) => void modes.push(raw),
  });
  const console = {
    ...{ keys, modes },
    written: "",
    ask: () =>
      obeysCodes({
        input: input as unknown as AskedInput,
        write: (text) => void (console.written += text),
      }, "windows"),
  };
  return console;
}

Deno.test("obeysCodes() is true when the window tells where its cursor is", async () => {
  using _time = new FakeTime();
  const { keys, modes, ask, ...rest } = open();
  const asked = ask();
  keys.write("\x1b[3;1R");
  assertEquals(await asked, true);
  assertEquals(modes, [true, false]);
  assertEquals(keys.read(), null);
  assertEquals(rest.written, "");
});

Deno.test("obeysCodes() is false without an answer, and erases the question", async () => {
  using time = new FakeTime();
  const console = open();
  const asked = console.ask();
  await time.pass(1_000);
  assertEquals(await asked, false);
  assertEquals(console.written, "\x1b[6n\r    \r");
  assertEquals(console.modes, [true, false]);
});

Deno.test("obeysCodes() leaves the keys of the meantime in the input", async () => {
  using time = new FakeTime();
  for (const answer of ["", "\x1b[3;1R"]) {
    const console = open();
    const asked = console.ask();
    const bytes = new TextEncoder().encode(`Zo\u00eb${answer}!`);
    // The letter of two bytes is cut.
    console.keys.write(bytes.subarray(0, 3));
    await settle();
    console.keys.write(bytes.subarray(3));
    await time.pass(1_000);
    assertEquals(await asked, answer !== "");
    assertEquals(console.keys.read()?.toString(), "Zo\u00eb!");
  }
});

Deno.test("obeysCodes() asks nothing outside Windows, nor where no keys can be read", async () => {
  const console = open();
  const { keys } = console;
  const write = (text: string) => void (console.written += text);
  const input = keys as unknown as AskedInput;
  assertEquals(await obeysCodes({ input, write }, "linux"), true);
  input.setRawMode = () => {
    throw new Error("not a typewriter");
  };
  assertEquals(await obeysCodes({ input, write }, "windows"), true);
  assertEquals(console.written, "");
});
