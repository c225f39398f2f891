import { assertEquals } from "@std/assert";
import type { Block } from "../../lib/terminal/bottom_block.ts";
import { BottomView } from "../../lib/terminal/bottom_view.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { FakeTime, settle } from "../testing.ts";

/** A view over a terminal that takes all output, or is stuck. */
function open({ columns = 10, maxWaiting }: {
  columns?: number;
  maxWaiting?: number;
} = {}) {
  const time = new FakeTime();
  const size = { columns, rows: 24 };
  const room = {
    time,
    size,
    written: "",
    questions: 0,
    text: "> a",
    still: undefined as PromiseWithResolvers<void> | undefined,
    view: undefined as unknown as BottomView,
    /** Resolves to the output since the last call. */
    async news() {
      await settle();
      const { written } = room;
      room.written = "";
      return written;
    },
    [Symbol.dispose]: () => time[Symbol.dispose](),
  };
  const decoder = new TextDecoder();
  const output = new TerminalOutput({
    async write(bytes) {
      await room.still?.promise;
      room.written += decoder.decode(bytes, { stream: true });
      return bytes.length;
    },
  }, { size: () => room.size, maxWaiting });
  const compose = ({ columns }: { columns: number }): Block | undefined => {
    if (room.text === "") return undefined;
    const width = room.text.length;
    return {
      rows: [{ text: room.text, width }],
      cursor: { row: 0, column: width },
      columns,
    };
  };
  room.view = new BottomView({
    output,
    compose,
    askPosition: () => void room.questions++,
    hiddenHint: ", see the log",
  });
  return room;
}

/** A view that is drawn, whose window has just been made narrower. */
async function openResized() {
  const room = open();
  room.view.redraw();
  await room.news();
  room.size = { columns: 8, rows: 24 };
  room.view.resized();
  return room;
}

Deno.test("BottomView draws once for all changes of a turn", async () => {
  using room = open();
  room.view.redraw();
  room.view.print("one");
  room.text = "> ab";
  room.view.print("two");
  room.view.redraw();
  assertEquals(room.written, "", "not before the end of the turn");
  assertEquals(await room.news(), "one\ntwo\n> ab");
  room.view.redraw();
  assertEquals(await room.news(), "", "nothing has changed");
  room.view.print("three");
  assertEquals(await room.news(), "\r\x1b[Jthree\n> ab");
  room.text = "> abc";
  room.view.redraw();
  assertEquals(await room.news(), "\r> abc\x1b[K");
});

Deno.test("BottomView.print() keeps very many rows in order", async () => {
  using room = open();
  room.text = "";
  const rows = Array.from({ length: 2_001 }, (_, at) => `row ${at}`);
  for (const row of rows) room.view.print(row);
  assertEquals(await room.news(), rows.map((row) => `${row}\n`).join(""));
});

Deno.test("BottomView.putAway() and suspend() erase the block", async () => {
  using room = open();
  room.view.redraw();
  await room.news();
  room.view.putAway();
  assertEquals(await room.news(), "\r\x1b[J");
  room.view.redraw();
  assertEquals(await room.news(), "> a");
  room.view.suspend();
  assertEquals(await room.news(), "\r\x1b[J");
  room.view.print("meanwhile");
  room.view.redraw();
  room.view.resized();
  assertEquals(
    await room.news(),
    "",
    "the terminal belongs to another program",
  );
  room.view.continued();
  assertEquals(await room.news(), "meanwhile\n> a");
});

Deno.test("BottomView.abandon() leaves the block and continues below it", async () => {
  using room = open();
  room.view.redraw();
  await room.news();
  room.view.abandon();
  assertEquals(await room.news(), "\r\n");
  room.view.abandon();
  assertEquals(await room.news(), "");
});

