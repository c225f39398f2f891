import { assertEquals } from "@std/assert";
import { LineQueue } from "../../lib/terminal/line_queue.ts";

Deno.test({
  name: "LineQueue yields lines in order, then ends",
  permissions: "none",
  async fn() {
    const queue = new LineQueue();
    const { signal } = new AbortController();
    queue.add("one");
    const taken: string[] = [];
    const done = (async () => {
      for await (const line of queue.lines(signal)) taken.push(line);
    })();
    await Promise.resolve();
    queue.add("two");
    queue.add("three");
    queue.end();
    await done;
    assertEquals(taken, ["one", "two", "three"]);
  },
});

Deno.test({
  name: "LineQueue keeps unread lines when its reader is aborted",
  permissions: "none",
  async fn() {
    const queue = new LineQueue();
    const first = new AbortController();
    const taken: string[] = [];
    const reading = (async () => {
      for await (const line of queue.lines(first.signal)) taken.push(line);
    })();
    queue.add("one");
    await new Promise((resolve) => setTimeout(resolve));
    first.abort();
    await reading;
    queue.add("three");
    queue.putBack(["two"]);
    queue.end();
    const { signal } = new AbortController();
    for await (const line of queue.lines(signal)) taken.push(line);
    assertEquals(taken, ["one", "two", "three"]);
  },
});

Deno.test({
  name: "LineQueue yields queued lines after its end, and the rest at once",
  permissions: "none",
  async fn() {
    const queue = new LineQueue<number>();
    [1, 2, 3].forEach((line) => queue.add(line));
    queue.end();
    const { signal } = new AbortController();
    for await (const line of queue.lines(signal)) {
      assertEquals(line, 1);
      break;
    }
    assertEquals(queue.takeRest(), [2, 3]);
    assertEquals(queue.takeRest(), []);
    assertEquals(await Array.fromAsync(queue.lines(signal)), []);
    queue.putBack([4]);
    assertEquals(await Array.fromAsync(queue.lines(signal)), [4]);
    queue.add(5);
    const aborted = AbortSignal.abort();
    assertEquals(await Array.fromAsync(queue.lines(aborted)), []);
    assertEquals(queue.takeRest(), [5]);
  },
});
