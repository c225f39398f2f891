import { EventEmitter } from "node:events";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  complain,
  describeOutputFault,
  type KeyInput,
  show,
  waitForEnter,
  writeText,
} from "../../lib/terminal/standard_streams.ts";
import { textWidth } from "../../lib/terminal/text_layout.ts";
import { settle } from "../testing.ts";

/** A stream that takes a few bytes at a time, after it was full for a while. */
class FakeStream {
  text = "";
  refusals: number;
  readonly #isTerminal: boolean;

  constructor({ isTerminal = false, refusals = 0 } = {}) {
    this.#isTerminal = isTerminal;
    this.refusals = refusals;
  }

  isTerminal(): boolean {
    return this.#isTerminal;
  }

  writeSync(bytes: Uint8Array): number {
    if (this.refusals-- > 0) throw new Deno.errors.WouldBlock("full");
    this.text += new TextDecoder().decode(bytes.subarray(0, 7));
    return Math.min(7, bytes.length);
  }
}

const broken = {
  isTerminal: () => false,
  writeSync(): number {
    throw new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
  },
};

Deno.test("writeText() writes everything, in parts, and waits for a slow reader", () => {
  const stream = new FakeStream({ refusals: 3 });
  writeText("a text of more than seven bytes", stream);
  assertEquals(stream.text, "a text of more than seven bytes");
  assertThrows(() => writeText("x", broken), Deno.errors.BrokenPipe);
});

Deno.test("writeText() waits 5 s for each part, and no longer", () => {
  const { wait } = Atomics;
  let waited = 0;
  Atomics.wait = (_array, _index, _value, time) => {
    waited += time!;
    return "timed-out";
  };
  try {
    /** Takes a byte after so many refusals. */
    const slow = (refusals: number) => {
      let left = refusals;
      return {
        isTerminal: () => false,
        writeSync() {
          if (left-- > 0) throw new Deno.errors.WouldBlock("full");
          left = refusals;
          return 1;
        },
      };
    };
    writeText("abc", slow(500));
    assertEquals(waited, 15_000);
    assertThrows(() => writeText("abc", slow(501)), Deno.errors.WouldBlock);
    assertEquals(waited, 20_000);
  } finally {
    Atomics.wait = wait;
  }
});

Deno.test("complain() breaks long sentences between words on a terminal only", () => {
  const sentence = "word ".repeat(80).trim();
  const terminal = new FakeStream({ isTerminal: true });
  complain(`${sentence}\n\nshort`, terminal);
  const rows = terminal.text.split("\n");
  assertEquals(rows.slice(-3), ["", "short", ""]);
  for (const row of rows) {
    assertEquals(textWidth(row) < 80, true);
    assertEquals(/^(?:word(?: |$))*$|^short$/.test(row), true, row);
  }
  const pipe = new FakeStream();
  complain(sentence, pipe);
  assertEquals(pipe.text, `${sentence}\n`);
  complain("nobody hears this", broken);
});

Deno.test("complain() takes 80 columns where the terminal does not tell its width", () => {
  const { consoleSize } = Deno;
  const longestRow = (columns: number | undefined) => {
    Deno.consoleSize = () => {
      if (columns === undefined) throw new Error("no console");
      return { columns, rows: 24 };
    };
    const terminal = new FakeStream({ isTerminal: true });
    complain("x".repeat(200), terminal);
    return Math.max(...terminal.text.split("\n").map(textWidth));
  };
  try {
    assertEquals([40, 0, undefined].map(longestRow), [39, 79, 79]);
  } finally {
    Deno.consoleSize = consoleSize;
  }
});

Deno.test("show() returns the exit code for what it could show", () => {
  const stream = new FakeStream();
  assertEquals(show("help", stream), 0);
  assertEquals(stream.text, "help\n");
  assertEquals(show("help", broken), 1);
});

Deno.test({
  name: "describeOutputFault() says what happened and what to do",
  permissions: "none",
  fn() {
    const cases: [cause: unknown, said: string][] = [
      [
        new Deno.errors.BrokenPipe("x"),
        "the program that reads it has ended. Keep",
      ],
      [
        Object.assign(new Error("x"), { code: "ENOSPC" }),
        "the disk is full. Free some space",
      ],
      [
        new Error("There is not enough space on the disk. (os error 112)"),
        "the disk is full. Free some space",
      ],
      [new Error("Quota exceeded (os error 122)"), "the disk quota is used up"],
      [new Error("On fire"), "On fire. Send the output somewhere else"],
    ];
    for (const [cause, said] of cases) {
      assertStringIncludes(
        describeOutputFault(cause),
        `Cannot write to standard output: ${said}`,
      );
    }
  },
});

Deno.test("waitForEnter() says what to press, and waits for Enter or the end of input", async () => {
  for (const [event, ...args] of [["data", "\r"], ["end"]] as const) {
    const input = Object.assign(new EventEmitter(), {
      resume: () => input,
      pause: () => input,
    });
    const { writeSync } = Deno.stderr;
    let written = "";
    let isOver = false;
    try {
      Deno.stderr.writeSync = (bytes) => {
        written += new TextDecoder().decode(bytes);
        return bytes.length;
      };
      const waiting = waitForEnter(input as unknown as KeyInput)
        .then(() => isOver = true);
      input.emit("data", "x");
      await settle();
      assertEquals([written, isOver], [
        "Press Enter to close this window\n",
        false,
      ]);
      input.emit(event, ...args);
      await waiting;
    } finally {
      Deno.stderr.writeSync = writeSync;
    }
  }
});
