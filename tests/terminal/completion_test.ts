import { assertEquals } from "@std/assert";
import { unknownCommand } from "../../lib/terminal/command_line.ts";
import { commonPrefix } from "../../lib/terminal/completion.ts";
import { LineQueue } from "../../lib/terminal/line_queue.ts";

Deno.test({
  name: "commonPrefix() is what all words begin with, in whole characters",
  permissions: "none",
  fn() {
    assertEquals(commonPrefix([]), "");
    assertEquals(commonPrefix(["/files"]), "/files");
    assertEquals(commonPrefix(["/files", "/fire", "/fit"]), "/fi");
    assertEquals(commonPrefix(["🙂a", "🙃a"]), "");
    assertEquals(commonPrefix(["a", "b"]), "");
  },
});

Deno.test({
  name: "unknownCommand() suggests the command that begins with the word",
  permissions: "none",
  fn() {
    const names = ["all", "to", "help", "users"];
    const nearest = (wanted: string) =>
      /mean \/(\w+)/.exec(unknownCommand(wanted, names))?.[1];
    assertEquals(nearest("he"), "help");
    assertEquals(nearest("uesrs"), "users");
  },
});

Deno.test({
  name: "LineQueue gives lines in order, then ends",
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
  name: "LineQueue keeps what nobody has taken when its reader is called off",
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
