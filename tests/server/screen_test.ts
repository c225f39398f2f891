import { assertEquals } from "@std/assert";
import { Screen } from "../../lib/server/screen.ts";
import { FakeTime, settle, streamPair } from "../testing.ts";

async function readText(
  stream: { read(b: Uint8Array): Promise<number | null> },
) {
  const buffer = new Uint8Array(1024 * 1024);
  const length = await stream.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
}

Deno.test({
  name: "Screen.print() shows one line after the other",
  permissions: "none",
  async fn() {
    const [sink, window] = streamPair({ writeLength: 5 });
    const screen = new Screen(sink);
    screen.print("first");
    screen.print("zwéite");
    await screen.close();
    assertEquals(await readText(window), "first\nzwéite\n");
  },
});

Deno.test({
  name:
    "Screen.print() never waits for a window that stands still, and says what it hid",
  permissions: "none",
  async fn() {
    const [sink, window] = streamPair({ capacity: 1 });
    const screen = new Screen(sink);
    const line = "x".repeat(1023);
    for (const count of [100, 90]) {
      for (let i = 0; i < count; i++) screen.print(line);
      let shown = "";
      while (!shown.includes("not shown, see server.log\n")) {
        await settle();
        shown += await readText(window);
      }
      assertEquals(shown.split(line).length - 1, 64);
      assertEquals(shown.includes(`… ${count - 64} lines not shown`), true);
    }
    screen.print("and on");
    assertEquals((await readText(window)).endsWith("and on\n"), true);
  },
});

Deno.test({
  name: "Screen goes on without a window",
  permissions: "none",
  async fn() {
    const [sink, window] = streamPair();
    const screen = new Screen(sink);
    window.close();
    sink.close();
    for (let i = 0; i < 3; i++) {
      screen.print("nobody sees this");
      await settle();
    }
    await screen.close();
  },
});

Deno.test({
  name: "Screen.close() waits for the last lines, but not for ever",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const screen = new Screen({ write: () => new Promise(() => {}) });
    screen.print("stuck");
    let closed = false;
    const closing = screen.close().then(() => closed = true);
    await time.pass(499);
    assertEquals(closed, false);
    await time.pass(1);
    await closing;
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "Screen.print() shows no line before it has said how many it left out",
  permissions: "none",
  async fn() {
    const [sink, window] = streamPair({ capacity: 1, writeLength: 1024 });
    const screen = new Screen(sink);
    const line = "x".repeat(1023);
    for (let i = 0; i < 70; i++) screen.print(line);
    await settle();
    // There is room for one more, but not yet for all.
    await readText(window);
    screen.print("late");
    let shown = "";
    while (!shown.includes("not shown")) {
      await settle();
      shown += await readText(window);
    }
    assertEquals(/late\n/.test(shown), false);
    assertEquals(/… 7 lines not shown/.test(shown), true, shown.slice(-60));
  },
});

Deno.test({
  name: "Screen.answer() makes harmless what others have chosen",
  permissions: "none",
  async fn() {
    const [sink, window] = streamPair();
    const screen = new Screen(sink);
    screen.answer("a\x1b[2J\nb");
    await screen.close();
    assertEquals(await readText(window), "a\\x1b[2J\nb\n");
  },
});
