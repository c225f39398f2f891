import { assertEquals } from "@std/assert";
import { Server } from "./programs.ts";
import { message, RawClient } from "./raw_client.ts";
import { Terminal, terminalTest } from "./terminal.ts";

/**
 * What a user sees in the first minute: joins, reads, listens, writes, asks for help.
 */
for (const [columns, rows] of [[80, 24], [120, 30], [40, 20]] as const) {
  terminalTest(`golden: the first minute, ${columns}x${rows}`, async () => {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(
      await Server.start({
        args: ["0", "--host", "127.0.0.1", "--name", "Lab 3"],
      }),
    );
    const early = stack.use(await RawClient.join(server, "Cleo"));
    await early.send(message({ type: "say", text: "is anybody here yet?" }));
    await early.send(message({ type: "ping", n: 1 }));
    await early.message("pong");
    const flags = ["--no-history-file", "--interface", "127.0.0.1"];
    const terminal = stack.use(
      new Terminal(["Ann", "127.0.0.1", String(server.port), ...flags], {
        size: [columns, rows],
      }),
    );
    await terminal.shows(/\/quit leaves\.$/, "[all] >");
    const bob = stack.use(await RawClient.join(server, "Bob"));
    await terminal.shows(/Bob has joined$/, "[all] >");
    await bob.send(
      message({ type: "say", text: "Hi Ann, the exercise is on page 12" }),
    );
    await terminal.shows(/12$/, "[all] >");
    await terminal.type("thank you");
    await terminal.press("Enter");
    await bob.message("said"); // Cleo's earlier message.
    assertEquals((await bob.message("said"))["text"], "thank you");
    await terminal.shows(/thank you$/, "[all] >");
    await terminal.type("/users");
    await terminal.press("Enter");
    await terminal.shows("3 people are here", "[all] >");
    await terminal.type("what is");
    await terminal.shows("[all] > what is");
    await terminal.looksLike(`first-minute-${columns}x${rows}`);
    assertEquals(await terminal.status(), "Ann @ Lab 3 | 3 people");
  });
}
