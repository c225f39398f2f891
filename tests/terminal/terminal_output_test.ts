import { assertEquals } from "@std/assert";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { FakeTime, settle } from "../testing.ts";

const MIB = 1024 * 1024;

/** A terminal that takes a piece when `take` is called. */
function terminal() {
  const waiting: (() => void)[] = [];
  const output = new TerminalOutput({
    write: ({ length }) =>
      new Promise((resolve) => waiting.push(() => resolve(length))),
  }, { size: () => ({ columns: 80, rows: 24 }) });
  const take = async () => {
    waiting.shift()?.();
    await settle();
  };
  return { output, take };
}

/** Returns whether `promise` has resolved. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => done = true);
  await settle();
  return done;
}

Deno.test({
  name: "TerminalOutput.relief() does not wait while little output waits",
  permissions: "none",
  async fn() {
    using _ = new FakeTime();
    const { output } = terminal();
    output.write("x".repeat(MIB - 1));
    assertEquals(await isDone(output.relief()), true);
  },
});

Deno.test({
  name:
    "TerminalOutput.relief() gives a slow terminal a moment, longer if more output waits",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { output, take } = terminal();
    output.write("x".repeat(4 * MIB));
    for (const [more, moment] of [[0, 125], [4 * MIB, 250], [99 * MIB, 250]]) {
      await take();
      const relief = output.relief(more);
      await time.pass(moment! - 10);
      assertEquals(await isDone(relief), false);
      await time.pass(10);
      assertEquals(await isDone(relief), true);
    }
  },
});

Deno.test({
  name: "TerminalOutput.relief() ends when the terminal has caught up",
  permissions: "none",
  async fn() {
    using _ = new FakeTime();
    const { output, take } = terminal();
    output.write("x".repeat(MIB));
    const relief = output.relief();
    for (let i = 0; i < MIB / (16 * 1024) - 2; i++) await take();
    assertEquals(await isDone(relief), false);
    await take();
    assertEquals(await isDone(relief), true);
  },
});

Deno.test({
  name: "TerminalOutput.relief() gives a stuck terminal no time",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { output } = terminal();
    output.write("x".repeat(4 * MIB));
    await time.pass(3_000);
    assertEquals(await isDone(output.relief()), true);
  },
});

Deno.test({
  name:
    "TerminalOutput takes a terminal that had nothing to show for no stuck one",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { output, take } = terminal();
    output.write("x");
    await take();
    assertEquals(output.isFull(9 * MIB), false);
    await time.pass(3_000);
    output.write("x".repeat(9 * MIB));
    assertEquals(output.isFull(), false);
    assertEquals(await isDone(output.relief()), false);
    await time.pass(3_000);
    assertEquals(output.isFull(), true);
  },
});

Deno.test({
  name: "TerminalOutput.isFull is 24 MiB, or 8 MiB of a terminal stuck for 3 s",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { output } = terminal();
    output.write("x");
    const full = () =>
      [8 * MIB - 2, 8 * MIB - 1, 24 * MIB - 2, 24 * MIB - 1].map((more) =>
        output.isFull(more)
      );
    await time.pass(2_999);
    assertEquals(full(), [false, false, false, true]);
    await time.pass(1);
    assertEquals(full(), [false, true, true, true]);
  },
});

Deno.test({
  name: "TerminalOutput.isFull and isBusy count the bytes that wait",
  permissions: "none",
  fn() {
    using _ = new FakeTime();
    const { output } = terminal();
    output.write("x".repeat(64 * 1024 - 1));
    assertEquals(output.isBusy, false);
    output.write("x");
    assertEquals(output.isBusy, true);
    const small = new TerminalOutput({ write: () => new Promise(() => {}) }, {
      maxWaiting: 100,
    });
    small.write("x".repeat(50));
    assertEquals([small.isFull(49), small.isFull(50)], [false, true]);
  },
});

Deno.test({
  name:
    "TerminalOutput takes 80 columns and 24 rows where the window does not tell",
  permissions: "none",
  fn() {
    const { consoleSize } = Deno;
    try {
      for (const tells of [false, true]) {
        Deno.consoleSize = () => {
          if (!tells) throw new Error("no console");
          return { columns: 0, rows: 0 };
        };
        const output = new TerminalOutput();
        assertEquals([output.columns, output.rows], [80, 24]);
      }
    } finally {
      Deno.consoleSize = consoleSize;
    }
  },
});
