import { assertEquals } from "@std/assert";
import type { Blind } from "../../lib/client/blind.ts";
import type { TakenLine } from "../../lib/client/chat_screen.ts";
import { PipeScreen } from "../../lib/client/pipe_screen.ts";
import { answer } from "../../lib/client/view.ts";
import { settle } from "../testing.ts";

/** A screen at pipes in memory. */
function setUp({ isTyped = false } = {}) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const test = {
    written: "",
    noted: "",
    lost: [] as unknown[],
    /** Whether the output is full. */
    broken: undefined as Error | undefined,
    stopping: new AbortController(),
    write: (text: string) => writer.write(encoder.encode(text)),
    end: () => writer.close(),
  };
  const screen = new PipeScreen({
    onLost: (cause) => void test.lost.push(cause),
    signal: test.stopping.signal,
    input: { readable, isTerminal: () => isTyped },
    output: {
      write(bytes) {
        if (test.broken) return Promise.reject(test.broken);
        test.written += decoder.decode(bytes);
        return Promise.resolve(bytes.length);
      },
    },
    notes: {
      writeSync(bytes) {
        test.noted += decoder.decode(bytes);
        return bytes.length;
      },
      isTerminal: () => false,
    },
  });
  return Object.assign(test, { screen });
}

/** The texts of the lines until the end. */
async function texts(
  lines: AsyncIterable<TakenLine>,
): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const { text, problem } of lines) found.push(problem ?? text);
  return found;
}

const never = new AbortController().signal;

Deno.test("PipeScreen.print() writes one line for each event, and no words of the user", async () => {
  const test = setUp();
  const { screen } = test;
  screen.print(answer("one\ntwo"));
  screen.print({ kind: "own", from: "Ann", to: undefined, text: "hi" });
  screen.print({ kind: "told", from: "Bob", text: "psst" });
  await screen.room();
  await screen[Symbol.asyncDispose]();
  assertEquals(test.written, "one\\ntwo\nBob (private): psst\n");
});

Deno.test("PipeScreen.note() writes beside the output, and survives its end", async () => {
  const test = setUp();
  test.screen.print(answer("shown"));
  test.screen.note("noted");
  await test.screen[Symbol.asyncDispose]();
  assertEquals([test.written, test.noted], ["shown\n", "noted\n"]);
});

Deno.test("PipeScreen reports once that its output takes nothing any more", async () => {
  const test = setUp();
  test.broken = new Error("os error 28");
  test.screen.print(answer("one"));
  test.screen.print(answer("two"));
  await settle();
  assertEquals(test.lost, [test.broken]);
  await test.screen[Symbol.asyncDispose]();
});

Deno.test("PipeScreen.lines() gives the lines of the input, whatever the pieces", async () => {
  const test = setUp();
  const taken = texts(test.screen.lines(never));
  for (const piece of ["on", "e\ntw", "o\nthree\nfour"]) {
    await test.write(piece);
  }
  await test.end();
  assertEquals(await taken, ["one", "two", "three", "four"]);
  await test.screen[Symbol.asyncDispose]();
});

Deno.test("PipeScreen.lines() keeps a line that arrives after the abort for the next caller", async () => {
  const test = setUp();
  const stopping = new AbortController();
  const first = texts(test.screen.lines(stopping.signal));
  await settle();
  stopping.abort();
  assertEquals(await first, []);
  await test.write("late\n");
  await test.end();
  assertEquals(await texts(test.screen.lines(never)), ["late"]);
  await test.screen[Symbol.asyncDispose]();
});

Deno.test("PipeScreen.putBack() gives lines back before those of the input", async () => {
  const test = setUp();
  test.screen.putBack([{ text: "one" }, { text: "two" }]);
  assertEquals(test.screen.takeRest().length, 2);
  assertEquals(test.screen.takeRest(), []);
  test.screen.putBack([{ text: "one" }]);
  const taken = texts(test.screen.lines(never));
  await test.write("two\n");
  await test.end();
  assertEquals(await taken, ["one", "two"]);
  await test.screen[Symbol.asyncDispose]();
});

Deno.test("PipeScreen notes what was known when each line began", async () => {
  for (const isTyped of [false, true]) {
    const test = setUp({ isTyped });
    const calls: string[] = [];
    const blind = (call: string) => () => {
      calls.push(call);
      return { teller: { name: `${calls.length}` } } as unknown as Blind;
    };
    test.screen.setBinder({
      bind: () => undefined,
      typed: (line) => line,
      begin: blind("begin"),
      enter: blind("enter"),
    });
    const known: unknown[] = [];
    const reading = (async () => {
      for await (const line of test.screen.lines(never)) {
        known.push([line.text, line.blind?.teller?.name]);
      }
    })();
    for (const piece of ["a", "b\nc", "d\n"]) await test.write(piece);
    await test.end();
    await reading;
    assertEquals(known, [["ab", "1"], ["cd", "2"]]);
    assertEquals(new Set(calls), new Set([isTyped ? "enter" : "begin"]));
    await test.screen[Symbol.asyncDispose]();
  }
});

Deno.test("PipeScreen asks nobody, and lets go of an input that never ends", async () => {
  const test = setUp();
  assertEquals(await test.screen.ask(), undefined);
  assertEquals(test.screen.interactive, false);
  const taken = texts(test.screen.lines(test.stopping.signal));
  await settle();
  test.stopping.abort();
  assertEquals(await taken, []);
  await test.screen[Symbol.asyncDispose]();
});