Deno.test("BottomView ends the search for the cursor when the block goes, or all ends", async () => {
  for (const end of ["abandon", "putAway", "suspend", "close"] as const) {
    using room = await openResized();
    await room.time.pass(40);
    assertEquals([room.questions, room.time.pending], [1, 1], end);
    room.view[end]();
    await room.news();
    assertEquals(room.time.pending, 0, end);
    room.view.found({ row: 5, column: 3 });
    await room.time.pass(10_000);
    assertEquals([await room.news(), room.questions], ["", 1], end);
  }
});

Deno.test("BottomView.close() draws the rest, and nothing afterwards", async () => {
  using room = open();
  room.view.print("last");
  room.view.close();
  assertEquals(await room.news(), "last\n> a");
  room.text = "> b";
  room.view.redraw();
  room.view.resized();
  room.view.continued();
  assertEquals(await room.news(), "");
});

Deno.test("BottomView.resized() waits until the window keeps its size, then asks for the cursor", async () => {
  using room = await openResized();
  await room.time.pass(39);
  room.view.resized();
  await room.time.pass(39);
  assertEquals(room.questions, 0);
  room.text = "> ab";
  room.view.redraw();
  assertEquals(await room.news(), "", "nothing is drawn meanwhile");
  await room.time.pass(1);
  assertEquals(room.questions, 1);
  room.view.found({ row: 5, column: 3 });
  assertEquals(await room.news(), "\r\x1b[J> ab");
  room.view.found({ row: 5, column: 3 });
  assertEquals(await room.news(), "", "nobody has asked again");
});

Deno.test("BottomView.resized() draws at once what was not drawn yet", async () => {
  using room = open();
  room.view.resized();
  assertEquals([await room.news(), room.time.pending], ["> a", 0]);
});

Deno.test("BottomView draws 300 ms after a question without an answer", async () => {
  using room = await openResized();
  await room.time.pass(40);
  await room.time.pass(299);
  assertEquals(await room.news(), "");
  await room.time.pass(1);
  assertEquals(await room.news(), "\r\x1b[J> a");
});

Deno.test("BottomView asks again if the window was resized before the answer", async () => {
  using room = await openResized();
  await room.time.pass(40);
  room.size = { columns: 6, rows: 24 };
  room.view.found({ row: 0, column: 3 });
  assertEquals(await room.news(), "");
  await room.time.pass(40);
  assertEquals(room.questions, 2);
  room.view.found({ row: 0, column: 3 });
  assertEquals(await room.news(), "\r\x1b[J> a");
});

Deno.test("BottomView.continued() draws below the output of other programs", async () => {
  using room = open();
  room.view.redraw();
  await room.news();
  room.view.continued();
  room.view.found({ row: 9, column: 0 });
  assertEquals(await room.news(), "\r\x1b[J> a");
  assertEquals(room.questions, 1);
});

Deno.test("BottomView counts the lines that a window does not take, and reports them once", async () => {
  using room = open({ columns: 80, maxWaiting: 100 });
  room.text = "";
  room.still = Promise.withResolvers();
  assertEquals(room.view.print("x".repeat(99)), true);
  await settle();
  assertEquals(room.view.print("y"), false, "100 bytes wait");
  assertEquals(room.view.print(""), false, "and all after it");
  const { still } = room;
  room.still = undefined;
  still.resolve();
  await settle();
  assertEquals(
    await room.news(),
    `${"x".repeat(99)}\n… 2 lines not shown, see the log\n`,
  );
  assertEquals(room.view.print("z"), true);
  assertEquals(await room.news(), "z\n");
});

Deno.test("BottomView uses the singular for one hidden line", async () => {
  using room = open({ columns: 80, maxWaiting: 100 });
  room.text = "";
  room.still = Promise.withResolvers();
  room.view.print("x".repeat(100));
  await settle();
  room.view.print("y");
  const { still } = room;
  room.still = undefined;
  still.resolve();
  await settle();
  assertEquals(
    (await room.news()).split("\n")[1],
    "… 1 line not shown, see the log",
  );
});
