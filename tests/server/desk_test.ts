import { assertEquals, assertThrows } from "@std/assert";
import { StartError } from "../../lib/program.ts";
import { Desk, type DeskOptions } from "../../lib/server/desk.ts";
import { settle } from "../testing.ts";
import { FakeOperator } from "./operator/fake_operator.ts";

/** A desk on pipes: its output, and an operator whose lines are carried out. */
function open(lines?: string, change: Partial<DeskOptions> = {}) {
  const shown: string[] = [];
  const operator = new FakeOperator(["Ann", "10.0.0.1"]);
  const pieces = lines === undefined ? [] : [new TextEncoder().encode(lines)];
  const input = {
    read: (target: Uint8Array) => {
      const piece = pieces.shift();
      if (piece === undefined) return Promise.resolve(null);
      target.set(piece);
      return Promise.resolve(piece.length);
    },
  };
  const desk = new Desk({
    output: {
      write: (bytes) => {
        const text = new TextDecoder().decode(bytes);
        shown.push(...text.trimEnd().split("\n"));
        return Promise.resolve(bytes.length);
      },
    },
    input: () => lines === undefined ? undefined : input,
  }, {
    status: () => "status",
    operator: () => operator.context,
    onEnd() {},
    onLost() {},
    ...change,
  });
  return { desk, shown, operator };
}

Deno.test("Desk shows lines and answers on a pipe, and has no operator to ask", async () => {
  const { desk, shown } = open();
  desk.print("an event");
  desk.answer("two\nlines");
  desk.open();
  await desk.close();
  assertEquals(shown, ["an event", "two", "lines", "Press Ctrl+C to stop"]);
  assertEquals(desk.window, undefined);
});

Deno.test("Desk.open() carries out the lines of a pipe, in order", async () => {
  const { desk, operator } = open("/say one\n/say two\n");
  desk.open();
  while (operator.happened.length < 2) await settle();
  assertEquals(operator.happened, ["all read: one", "all read: two"]);
  await desk.close();
});

Deno.test("Desk.showStart() says how people reach the server", async () => {
  const { desk, shown } = open();
  const addresses = ["192.168.1.7", "10.0.0.7"];
  desk.showStart({ host: undefined, port: 12000, addresses });
  desk.showStart({ host: "10.0.0.7", port: 1, addresses: [] });
  await desk.close();
  const lines = shown.map((line) => line.replace(/\S*client\S*/, "client"));
  assertEquals(lines, [
    "Listening on port 12000",
    "People join by typing:",
    "  client NAME 192.168.1.7 12000",
    "  client NAME 10.0.0.7 12000",
    "Listening on port 1 of 10.0.0.7",
    "People join by typing:",
  ]);
});

Deno.test("Desk reports once that its reader is gone, and continues", async () => {
  const causes: unknown[] = [];
  const gone = new Error("broken pipe");
  const desk = new Desk({
    output: { write: () => Promise.reject(gone) },
    input: () => undefined,
  }, {
    status: () => "",
    operator: () => new FakeOperator().context,
    onEnd() {},
    onLost: (cause) => causes.push(cause),
  });
  desk.print("one");
  await settle();
  desk.print("two");
  await settle();
  await desk.close();
  assertEquals(causes, [gone]);
});

Deno.test({
  name: "Desk says what to do when the terminal cannot be used",
  ignore: Deno.stdin.isTerminal(),
  fn() {
    assertThrows(
      () =>
        new Desk({
          style: { color: false, symbols: false },
          output: { write: (bytes) => Promise.resolve(bytes.length) },
          input: () => undefined,
        }, {
          get status(): () => string {
            throw new Error("no terminal");
          },
          operator: () => new FakeOperator().context,
          onEnd() {},
          onLost() {},
        }),
      Error,
    );
    assertEquals(StartError.name, "StartError");
  },
});
