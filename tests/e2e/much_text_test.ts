import { assert, assertEquals } from "@std/assert";
import { Server } from "./programs.ts";
import { message, RawClient } from "./raw_client.ts";
import { QUIET, Terminal, terminalTest } from "./terminal.ts";

/** A server with these files, and Ann on a terminal. */
async function annAmong(
  stack: AsyncDisposableStack,
  { name = "Ann", files = 0 } = {},
) {
  const server = stack.use(
    await Server.start({
      args: ["0", "--host", "127.0.0.1", "--welcome", "Welcome"],
    }),
  );
  for (let i = 0; i < files; i++) {
    server.folder.write(`download/file-${i}-of-many.txt`, "x");
  }
  const terminal = stack.use(
    new Terminal([name, "127.0.0.1", String(server.port), ...QUIET]),
  );
  await terminal.shows("[all] >");
  return { server, terminal };
}

terminalTest("60 earlier messages of 4,000 letters all appear", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annAmong(stack);
  const bob = stack.use(await RawClient.join(server, "Bob"));
  await terminal.shows("Bob has joined", "[all] >");
  for (let i = 0; i < 60; i++) {
    const text = `number ${i} ${"word ".repeat(800)}`;
    await bob.send(message({ type: "say", text }));
  }
  await bob.send(message({ type: "say", text: "the end" }));
  await terminal.shows("Bob: the end", "[all] >");
  const { written } = terminal;
  for (let i = 0; i < 60; i++) {
    assert(written.includes(`number ${i} word`), `number ${i}`);
  }
  assert(!written.includes("not shown"));
});

terminalTest("/files shows every one of 3,000 files", async () => {
  await using stack = new AsyncDisposableStack();
  const { terminal } = await annAmong(stack, { files: 3_000 });
  await terminal.type("/files");
  await terminal.press("Enter");
  await terminal.shows(/^ *3000 +file-\d+-of-many\.txt/, "[all] >");
  const { written } = terminal;
  const missing = [];
  for (let i = 0; i < 3_000; i++) {
    if (!written.includes(`file-${i}-of-many.txt`)) missing.push(i);
  }
  assertEquals(missing, []);
});

terminalTest("a user called B who reads 25 texts of b stays", async () => {
  await using stack = new AsyncDisposableStack();
  const { server, terminal } = await annAmong(stack, { name: "B" });
  const bob = stack.use(await RawClient.join(server, "Bob"));
  await terminal.shows("Bob has joined", "[all] >");
  for (let i = 0; i < 25; i++) {
    await bob.send(message({ type: "say", text: "b".repeat(49_000) }));
  }
  await bob.send(message({ type: "say", text: "the end" }));
  await terminal.shows("Bob: the end", "[all] >");
  await terminal.type("still here");
  await terminal.press("Enter");
  assertEquals((await bob.message("said"))["text"], "still here");
});
