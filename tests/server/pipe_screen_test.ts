import { assertEquals } from "@std/assert";
import { PipeScreen } from "../../lib/server/pipe_screen.ts";
import { FakeTime, settle, streamPair } from "../testing.ts";

async function readText(
  stream: { read(b: Uint8Array): Promise<number | null> },
) {
  const buffer = new Uint8Array(1024 * 1024);
  const length = await stream.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
}

Deno.test({
  name: "PipeScreen.print() shows one line after the other",
  permissions: "none",
  async fn() {
    const [sink, window] = streamPair({ writeLength: 5 });
    const screen = new PipeScreen(sink);
    screen.print("first");
    screen.print("zwéite");
    await screen.close();
    assertEquals(await readText(window), "first\nzwéite\n");
  },
});

Deno.test({
  name:
    "PipeScreen.print() never waits for a stalled window, and counts the lines left out",
  permissions: "none",
  async fn() {
    const [sink, window] = streamPair({ capacity: 1 });
    const screen = new PipeScreen(sink);
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
  name: "PipeScreen continues without a window",
  permissions: "none",
  async fn() {
    const [sink, window] = streamPair();
    const screen = new PipeScreen(sink);
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
  name: "PipeScreen.close() waits for the last lines, but not forever",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const screen = new PipeScreen({ write: () => new Promise(() => {}) });
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
  name: "PipeScreen.print() shows no line before the count of those left out",
  permissions: "none",
  async fn() {
    const line = "x".repeat(1023);
    for (
      const [printed, late, note] of [
        [70, true, "… 7 lines not shown"],
        [65, true, "… 2 lines not shown"],
        [65, false, "… 1 line not shown"],
      ] as const
    ) {
      const [sink, window] = streamPair({ capacity: 1, writeLength: 1024 });
      const screen = new PipeScreen(sink);
      for (let i = 0; i < printed; i++) screen.print(line);
      await settle();
      // There is room for one more line, but not yet for all.
      await readText(window);
      if (late) screen.print("late");
      let shown = "";
      while (!shown.includes("not shown")) {
        await settle();
        shown += await readText(window);
      }
      assertEquals(/late\n/.test(shown), false);
      assertEquals(shown.includes(note), true, shown.slice(-60));
    }
  },
});

Deno.test({
  name: "PipeScreen.answer() escapes text that other people chose",
  permissions: "none",
  async fn() {
    const [sink, window] = streamPair();
    const screen = new PipeScreen(sink);
    screen.answer("a\x1b[2J\nb");
    await screen.close();
    assertEquals(await readText(window), "a\\x1b[2J\nb\n");
  },
});
