import { assertEquals } from "@std/assert";
import { join, noSignals, Program, run, Server } from "./programs.ts";
import { hello, RawClient } from "./raw_client.ts";

Deno.test("4 client runs the lines of a pipe in order and exits 0", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  server.folder.write("download/a.txt", "abc");
  const { code, output, errors } = await run(
    "client",
    ["Ann", "127.0.0.1", String(server.port)],
    {
      input: ["one", "/files", "//two", "/users", "", "/get a.txt", "three"],
    },
  );
  assertEquals(errors, []);
  assertEquals(output.slice(1), [
    "1 file on the server:",
    "  1  a.txt  3 B",
    "  Ann (you)",
    "  Bob",
    "2 people are here",
    "Saved Ann/a.txt (3 B, verified)",
  ]);
  assertEquals(code, 0);
  await bob.output.next("Ann has left");
  assertEquals(bob.output.all.slice(1), [
    "Ann has joined",
    "Ann: one",
    "Ann: /two",
    "Ann: three",
    "Ann has left",
  ]);
});

Deno.test("4 client answers a misspelt command, never sends it, and exits 1", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  const { code, output } = await run(
    "client",
    ["Ann", "127.0.0.1", String(server.port)],
    { input: ["/filse"] },
  );
  assertEquals(output.slice(1), [
    "There is no command /filse. Did you mean /files? Type /help for the list",
  ]);
  assertEquals(code, 1);
  await bob.output.next("Ann has left");
  assertEquals(bob.output.count(/^Ann: /), 0);
});

Deno.test("4 client exits 1 if a download of the pipe failed", async () => {
  await using server = await Server.start();
  const { code, output } = await run(
    "client",
    ["Ann", "127.0.0.1", String(server.port)],
    { input: ["/get nothing.txt"] },
  );
  assertEquals(output.slice(1), [
    'Not saved: there is no file "nothing.txt" on the server. ' +
    "Type /files for the list",
  ]);
  assertEquals(code, 1);
});

Deno.test("4 client writes each line as soon as it happens", async () => {
  await using server = await Server.start();
  await using ann = await join(server, "Ann");
  await using bob = await join(server, "Bob");
  for (let i = 0; i < 20; i++) {
    await ann.type(`ping ${i}`);
    await bob.output.next(`Ann: ping ${i}`);
    await bob.type(`pong ${i}`);
    await ann.output.next(`Bob: pong ${i}`);
  }
});

Deno.test("4 client accepts a last line without a newline, and lines with CR LF", async () => {
  await using server = await Server.start();
  await using bob = await join(server, "Bob");
  await using ann = await join(server, "Ann");
  await ann.typeRaw("from Windows\r\n/quitt\r\nlast");
  await ann.endInput();
  assertEquals(await ann.exitCode(), 1);
  await bob.output.next("Ann has left");
  assertEquals(bob.output.all.slice(1), [
    "Ann has joined",
    "Ann: from Windows",
    "Ann: last",
    "Ann has left",
  ]);
});

/** The ways out of the client, and their exit codes. */
const WAYS_OUT: Record<
  string,
  { readonly leave: (ann: Program) => void | Promise<void>; code?: number }
> = {
  "/quit": { leave: (ann) => ann.type("/quit"), code: 0 },
  "/leave": { leave: (ann) => ann.type("/leave"), code: 0 },
  "/exit": { leave: (ann) => ann.type("/exit"), code: 0 },
  "the end of input": { leave: (ann) => ann.endInput(), code: 0 },
  "Ctrl+C": { leave: (ann) => ann.kill("SIGINT"), code: 0 },
  "a closed terminal": { leave: (ann) => ann.kill("SIGHUP"), code: 0 },
  "a sudden end": { leave: (ann) => ann.kill("SIGKILL") },
};

for (const [name, { leave, code }] of Object.entries(WAYS_OUT)) {
  Deno.test({
    name: `5 all others see who joins and who leaves by ${name}`,
    ignore: noSignals && ["Ctrl+C", "a closed terminal"].includes(name),
    async fn() {
      await using server = await Server.start();
      await using bob = await join(server, "Bob");
      await using carl = await join(server, "Carl");
      await using ann = await join(server, "Ann");
      await bob.output.next("Carl has joined");
      for (const screen of [server, bob, carl]) {
        await screen.output.next("Ann has joined");
      }
      await leave(ann);
      for (const other of [bob, carl]) {
        await other.output.next("Ann has left");
        assertEquals(other.output.count(/^Ann has/), 2);
      }
      await server.output.next(/^Ann has left/);
      const ended = await ann.exitCode();
      if (code !== undefined) assertEquals(ended, code);
      assertEquals(ann.errors.all, []);
      assertEquals(ann.output.count(/^Ann has/), 0);
      // The name is free again, and nothing of the seat is left.
      await using _again = await join(server, "Ann");
      await bob.output.next("Ann has joined");
    },
  });
}

/** The ways in which a connection breaks. */
const BREAKS: Record<string, (raw: RawClient) => void | Promise<void>> = {
  // Closing with unread bytes resets the connection: most of the welcome is unread.
  "a reset connection": (raw) => raw.conn.close(),
  "a half-closed connection": (raw) => raw.conn.closeWrite(),
  "half a frame": async (raw) => {
    await raw.send(Uint8Array.of(0, 0, 0, 9, 1, 0x7b));
    raw.conn.close();
  },
};

for (const [name, leave] of Object.entries(BREAKS)) {
  Deno.test(`5 all others see who leaves by ${name}`, async () => {
    await using server = await Server.start();
    await using bob = await join(server, "Bob");
    await using carl = await join(server, "Carl");
    using raw = await RawClient.connect(server);
    await raw.send(hello("Raw"));
    await raw.readExactly(5);
    await leave(raw);
    for (const other of [bob, carl]) {
      await other.output.next("Raw has joined");
      await other.output.next("Raw has left");
    }
    await server.output.next("Raw has left (connection lost)");
    await bob.type("still here");
    await carl.output.next("Bob: still here");
  });
}

Deno.test("5 server closes its side of a half-closed connection", async () => {
  await using server = await Server.start();
  using raw = await RawClient.join(server, "Raw");
  await raw.conn.closeWrite();
  assertEquals(await raw.rest(), []);
});
